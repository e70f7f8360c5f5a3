import { ListBudgets, type Priority, ReportOutcome } from '@souk/contracts';
import type { World } from '@souk/testing';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { register } from 'prom-client';
import { acquire, quotaWorld, upstreamName } from './quota-world.ts';

const SOURCES = join(import.meta.dirname, '../src');

describe('a crowd of askers', () => {
  const narrow = upstreamName('narrow');
  const fast = upstreamName('fast');
  const slowed = upstreamName('slowed');
  let world: World;
  beforeAll(async () => {
    world = await quotaWorld(
      [
        { upstream: narrow, ratePerSecond: 1, burst: 5 },
        { upstream: fast, ratePerSecond: 200, burst: 200 },
        { upstream: slowed, ratePerSecond: 20, burst: 20 },
      ],
      { SOUK_QUOTA_MAX_WAITING_PER_UPSTREAM: '5', SOUK_BREAKER_PAUSE_MS: '60000' },
    );
  });
  afterAll(() => world.stop());

  const sumOf = (waiting: Record<string, number>): number =>
    Object.values(waiting).reduce((sum, count) => sum + count, 0);
  const budgetOf = async (name: string) =>
    (await world.ask(ListBudgets, {})).upstreams.find(({ upstream }) => upstream === name)!;

  it('makes room for whoever is more urgent: the last of the lowest class leaves a full queue', async () => {
    const ask = (priority: Priority) => acquire(world, { upstream: narrow, priority, waitMs: 10_000 });
    // All its calls at once: for five seconds nobody is served.
    const all = { upstream: narrow, permits: 5, waitMs: 10_000 };
    await world.until(async () => (await acquire(world, all)).granted);
    const waiting: ReturnType<typeof ask>[] = [];
    for (const priority of ['watch', 'analytics', 'analytics', 'enrichment', 'analytics'] as const) {
      waiting.push(ask(priority));
      await world.until(async () => sumOf((await budgetOf(narrow)).waiting) === waiting.length);
    }
    expect(await ask('analytics')).toMatchObject({ granted: false, reason: 'queue-full' });

    const user = ask('user');
    const evicted = await waiting.at(-1)!;
    expect(evicted).toMatchObject({ granted: false, reason: 'queue-full', retryAfterMs: expect.any(Number) });
    expect((await user).granted).toBe(true);
    const answers = await Promise.all(waiting.slice(0, -1));
    expect(answers.every(({ granted }) => granted)).toBe(true);
  });

  const redisCalls = async (name: string): Promise<number> => {
    const metric = await register.getSingleMetric('souk_quota_redis_calls_total')!.get();
    return metric.values.find(({ labels }) => labels['upstream'] === name)?.value ?? 0;
  };

  it('that asks for a fast upstream, sixteen at once, shares the questions to Redis', async () => {
    const askers = 16;
    await world.until(async () => (await acquire(world, { upstream: fast, waitMs: 3_000 })).granted);
    const questionsForAPermit = async (): Promise<number> => {
      const before = await redisCalls(fast);
      let permits = 0;
      const asker = async (): Promise<void> => {
        while (permits < 400)
          if ((await acquire(world, { upstream: fast, waitMs: 5_000 })).granted) permits += 1;
      };
      await Promise.all(Array.from({ length: askers }, asker));
      return ((await redisCalls(fast)) - before) / permits;
    };
    // A process that stands still lets leases run out: then another four hundred are looked at. How many permits a
    // question brings is measured by `prove -- quota`.
    await world.until(async () => (await questionsForAPermit()) < 0.2);
  });

  it('is given fewer permits once the upstream asks for fewer without saying for how long', async () => {
    expect((await budgetOf(slowed)).pace).toEqual({ factor: 1, ratePerSecond: 20, throttledAt: null });
    const report = { upstream: slowed, operation: 'getItems', outcome: 'throttled' } as const;
    expect(await world.ask(ReportOutcome, report)).toEqual({ breaker: 'closed' });
    const { pace, windows, guardMs } = await budgetOf(slowed);
    // A hundredth comes back each second.
    expect(pace!.factor).toBeGreaterThanOrEqual(0.5);
    expect(pace!.factor).toBeLessThan(0.9);
    expect(pace!.ratePerSecond).toBeCloseTo(20 * pace!.factor, 0);
    expect(windows).toEqual([{ calls: 20, periodMs: 1_000, used: null }]);
    expect(guardMs).toBe(50);
  });

  it('keeps apart the operations of an upstream: one that fails does not stop the others', async () => {
    const ask = (operation: string) => acquire(world, { upstream: slowed, operation, waitMs: 5_000 });
    for (let failure = 0; failure < 5; failure += 1)
      await world.ask(ReportOutcome, { upstream: slowed, operation: 'searchItems', outcome: 'failed' });
    expect(await ask('searchItems')).toMatchObject({ granted: false, reason: 'breaker-open' });
    expect((await ask('getItems')).granted).toBe(true);
    const { breaker, breakers } = await budgetOf(slowed);
    expect(breaker).toBe('closed');
    expect(breakers).toMatchObject([{ operation: 'searchItems', state: 'open' }]);
  });
});

it('no wall clock of a process is read: clocks that are minutes apart change nothing', () => {
  const files = globSync('**/*.ts', { cwd: SOURCES }).filter((file) => !file.endsWith('.spec.ts'));
  expect(files.length).toBeGreaterThan(15);
  const readers = files.filter((file) =>
    /Date\.now|new Date\(\)|clock\.now/.test(readFileSync(join(SOURCES, file), 'utf8')),
  );
  expect(readers).toEqual([]);
});
