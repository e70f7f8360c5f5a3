/** `npm run bench`: what the product costs as multiples of what this machine can do, measured in the same run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { progressSince, ROOT } from '@souk/start';
import { startFloorServers } from './floor/servers.ts';
import { isMet, tableOf } from './goals.ts';
import { startMeasuredProduct } from './product.ts';
import { measureAll } from './run.ts';
import { HELP, readSettings, type Settings } from './settings.ts';
import { circumstances, summarize } from './summary.ts';

// the webhook's receiver listens here; set before the services start, which take it over
process.env.SOUK_WEBHOOK_ALLOW = '127.0.0.1/32';

async function run(settings: Settings): Promise<number> {
  const progress = progressSince(Date.now(), (line) => process.stdout.write(line));
  mkdirSync(settings.outDir, { recursive: true });
  // Known before anything is started, so that an interrupted start leaves nothing behind either.
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const stopOne of stops.splice(0).toReversed()) await stopOne();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void stop().finally(() => process.exit(130)));
  try {
    const product = await startMeasuredProduct(progress, (stopProduct) => stops.push(stopProduct));
    const floor = await startFloorServers(product.dataDir, ROOT);
    stops.push(() => floor.stop());
    const rounds = await measureAll(settings, product, floor, progress);
    const goals = summarize(rounds);
    const path = join(settings.outDir, `${new Date().toISOString().replaceAll(':', '')}.json`);
    writeFileSync(path, `${JSON.stringify({ settings, goals, rounds }, null, 2)}\n`);
    console.log(`${tableOf(goals)}\n\n${circumstances(rounds)}\nresult: ${path}`);
    return goals.every(isMet) ? 0 : 1;
  } finally {
    await stop();
  }
}

try {
  const settings = readSettings(process.argv.slice(2), ROOT);
  if (settings) process.exitCode = await run(settings);
  else console.log(HELP);
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = 1;
}
