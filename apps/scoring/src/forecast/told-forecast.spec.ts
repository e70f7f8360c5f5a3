import { availabilityCode } from '../availability.ts';
import { DAY_MS } from '../day.ts';
import { PriceTimeline } from '../price-timeline.ts';
import { type ForecastModel, NO_MODEL } from './forecast-model.ts';
import { FEATURES } from './hazard-features.ts';
import { unpaused } from './paced.ts';
import { toldForecast } from './told-forecast.ts';
import { trainForecast } from './train-forecast.ts';
import { trainingSamples } from './training-samples.ts';

const DAYS = 100;
const SEEN_MS = (DAYS - 1) * DAY_MS;

/** One price a day, the last one with a stock. */
function daily(priceMinor: number, availability: 'in_stock' | 'out_of_stock') {
  const timeline = new PriceTimeline();
  const atMs = Float64Array.from({ length: DAYS }, (_, day) => day * DAY_MS);
  for (const at of atMs)
    timeline.append(at, {
      priceMinor,
      availability: availabilityCode(at === SEEN_MS ? availability : 'in_stock'),
    });
  return { timeline, atMs };
}

const told = (
  model: ForecastModel,
  { silentDays = 0, stock = 'in_stock' }: { silentDays?: number; stock?: 'in_stock' | 'out_of_stock' } = {},
) =>
  toldForecast(
    {
      productId: 'product',
      offerId: 'offer',
      observedAt: new Date(SEEN_MS).toISOString(),
      priceMinor: 2000,
      currency: 'EUR',
      availability: availabilityCode(stock),
    },
    daily(2000, stock),
    model,
    SEEN_MS + silentDays * DAY_MS,
  );

/** By which hardly any price ever falls. */
const sure: ForecastModel = {
  ...NO_MODEL,
  cases: 1_000,
  outcomes: { 7: 500, 14: 500, 30: 500, 60: 500 },
  weights: Array<number>(FEATURES).fill(-5),
  trust: { 7: 1, 14: 1, 30: 1, 60: 1 },
};

describe('advice', () => {
  it('is to buy what was seen in stock no longer ago than its source is usually silent', () => {
    expect(told(sure).advice.verdict).toBe('buy');
    expect(told(sure, { silentDays: 4 }).advice.verdict).toBe('buy');
  });

  it('is not to buy what was sold out when it was seen last', () => {
    expect(told(sure, { stock: 'out_of_stock' }).advice).toEqual({
      verdict: 'either',
      why: 'It was out of stock when last seen, so there is nothing to buy at this price.',
    });
  });

  it('is not to buy what nobody has looked at for long', () => {
    expect(told(sure, { silentDays: 40.5 }).advice).toEqual({
      verdict: 'either',
      why: 'It was last seen 40 days ago, longer than a price is believed unseen: nobody knows what it costs now.',
    });
  });
});

describe('numbers', () => {
  const daysTold = (model: ForecastModel) => told(model).horizons.map(({ days }) => days);

  it('are told of a horizon from 30 known outcomes on, and advice likewise', () => {
    const some = { ...sure, outcomes: { 7: 80, 14: 30, 30: 29, 60: 0 } };
    expect(daysTold(some)).toEqual([7, 14]);
    expect(told(some).advice).toEqual({
      verdict: 'either',
      why: 'Fewer than 30 prices were followed for 30 days yet to learn from, so nothing tells whether waiting pays.',
    });
  });

  it('are none of a model whose samples have no known outcome, however many they are', () => {
    const histories = Array.from({ length: 60 }, (_, seed) => {
      const timeline = new PriceTimeline();
      for (let day = 0; day < 12; day += 1)
        timeline.append(day * DAY_MS, { priceMinor: day === 6 ? 1500 : 2000, availability: 1 });
      return [...trainingSamples(timeline, seed)];
    });
    const samples = histories.flat().sort((one, other) => one.atMs - other.atMs);
    const early = unpaused(trainForecast(samples, 12 * DAY_MS));
    expect(early.cases).toBeGreaterThan(100);
    expect(early.outcomes).toMatchObject({ 14: 0, 30: 0, 60: 0 });
    expect(daysTold(early)).not.toContain(30);
    expect(told(early).advice.verdict).toBe('either');
  });

  it('of a model stored before outcomes were counted are told as before', () => {
    const { outcomes: _none, ...stored } = sure;
    expect(daysTold(stored)).toEqual([7, 14, 30]);
    expect(told(stored).advice.verdict).toBe('buy');
    expect(daysTold(NO_MODEL)).toEqual([]);
  });
});
