import { ListBudgets, QuotaExhausted } from '@souk/contracts';
import type { World } from '@souk/testing';
import { acquire, quotaWorld, upstreamName } from './quota-world.ts';

describe('a daily budget', () => {
  const scarce = upstreamName('scarce');
  const leased = upstreamName('leased');
  const tight = upstreamName('tight');
  const unbounded = upstreamName('unbounded');
  let world: World;
  beforeAll(async () => {
    world = await quotaWorld([
      { upstream: scarce, ratePerSecond: 99, burst: 60, dailyBudget: 50 },
      { upstream: leased, dailyBudget: 300 },
      { upstream: tight, ratePerSecond: 0.1, burst: 1, dailyBudget: 10 },
      { upstream: unbounded, ratePerSecond: 50, burst: 20 },
    ]);
  });
  afterAll(() => world.stop());

  const ask = (upstream = scarce, permits = 1) => acquire(world, { upstream, permits, waitMs: 10_000 });
  const used = async (name: string): Promise<number> => {
    const { upstreams } = await world.ask(ListBudgets, {});
    return upstreams.find(({ upstream }) => upstream === name)!.usedToday;
  };

  it('is kept exactly by many at once at two replicas, told once, and survives a restart', async () => {
    await world.start('quota', { instance: 'quota-2' });
    const answers = await Promise.all(Array.from({ length: 120 }, () => ask()));
    expect(answers.filter(({ granted }) => granted)).toHaveLength(50);
    const declined = answers.find(({ granted }) => !granted);
    expect(declined).toMatchObject({ reason: 'daily-budget', retryAfterMs: expect.any(Number) });
    expect(await used(scarce)).toBe(50);

    await world.running('quota').stop();
    await world.start('quota', { instance: 'quota-2' });
    for (let count = 0; count < 8; count += 1) expect((await ask()).granted).toBe(false);
    const { data } = await world.event(QuotaExhausted);
    expect(data).toMatchObject({ upstream: scarce, budget: 50 });
    const resetsInMs = new Date(data.resetsAt).getTime() - Date.now();
    expect(resetsInMs).toBeGreaterThan(86_300_000 - 60_000);
    expect(resetsInMs).toBeLessThanOrEqual(86_700_000);
    expect(world.events(QuotaExhausted)).toHaveLength(1);
  });

  const ageBy = (name: string, hours: number) =>
    world.sql(
      'quota',
      `with told as (
         update upstream set exhausted_told_at = exhausted_told_at - make_interval(hours => $2) where upstream = $1
       ) update daily_slot set slot = slot - make_interval(hours => $2) where upstream = $1`,
      [name, hours],
    );

  it('holds for any 24 hours, not for a calendar day', async () => {
    await ageBy(scarce, 23);
    expect((await ask()).granted).toBe(false);
    await ageBy(scarce, 2);
    expect((await ask()).granted).toBe(true);
    expect(await used(scarce)).toBe(1);
    // What counts no more is not kept either.
    expect(await world.sql('quota', 'select 1 from daily_slot where upstream = $1', [scarce])).toHaveLength(
      1,
    );
  });

  it('lets a smaller request have what a larger one cannot, and is not told as used up before it is', async () => {
    expect((await ask(scarce, 47)).granted).toBe(true);
    expect(await ask(scarce, 3)).toMatchObject({ reason: 'daily-budget' });
    expect((await ask(scarce, 2)).granted).toBe(true);
    expect(world.events(QuotaExhausted)).toHaveLength(1);
    expect((await ask()).granted).toBe(false);
    await world.until(() => world.events(QuotaExhausted).length === 2);
  });

  it('is foretold to last or to end', async () => {
    const { upstreams } = await world.ask(ListBudgets, {});
    const { forecast } = upstreams.find(({ upstream }) => upstream === scarce)!;
    expect(forecast).toEqual({ callsLastHour: 50, exhaustedAt: expect.any(String) });
  });

  it('of a fast upstream is kept by leases, and what they did not use is not lost', async () => {
    let granted = 0;
    await world.until(async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask(leased)));
      granted += answers.filter((answer) => answer.granted).length;
      return granted >= 300;
    });
    await Promise.all(
      Array.from({ length: 20 }, async () => expect((await ask(leased)).granted).toBe(false)),
    );
    expect([granted, await used(leased)]).toEqual([300, 300]);
  });

  it('is not used by calls that the rate did not allow', async () => {
    for (let count = 0; count < 5; count += 1) {
      expect(await acquire(world, { upstream: tight })).toMatchObject({ granted: false, reason: 'rate' });
    }
    expect(await used(tight)).toBe(0);
  });

  it('is not needed for the calls of a day to be counted, and a restart forgets none of them', async () => {
    for (let count = 0; count < 4; count += 1) expect((await ask(unbounded, 3)).granted).toBe(true);
    // Another replica writes down what it granted within seconds.
    await world.until(async () => (await used(unbounded)) === 12);
    await ask(unbounded);
    await world.running('quota').stop();
    await world.start('quota', { instance: 'quota-3' });
    await world.until(async () => (await used(unbounded)) === 13);
  });
});
