/** `npm run prove -- quota`: what an upstream sees of eight workers, two replicas and everything that goes wrong. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { progressSince, ROOT } from '@souk/start';
import { startSystem } from '../system.ts';
import { setting } from './budgets.ts';
import { quotaTextOf } from './report.ts';
import { runQuota } from './run.ts';
import { QUOTA_HELP, readQuotaSettings } from './settings.ts';

const PRIORITY = -10;

/** How late processes are run must be the product's own doing, not that of what else this machine does. */
function beforeOthers(): void {
  try {
    setPriority(PRIORITY); // all that is started from here inherits it
  } catch {
    // only the superuser may
  }
}

/** Answers the exit code. */
export async function proveQuota(args: string[]): Promise<number> {
  const settings = readQuotaSettings(args, ROOT);
  if (!settings) {
    console.log(QUOTA_HELP);
    return 0;
  }
  // set before the services start, which take it over
  process.env['SOUK_QUOTA_UPSTREAMS'] = setting();
  beforeOthers();
  const write = (text: string): boolean => process.stdout.write(text);
  const system = await startSystem(write);
  const stop = (): void => void system.stop(true).finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
  let isGood = false;
  try {
    const result = await runQuota(settings, system, progressSince(Date.now(), write).say);
    mkdirSync(settings.outDir, { recursive: true });
    const path = join(settings.outDir, `quota-seed-${settings.seed}.json`);
    writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
    console.log(quotaTextOf(result));
    console.log(`result: ${path}`);
    isGood = result.verdict === 'green';
  } finally {
    await system.stop(!isGood);
    if (!isGood) console.log(`data and logs are kept: ${system.dataDir}`);
  }
  return isGood ? 0 : 1;
}
