import {
  BreakerChanged,
  ListBudgets,
  RegisterUpstreams,
  ReportOutcome,
  type RequestOf,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { acquire, quotaWorld, upstreamName } from './quota-world.ts';

type Registered = RequestOf<typeof RegisterUpstreams>['upstreams'][number];

describe('upstreams that sources bring along', () => {
  const ofSettings = upstreamName('setting');
  let world: World;
  beforeAll(async () => {
    world = await quotaWorld([{ upstream: ofSettings, ratePerSecond: 7, burst: 7 }]);
  });
  afterAll(() => world.stop());

  const register = async (...upstreams: Registered[]) =>
    (await world.ask(RegisterUpstreams, { upstreams })).upstreams;
  const inForce = async (name: string) =>
    (await world.ask(ListBudgets, {})).upstreams.find(({ upstream }) => upstream === name);

  it('are called within their budget, also by one who asked too early', async () => {
    const upstream = upstreamName('new');
    const ask = { upstream, waitMs: 5_000 };
    expect(await acquire(world, ask)).toMatchObject({ granted: false, reason: 'unknown-upstream' });
    const windows = [{ calls: 2, seconds: 0.1 }];
    expect(await register({ upstream, ratePerSecond: 50, burst: 50, windows, dailyBudget: 3 })).toEqual([
      { upstream, isSetting: false, mostAtOnce: 2 },
    ]);
    for (let call = 0; call < 3; call += 1) expect((await acquire(world, ask)).granted).toBe(true);
    expect(await acquire(world, ask)).toMatchObject({ granted: false, reason: 'daily-budget' });
  });

  it('replace what was registered before, and nothing of the settings', async () => {
    const upstream = upstreamName('changing');
    await register({ upstream, ratePerSecond: 1, burst: 1 });
    const both = [
      { upstream, ratePerSecond: 2, burst: 4 },
      { upstream: ofSettings, ratePerSecond: 1, burst: 1 },
    ];
    const answer = [
      { upstream, isSetting: false, mostAtOnce: 4 },
      { upstream: ofSettings, isSetting: true, mostAtOnce: 7 },
    ];
    expect(await register(...both)).toEqual(answer);
    expect(await register(...both)).toEqual(answer);
    expect(await inForce(upstream)).toMatchObject({ ratePerSecond: 2, burst: 4, isSetting: false });
    expect(await inForce(ofSettings)).toMatchObject({ ratePerSecond: 7, burst: 7, isSetting: true });
  });

  it('outlive a restart of quota, and a setting that is taken away makes room for them', async () => {
    const upstream = upstreamName('kept');
    await register({ upstream, ratePerSecond: 3, burst: 3 });
    await world.running('quota').stop();
    await world.start('quota', { env: { SOUK_QUOTA_UPSTREAMS: '[]' } });
    expect(await inForce(upstream)).toMatchObject({ ratePerSecond: 3, isSetting: false });
    expect(await inForce(ofSettings)).toMatchObject({ ratePerSecond: 7, isSetting: false });
    await register({ upstream: ofSettings, ratePerSecond: 1, burst: 1 });
    expect(await inForce(ofSettings)).toMatchObject({ ratePerSecond: 1 });
  });

  it('rest for as long as a successful answer says', async () => {
    const [long, short] = [upstreamName('used-up'), upstreamName('used-up')];
    const budget = { ratePerSecond: 100, burst: 10 };
    await register({ upstream: long, ...budget }, { upstream: short, ...budget });
    const report = (upstream: string, pauseMs: number) =>
      world.ask(ReportOutcome, { upstream, operation: 'product', outcome: 'succeeded', pauseMs });
    expect(await report(long, 600_000)).toEqual({ breaker: 'open' });
    const declined = await acquire(world, { upstream: long, operation: 'search' });
    expect(declined).toMatchObject({ granted: false, reason: 'breaker-open' });
    const { data } = await world.event(BreakerChanged, (event) => event.data.upstream === long);
    expect(data).toMatchObject({ state: 'open', reason: expect.stringMatching(/used up: paused for 600 s/) });

    expect(await report(short, 700)).toEqual({ breaker: 'open' });
    await world.until(async () => (await acquire(world, { upstream: short, operation: 'search' })).granted);
  });
});
