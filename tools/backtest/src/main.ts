/** `npm run backtest`: walks a real history forward and compares Souk's alerts with the rules that people use today. */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isArchive, readHistory, unpacked } from '@souk/replay';
import { SCORE_VERSION } from '@souk/scoring/judging';
import { agreementWith } from './anomalies.ts';
import { compare } from './compare.ts';
import { withSection } from './document.ts';
import { poisoned } from './poison.ts';
import { type BacktestResult, sectionOf } from './report.ts';
import { scoreHistory } from './score-history.ts';
import { collectSeries, isForChoosing, skippedSentences, spanOf } from './series.ts';
import { siftSeries } from './sift.ts';
import { backtestSettings, type BacktestSettings, usage } from './settings.ts';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
const number = (value: number): string => value.toLocaleString('en-US');

/** At most a line a second. */
function progressPrinter(): (line: string) => void {
  let last = 0;
  return (line) => {
    if (performance.now() - last < 1_000) return;
    last = performance.now();
    console.log(line);
  };
}

async function backtest(settings: BacktestSettings): Promise<BacktestResult> {
  const startedAt = performance.now();
  const progress = progressPrinter();
  const archive = settings.as === 'aldi' ? await archiveAt(settings.path) : undefined;
  const { folder, remove } =
    archive === undefined ? { folder: settings.path, remove: undefined } : await unpacked(archive);
  try {
    const rows = readHistory(folder, settings.as, { observedAt: settings.observedAt });
    const history = await collectSeries(rows, (read) => progress(`${number(read)} rows read`));
    for (const sentence of skippedSentences(history)) console.log(sentence);
    const inQuestion = history.series.filter((one) => !settings.onlyForChoosing || isForChoosing(one));
    const { series: chosen, poisoned: wrong } = poisoned(inQuestion, settings.poisonPercent);
    if (chosen.length === 0) throw new Error(`There are no prices in ${settings.path}`);
    const { series, aside } = settings.asTheyStand
      ? { series: chosen, aside: undefined }
      : siftSeries(chosen);
    const truths = wrong > 0 ? new Map(inQuestion.map(({ key, observed }) => [key, observed])) : undefined;
    const { scored, forecasts } = scoreHistory(series, {
      truths,
      onProgress: (at, share) => progress(`${at}, ${Math.round(share * 100)} % walked`),
    });
    const { firstMs, lastMs } = spanOf(series);
    return {
      name: settings.name,
      command: settings.command,
      madeOn: day(Date.now()),
      scoreVersion: SCORE_VERSION,
      offers: chosen.length,
      prices: chosen.reduce((sum, { observed }) => sum + observed.length, 0),
      firstDay: day(firstMs),
      lastDay: day(lastMs),
      skipped: Object.fromEntries(history.skipped),
      poisoned: wrong,
      setAside: aside,
      comparisons: compare(scored),
      forecasts,
      agreement: settings.as === 'aldi' ? await agreementWith(folder, scored) : [],
      seconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    await remove?.();
  }
}

/** The archive that a path is or solely holds; its files beside the prices are wanted too. */
async function archiveAt(path: string): Promise<string | undefined> {
  if (!(await stat(path)).isDirectory()) return isArchive(path) ? path : undefined;
  const archives = (await readdir(path)).filter(isArchive);
  return archives.length === 1 ? join(path, archives[0]!) : undefined;
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) return console.log(usage);
  const settings = backtestSettings(args, process.env, checkout);
  const result = await backtest(settings);
  const section = sectionOf(result);
  console.log(`\n${section}`);
  await mkdir(settings.outDir, { recursive: true });
  const path = join(settings.outDir, `backtest-${settings.name}.json`);
  await writeFile(path, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`result: ${path}`);
  if (settings.document === undefined) return;
  const before = await readFile(settings.document, 'utf8');
  await writeFile(settings.document, withSection(before, settings.name, section));
  console.log(`section "${settings.name}" of ${settings.document}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
