import { BreakerChanged, ListBudgets, ReportOutcome } from '@souk/contracts';
import type { World } from '@souk/testing';
import type { State } from '../src/breaker.ts';
import { acquire, quotaWorld, upstreamName } from './quota-world.ts';

describe('the breaker of an upstream', () => {
  const shaky = upstreamName('shaky');
  const busy = upstreamName('busy');
  let world: World;
  beforeAll(async () => {
    world = await quotaWorld([{ upstream: shaky }, { upstream: busy }], {
      SOUK_BREAKER_FAILURES: '3',
      SOUK_BREAKER_PAUSE_MS: '4000',
      SOUK_BREAKER_PROBE_MS: '60000',
    });
    await world.start('quota', { instance: 'quota-2' });
    await world.until(async () => (await acquire(world, { upstream: shaky, waitMs: 500 })).granted);
    await world.until(async () => (await acquire(world, { upstream: busy, waitMs: 500 })).granted);
  });
  afterAll(() => world.stop());

  const report = async (
    upstream: string,
    outcome: 'succeeded' | 'throttled' | 'failed',
    retryAfterMs?: number,
  ): Promise<State> => (await world.ask(ReportOutcome, { upstream, outcome, retryAfterMs })).breaker;
  const ask = (upstream: string) => acquire(world, { upstream, waitMs: 10_000 });
  const askTenTimes = (upstream: string) => Promise.all(Array.from({ length: 10 }, () => ask(upstream)));
  const told = (name: string): State[] =>
    world
      .events(BreakerChanged)
      .filter(({ data }) => data.upstream === name)
      .map(({ data }) => data.state);

  it('stops all replicas after failures in a row, lets one probe out, and closes with its success', async () => {
    expect(await report(shaky, 'failed')).toBe('closed');
    expect(await report(shaky, 'failed')).toBe('closed');
    expect(await report(shaky, 'failed')).toBe('open');
    await world.until(() => told(shaky).includes('open'));
    // The other replica hears it at about the same moment as we do.
    const answers = await world.until(async () => {
      const tries = await askTenTimes(shaky);
      return tries.some(({ granted }) => granted) ? undefined : tries;
    });
    for (const answer of answers) expect(answer).toMatchObject({ granted: false, reason: 'breaker-open' });

    const probe = await world.until(async () => {
      const granted = (await askTenTimes(shaky)).filter((answer) => answer.granted);
      return granted.length > 0 ? granted : undefined;
    });
    expect(probe).toHaveLength(1);
    expect(await ask(shaky)).toMatchObject({ granted: false, reason: 'breaker-open' });
    const { upstreams } = await world.ask(ListBudgets, {});
    expect(upstreams.find(({ upstream }) => upstream === shaky)!.breaker).toBe('half-open');

    expect(await report(shaky, 'succeeded')).toBe('closed');
    await world.until(async () => (await ask(shaky)).granted);
    await world.until(() => told(shaky).length === 3);
    expect(told(shaky)).toEqual(['open', 'half-open', 'closed']);
  });

  it('keeps the pause that an upstream asks for, and waits longer after each probe that fails', async () => {
    expect(await report(busy, 'throttled', 4_800)).toBe('open');
    const declined = await ask(busy);
    expect(declined).toMatchObject({ granted: false, reason: 'breaker-open' });
    const { retryAfterMs } = declined as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(4_800);
    await world.until(async () => (await ask(busy)).granted);
    expect(await report(busy, 'failed')).toBe('open');
    const last = await world.until(() =>
      world
        .events(BreakerChanged)
        .findLast(
          ({ data }) => data.upstream === busy && data.state === 'open' && /probe failed/.test(data.reason),
        ),
    );
    const reasons = world.events(BreakerChanged).map(({ data }) => data.reason);
    expect(reasons).toContain('the upstream asked for fewer calls: paused for 4.8 s');
    expect(last.data.reason).toBe('the probe failed: paused for 8 s');
  });

  it('of an upstream that nobody knows cannot be reported on', async () => {
    await expect(report('nobody', 'failed')).rejects.toMatchObject({ code: 'not-found' });
  });
});
