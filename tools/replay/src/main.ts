import { fileURLToPath } from 'node:url';
import { addsUp, replay, type ReplayCounts } from './replay.ts';
import { Report } from './report.ts';
import { replaySettings, usage } from './settings.ts';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const number = (value: number): string => value.toLocaleString('en-US');

/** Prints one line a second, with the rate since the last. */
function progressPrinter(): (counts: Readonly<ReplayCounts>) => void {
  let last = { at: performance.now(), read: 0 };
  return ({ read, accepted, rejected, skipped }) => {
    const now = performance.now();
    const perSecond = Math.round(((read - last.read) * 1000) / (now - last.at));
    last = { at: now, read };
    console.log(
      `${number(read)} lines, ${number(perSecond)} lines/s, ${number(accepted)} accepted, ${number(rejected)} rejected, ${number(skipped)} skipped`,
    );
  };
}

function printClosing(counts: ReplayCounts, seconds: number, reportPath: string, reportLines: number): void {
  const rate = Math.round(counts.read / Math.max(seconds, 0.001));
  console.log(`\nread      ${number(counts.read)} in ${seconds.toFixed(1)} s (${number(rate)} lines/s)`);
  console.log(
    `posted    ${number(counts.posted)} in ${number(counts.requests)} requests, ${number(counts.retries)} retries`,
  );
  console.log(`accepted  ${number(counts.accepted)}`);
  console.log(`rejected  ${number(counts.rejected)}`);
  console.log(`skipped   ${number(counts.skipped)}`);
  for (const [reason, count] of Object.entries(counts.skippedBy))
    console.log(`          ${number(count)} ${reason}`);
  if (counts.notes > 0)
    console.log(`notes     ${number(counts.notes)} on rows that were posted all the same`);
  if (reportLines > 0) console.log(`Line by line: ${reportPath === '-' ? 'above' : reportPath}`);
}

async function main(): Promise<boolean> {
  const { reportPath, url, apiKey, mode, ...settings } = await replaySettings(
    process.argv.slice(2),
    process.env,
    checkout,
  );
  const report = await Report.open(reportPath);
  const startedAt = performance.now();
  try {
    const counts = await replay({
      ...settings,
      target: { url, apiKey, mode },
      report,
      onProgress: progressPrinter(),
    });
    printClosing(counts, (performance.now() - startedAt) / 1000, reportPath, report.lines);
    if (addsUp(counts)) return true;
    console.error('The numbers do not add up: read must be accepted + rejected + skipped.');
    return false;
  } finally {
    await report.close();
  }
}

// A signal ends the process as an exit does, so that an unpacked archive is removed.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  if (process.argv.includes('--help')) console.log(usage);
  else process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
