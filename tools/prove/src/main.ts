/** `npm run prove`: the whole product under load and faults, and a checker that says what became of everything. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { progressSince, ROOT } from '@souk/start';
import { textOf } from './report.ts';
import { prove } from './run.ts';
import { HELP, readSettings, type Settings } from './settings.ts';
import { startSystem } from './system.ts';

// the recording chats listen here; set before the services start, which take it over
process.env.SOUK_WEBHOOK_ALLOW = '127.0.0.1/32';

async function run(settings: Settings): Promise<number> {
  const write = (text: string): boolean => process.stdout.write(text);
  const { say } = progressSince(Date.now(), write);
  mkdirSync(settings.outDir, { recursive: true });
  const name = `seed-${settings.seed}-${new Date().toISOString().replaceAll(':', '')}`;
  const system = await startSystem(write);
  const stop = (): void => void system.stop(true).finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
  let isGood = false;
  try {
    const ledgerPath = join(settings.outDir, `${name}.ledger.ndjson`);
    const result = await prove(settings, system, ledgerPath, say);
    const resultPath = join(settings.outDir, `${name}.json`);
    writeFileSync(resultPath, `${JSON.stringify(result, null, 2)}\n`);
    console.log(textOf(result));
    console.log(`result: ${resultPath}\nledger: ${ledgerPath}`);
    isGood = result.verdict === 'green';
  } finally {
    const keep = settings.keep || !isGood;
    await system.stop(keep);
    if (keep) console.log(`data and logs are kept: ${system.dataDir}`);
  }
  return isGood ? 0 : 1;
}

try {
  const settings = readSettings(process.argv.slice(2), ROOT);
  if (settings) process.exitCode = await run(settings);
  else console.log(HELP);
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = 1;
}
