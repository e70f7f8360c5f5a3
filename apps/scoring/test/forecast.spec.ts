import {
  GetForecast,
  ListForecastTrainings,
  newId,
  OPERATOR_ACCOUNT_ID,
  productIdOf,
  TrainForecasts,
} from '@souk/contracts';
import { FrozenClock, type World } from '@souk/testing';
import { Database } from '@souk/service';
import { NO_MODEL } from '../src/forecast/forecast-model.ts';
import { ForecastStore } from '../src/forecast/forecast.store.ts';
import { ForecastTrainer } from '../src/forecast/forecast-trainer.ts';
import { accepted, dayAt, price, publish, startScoring } from './world.ts';

/** Always the same: which samples are read follows from the ids of offers, and these from it. */
const ACCOUNT_ID = '0198b000-0000-7000-8000-00000000f0e0';
const PRODUCTS = 24;
const WEEKS = 40;

/** Each product costs 20.00, and 12.00 for a week in every five, in a week of its own. */
async function importHistories(world: World, accountId: string): Promise<void> {
  for (let product = 0; product < PRODUCTS; product += 1) {
    const offers = Array.from({ length: WEEKS * 2 }, (_, at) => {
      const isOffer = (Math.floor(at / 2) + product) % 5 === 0;
      return price(accountId, {
        product: `p${product}`,
        priceMinor: isOffer ? 1200 : 2000,
        observedAt: dayAt(at * 3.5),
      });
    });
    await publish(world, accountId, accepted(offers, { mode: 'backfill' }));
  }
  await world.until(async () => {
    const [row] = await world.sql<{ points: number }>(
      'scoring',
      'select sum(points)::int as points from offer',
    );
    return row?.points === PRODUCTS * WEEKS * 2;
  });
}

describe('forecasts', () => {
  const accountId = ACCOUNT_ID;
  let world: World;

  beforeAll(async () => {
    world = await startScoring({ SOUK_FORECAST_LOOK_MS: '100' });
    await importHistories(world, accountId);
  });
  afterAll(() => world.stop());

  const ofProduct = (product: string, targetMinor?: number) =>
    world.ask(GetForecast, { accountId, productId: productIdOf(accountId, 'steam', product), targetMinor });

  it('are trained when asked for, judged on days not trained on, and told with their progress', async () => {
    const { requestedAt } = await world.ask(TrainForecasts, {});
    const training = await world.until(async () => {
      const { trainings } = await world.ask(ListForecastTrainings, {});
      return trainings.find(
        (one) => one.accountId === accountId && one.state === 'trained' && one.trainedAt! >= requestedAt,
      );
    });
    expect(training).toMatchObject({ progress: 1, problem: null });
    expect(training.cases).toBeGreaterThan(500);
    const fortnight = training.evaluation.find(({ days }) => days === 14)!;
    expect(fortnight.skill).toBeGreaterThan(0);
  });

  it('say that what comes every five weeks is likely within a month, and what never came is not', async () => {
    const { forecast } = await ofProduct('p3', 1200);
    expect(forecast).toMatchObject({ priceMinor: 2000, currency: 'USD', targetMinor: 1200 });
    const month = forecast!.horizons.find(({ days }) => days === 30)!;
    expect(month.probability).toBeGreaterThan(0.5);
    const never = (await ofProduct('p3', 500)).forecast!.horizons.find(({ days }) => days === 30)!;
    expect(never.probability).toBeLessThan(0.2);
    expect(month.lowMinor).toBeLessThanOrEqual(month.expectedLowMinor);
    expect(month.expectedLowMinor).toBeLessThanOrEqual(month.highMinor);
  });

  it('advise nothing of a price without a score, and say why', async () => {
    await publish(
      world,
      accountId,
      accepted([price(accountId, { product: 'fresh', priceMinor: 900, observedAt: dayAt(1) })]),
    );
    const forecast = await world.until(async () => (await ofProduct('fresh')).forecast);
    expect(forecast.horizons).toHaveLength(3);
    expect(forecast.advice).toMatchObject({
      verdict: 'either',
      why: expect.stringContaining('A score needs at least 3 observations') as string,
    });
  });

  it('hold a price that is there already for certain, and are none of a product without a price', async () => {
    const { forecast } = await ofProduct('p3', 2500);
    expect(forecast!.horizons.map(({ probability }) => probability)).toEqual([1, 1, 1]);
    expect(await ofProduct('unheard-of')).toEqual({ forecast: null });
  });

  it('can be begun again at once where their training was stopped midway', async () => {
    const own = newId();
    const scoring = world.app('scoring');
    const [now, store] = [new Date(), scoring.get(ForecastStore)];
    const begin = () => scoring.get(Database).transaction([own], (tx) => store.begin(tx, own, now, now));
    expect([await begin(), await begin()]).toEqual([true, false]);
    await scoring.get(ForecastTrainer).trainOne(own, AbortSignal.abort());
    expect(await begin()).toBe(true);
  });

  it('are trained again at the next look where there was nothing to learn from, and else when they are old', async () => {
    const own = newId();
    const scoring = world.app('scoring');
    const [now, store] = [new Date(), scoring.get(ForecastStore)];
    const begin = (account: string) =>
      scoring
        .get(Database)
        .transaction([account], (tx) => store.begin(tx, account, now, new Date(now.getTime() - 3_600_000)));
    expect(await begin(own)).toBe(true);
    await scoring.get(ForecastTrainer).trainOne(own, new AbortController().signal);
    expect([await begin(own), await begin(accountId)]).toEqual([true, false]);
  });

  it('are trained once more where that was asked for during a run, which had read its histories by then', async () => {
    const own = newId();
    const scoring = world.app('scoring');
    const [database, store] = [scoring.get(Database), scoring.get(ForecastStore)];
    const startMs = Date.now() - 60_000;
    const after = (seconds: number) => new Date(startMs + seconds * 1_000);
    const begin = (now: Date) =>
      database.transaction([own], (tx) => store.begin(tx, own, now, new Date(startMs - 3_600_000)));
    const finish = () =>
      database.transaction([own], (tx) => store.finish(tx, own, { ...NO_MODEL, weights: [1] }));
    expect(await begin(after(1))).toBe(true);
    await database.transaction([OPERATOR_ACCOUNT_ID], (tx) => store.request(tx, after(2)));
    await finish();
    expect(await begin(after(3))).toBe(true);
    await finish();
    expect(await begin(after(4))).toBe(false);
  });

  it('say nothing of what is to come while no history was learnt from', async () => {
    const own = newId();
    await publish(
      world,
      own,
      accepted([price(own, { product: 'new', priceMinor: 900, observedAt: dayAt(1) })]),
    );
    const { forecast } = await world.until(async () => {
      const answer = await world.ask(GetForecast, {
        accountId: own,
        productId: productIdOf(own, 'steam', 'new'),
      });
      return answer.forecast && answer;
    });
    expect(forecast).toMatchObject({ model: { cases: 0 }, horizons: [], advice: { verdict: 'either' } });
  });

  it('are not told of the products of another account', async () => {
    const productId = productIdOf(accountId, 'steam', 'p1');
    expect(await world.ask(GetForecast, { accountId: newId(), productId })).toEqual({ forecast: null });
  });
});

describe('forecasts of a new installation', () => {
  const accountId = ACCOUNT_ID;
  const clock = new FrozenClock('2026-12-31T12:00:00.000Z');
  let world: World;

  beforeAll(async () => {
    world = await startScoring({ SOUK_FORECAST_LOOK_MS: '100' }, clock);
  });
  afterAll(() => world.stop());

  it('are there a minute after its first history, though the first look found none', async () => {
    const trainings = async () => (await world.ask(ListForecastTrainings, {})).trainings;
    await world.until(async () => (await trainings()).some(({ state }) => state === 'trained'));
    await importHistories(world, accountId);
    // The look that found nothing may still be under way: what it puts off counts from its beginning.
    clock.advance(61_000);
    const trained = await world.until(async () =>
      (await trainings()).find((one) => one.accountId === accountId && one.state === 'trained'),
    );
    expect(trained).toMatchObject({ trainedAt: clock.now().toISOString(), problem: null });
    expect(trained.cases).toBeGreaterThan(500);
  });
});
