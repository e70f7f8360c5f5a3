/** `npm run bench`: what the product costs as multiples of what this machine can do, measured in the same run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { progressSince, ROOT } from '@souk/start';
import { DEALS_HELP, measureDeals } from './deals-main.ts';
import { startFloorServers } from './floor/servers.ts';
import { isMet, tableOf } from './goals.ts';
import { LATENCY_HELP, measureLatency } from './latency-main.ts';
import { measureHistory } from './history-main.ts';
import { HISTORY_HELP, readHistorySettings } from './history-settings.ts';
import { startMeasuredProduct } from './product.ts';
import { JOBS_HELP, measureJobs } from './jobs-main.ts';
import { MARKET_HELP, measureMarket } from './market-main.ts';
import { measureAll } from './run.ts';
import { HELP, readSettings, type Settings } from './settings.ts';
import { stoppable } from './stoppable.ts';
import { measureStorm, STORM_HELP } from './storm-main.ts';
import { circumstances, summarize } from './summary.ts';
import { measureWatches, WATCHES_HELP } from './watches-main.ts';

// the webhook's receiver listens here; set before the services start, which take it over
process.env.SOUK_WEBHOOK_ALLOW = '127.0.0.1/32';

const HELPS = [
  HELP,
  STORM_HELP,
  LATENCY_HELP,
  WATCHES_HELP,
  HISTORY_HELP,
  JOBS_HELP,
  MARKET_HELP,
  DEALS_HELP,
];

async function run(settings: Settings): Promise<number> {
  const progress = progressSince(Date.now(), (line) => process.stdout.write(line));
  mkdirSync(settings.outDir, { recursive: true });
  return stoppable(async (begun) => {
    const product = await startMeasuredProduct(progress, begun);
    const floor = await startFloorServers(product.dataDir, ROOT);
    begun(() => floor.stop());
    const rounds = await measureAll(settings, product, floor, progress);
    const goals = summarize(rounds, settings.only);
    const path = join(settings.outDir, `${new Date().toISOString().replaceAll(':', '')}.json`);
    writeFileSync(path, `${JSON.stringify({ settings, goals, rounds }, null, 2)}\n`);
    console.log(`${tableOf(goals)}\n\n${circumstances(rounds)}\nresult: ${path}`);
    return goals.every(isMet) ? 0 : 1;
  });
}

/** Undefined when only the help was wanted. */
async function measure([what, ...rest]: string[]): Promise<number | undefined> {
  if (what === 'history') {
    const settings = readHistorySettings(rest, ROOT);
    return settings && measureHistory(settings);
  }
  if (what === 'deals') return rest.length === 0 ? measureDeals() : undefined;
  if (what === 'market') return measureMarket(rest);
  if (what === 'jobs') return rest.length === 0 ? measureJobs() : undefined;
  if (what === 'latency') return rest.length === 0 ? measureLatency() : undefined;
  if (what === 'storm') return measureStorm(rest);
  if (what === 'watches') return measureWatches(rest);
  const settings = readSettings(what === undefined ? [] : [what, ...rest], ROOT);
  return settings && run(settings);
}

try {
  const exitCode = await measure(process.argv.slice(2));
  if (exitCode === undefined) console.log(HELPS.join('\n\n'));
  else process.exitCode = exitCode;
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = 1;
}
