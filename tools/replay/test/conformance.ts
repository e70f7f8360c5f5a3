/**
 * `npm run test:data`: real histories through the whole product, started by its own command, against what an
 * independent script counts in the files. SOUK_TEST_DATA names the folder with the sets (default ../shared/data).
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Api } from './conformance/api.ts';
import { Checks } from './conformance/checks.ts';
import { MemoryWatch } from './conformance/memory.ts';
import { checkSet, knownSets } from './conformance/other-checks.ts';
import { startProduct, type RunningProduct } from './conformance/running-product.ts';
import { checkSteam } from './conformance/steam-checks.ts';
import { unpacked } from '../src/unpack.ts';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const data = resolve(checkout, process.env.SOUK_TEST_DATA ?? '../shared/data');
const archives = {
  steam: join(data, 'price_steam_daily', 'steam.tar.zst'),
  aldi: join(data, 'price_aldi_us_daily', 'aldi.tar.zst'),
  pcparts: join(data, 'price_pcparts_snapshots', 'pcparts.tar.zst'),
};

const mb = (value: number): string => `${Math.round(value)} MB`;
const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Every set through a product that runs; whatever goes wrong is one failed check more. */
async function checkAll(checks: Checks, product: RunningProduct, reports: string): Promise<void> {
  const memory = new MemoryWatch(product.pid);
  const steam = await unpacked(archives.steam);
  try {
    checks.figure('product ready in', `${(product.startedInMs / 1000).toFixed(1)} s`);
    checks.figure('services before the first post, resident', mb(memory.sample()));
    const target = { url: product.url, apiKey: product.apiKey, mode: 'live' as const };
    const api = new Api(target);
    await checkSteam(checks, api, target, steam.folder, reports);
    for (const set of knownSets) await checkSet(checks, api, target, set, archives[set.as], reports);
  } finally {
    memory.stop();
    await steam.remove();
    const { services, allServices, servers } = memory.peaks;
    const each = Object.entries(services).map(([name, peak]) => `${name} ${mb(peak)}`);
    checks.figure('highest resident memory of all services', `${mb(allServices)} (${each.join(', ')})`);
    checks.figure('highest resident memory of PostgreSQL, NATS and Redis', mb(servers));
  }
}

async function main(checks: Checks): Promise<void> {
  const missing = Object.values(archives).filter((path) => !existsSync(path));
  if (missing.length > 0) {
    console.log(
      `No test data: ${missing.join(', ')} missing. SOUK_TEST_DATA names the folder. Nothing was checked.`,
    );
    return;
  }
  const product = await startProduct(checkout);
  const reports = await mkdtemp(join(tmpdir(), 'souk-reports-'));
  try {
    await checkAll(checks, product, reports);
  } catch (error) {
    checks.that('the run went through', false, textOf(error));
  }
  const keep = checks.failed > 0;
  await product.stop(keep);
  if (keep) console.log(`The data and logs of this run are kept: ${product.dataDir}, reports: ${reports}`);
  else await rm(reports, { recursive: true, force: true });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const checks = new Checks();
try {
  await main(checks);
} catch (error) {
  checks.that('the product starts and stops', false, textOf(error));
}
checks.close();
