import { AcquirePermits, type RequestOf, type ResponseOf, type UpstreamBudget } from '@souk/contracts';
import { ensureServers, startRedis } from '@souk/infra';
import { startWorld, type World } from '@souk/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QuotaConfig } from '../src/config.ts';
import { migrations } from '../src/migrations/index.ts';
import { QuotaModule } from '../src/quota.module.ts';

type Budget = Partial<UpstreamBudget> & { upstream: string };

/** Quota alone, with real servers around it; budgets that are not given are generous. */
export const quotaWorld = (budgets: Budget[], env: Record<string, string> = {}): Promise<World> =>
  startWorld({
    services: {
      quota: {
        module: (config: QuotaConfig) => QuotaModule.register(config),
        config: QuotaConfig,
        migrations,
        env: {
          SOUK_QUOTA_UPSTREAMS: JSON.stringify(
            budgets.map((budget) => ({ ratePerSecond: 10_000, burst: 1_000, dailyBudget: null, ...budget })),
          ),
          ...env,
        },
      },
    },
  });

export type Ask = Partial<RequestOf<typeof AcquirePermits>> & { upstream: string };

export const acquire = (world: World, ask: Ask): Promise<ResponseOf<typeof AcquirePermits>> =>
  world.ask(AcquirePermits, { priority: 'watch', permits: 1, waitMs: 0, ...ask });

/** A name that no other test uses: all test files share one Redis. */
let names = 0;
export const upstreamName = (kind: string): string =>
  `${kind}-${process.pid}-${Date.now().toString(36)}-${names++}`;

/** A Redis of the test's own, to be flushed, stopped and started again on the same port with its data. */
export async function privateRedis() {
  const binaries = await ensureServers({ root: join(import.meta.dirname, '../../..'), kinds: ['redis'] });
  const dir = mkdtempSync(join(tmpdir(), 'souk-quota-'));
  let server = await startRedis({ dir, binaries, durable: true, temporaryDir: dir });
  const { port, url } = server;
  return {
    url,
    stop: () => server.stop(),
    start: async () => {
      server = await startRedis({ dir, port, binaries, durable: true, temporaryDir: dir });
    },
    remove: async () => {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
