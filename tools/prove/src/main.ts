/** `npm run prove`: the whole product under load and faults, and a checker that says what became of everything. */
import { ROOT } from '@souk/start';
import { runCrashPoints } from './crash-points/matrix.ts';
import { PLANTS } from './plants/bugs/index.ts';
import { plantsNamed, runControls } from './plants/controls.ts';
import { proveQuota } from './quota/main.ts';
import { session } from './session.ts';
import { HELP, readSettings, type Settings } from './settings.ts';
import { SHOP_BUDGET } from './shop-visits.ts';

// set before the services start, which take it over: the recording chats listen here, and callers of the shop ask quota
process.env.SOUK_WEBHOOK_ALLOW = '127.0.0.1/32';
process.env.SOUK_QUOTA_UPSTREAMS = SHOP_BUDGET;

const LINGER_MS = 5_000;

async function run(settings: Settings): Promise<boolean> {
  if (settings.crashPoints) return runCrashPoints(settings);
  if (settings.controls) return runControls(settings, PLANTS);
  if (settings.plants.length > 0) return runControls(settings, plantsNamed(settings.plants));
  return (await session(settings, `seed-${settings.seed}`)).verdict === 'green';
}

try {
  const settings = process.argv[2] === 'quota' ? undefined : readSettings(process.argv.slice(2), ROOT);
  if (process.argv[2] === 'quota') process.exitCode = await proveQuota(process.argv.slice(3));
  else if (settings) process.exitCode = (await run(settings)) ? 0 : 1;
  else console.log(HELP);
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exitCode = 1;
}
// a connection to a broker that fell silent may linger: it does not keep us
setTimeout(() => process.exit(), LINGER_MS).unref();
