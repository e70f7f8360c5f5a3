import * as fc from 'fast-check';
import { DAY_MS } from '../day.ts';
import { PriceTimeline } from '../price-timeline.ts';
import { HORIZONS_DAYS } from './base-rates.ts';
import { buyOrWait } from './buy-or-wait.ts';
import { type ForecastModel, NO_MODEL } from './forecast-model.ts';
import { PriceForecast } from './forecast-prices.ts';
import { FEATURES, hazardInput } from './hazard-features.ts';
import { knownPrices, lowestOf } from './lowest-price.ts';
import { priceState, targetPast } from './price-state.ts';

const PRICE = 1_000;

/** One price a day from day 0 on. */
function daily(prices: readonly number[]): PriceTimeline {
  const timeline = new PriceTimeline();
  for (const [day, priceMinor] of prices.entries())
    timeline.append(day * DAY_MS, { priceMinor, availability: 1 });
  return timeline;
}

/** A hundred days at 10.00 but for a week at a lower price, three weeks ago. */
const promoted = (promotionMinor: number): PriceTimeline =>
  daily(Array.from({ length: 100 }, (_, day) => (day >= 73 && day < 80 ? promotionMinor : PRICE)));

const always = <Value>(value: Value) => ({ 7: value, 14: value, 30: value, 60: value });

const modelOf = (weights: readonly number[], rates: readonly number[], trust: number): ForecastModel => ({
  ...NO_MODEL,
  weights,
  baseRates: always(rates),
  trust: always(trust),
});

/** A model by which the promotion price comes back within 30 days in 85 of 100 cases, and a lower one in 2. */
function expecting(timeline: PriceTimeline, promotionMinor: number): ForecastModel {
  const state = priceState(timeline)!;
  const featuresOf = (targetMinor: number): readonly number[] =>
    hazardInput(state, targetPast(timeline, targetMinor)).active;
  const [reached, never] = [featuresOf(promotionMinor), featuresOf(promotionMinor - 1)];
  const weights = Array.from({ length: FEATURES }, () => 0);
  const teach = (own: readonly number[], others: readonly number[], timesADay: number): void => {
    const telling = own.filter((feature) => !others.includes(feature));
    for (const feature of telling) weights[feature] = Math.log(timesADay) / telling.length;
  };
  teach(reached, never, 0.19);
  teach(never, reached, 0.0007);
  return modelOf(weights, [0.2, 0.2, 0.2, 0.2, 0.2, 0.2], 1);
}

/** Probabilities of a lowest price that is each of these as often as it weighs. */
function distributionOf(lowest: readonly (readonly [priceMinor: number, weight: number])[]) {
  const weightUpTo = (mostMinor: number): number =>
    lowest.reduce((sum, [priceMinor, weight]) => (priceMinor <= mostMinor ? sum + weight : sum), 0);
  return (priceMinor: number): number => weightUpTo(priceMinor) / weightUpTo(PRICE);
}

describe('the lowest price to expect', () => {
  it.each([650, 667, 750])('is a promotion that comes most months, to the cent: %p of 1000', (promotion) => {
    const timeline = promoted(promotion);
    const forecast = new PriceForecast(timeline, expecting(timeline, promotion));
    expect(forecast.probability(promotion, 30)).toBeCloseTo(0.85);
    expect(forecast.probability(promotion - 1, 30)).toBeCloseTo(0.02);
    expect(forecast.lowest(30)).toEqual({
      expectedMinor: promotion,
      lowMinor: promotion,
      highMinor: PRICE,
    });
  });

  it('is what waiting is said to save', () => {
    const timeline = promoted(650);
    const forecast = new PriceForecast(timeline, expecting(timeline, 650));
    const advice = buyOrWait(PRICE, 'USD', forecast.undercut(30), forecast.lowest(30), true);
    expect(advice.verdict).toBe('wait');
    expect(advice.why).toContain('the lowest to expect is 6.50 USD, 35 % less');
  });

  it('is the price where a fall is rare, however deep', () => {
    const model = modelOf([], [0.09, 0.09, 0.09, 0.09, 0.09, 0.09], 0);
    const forecast = new PriceForecast(daily([PRICE, PRICE]), model);
    expect(forecast.probability(1, 7)).toBeCloseTo(0.09);
    expect(forecast.lowest(7)).toEqual({ expectedMinor: PRICE, lowMinor: PRICE, highMinor: PRICE });
  });

  it('is a price that was asked, with an interval that leaves out one in ten on either side', () => {
    const months = distributionOf([
      [600, 2],
      [650, 83],
      [800, 6],
      [PRICE, 9],
    ]);
    expect(lowestOf([500, 600, 650, 800, 900, PRICE], months)).toEqual({
      expectedMinor: 650,
      lowMinor: 650,
      highMinor: 800,
    });
  });

  it('has an interval that ends at the lowest price that anything is known of', () => {
    const halved = distributionOf([
      [100, 30],
      [PRICE, 70],
    ]);
    expect(lowestOf([500, 800, PRICE], halved)).toEqual({
      expectedMinor: PRICE,
      lowMinor: 500,
      highMinor: PRICE,
    });
  });

  it('lies within its interval, which holds eight in ten, whatever the distribution', () => {
    const price = fc.integer({ min: 0, max: PRICE });
    const outcomes = fc.array(fc.tuple(price, fc.integer({ min: 1, max: 20 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(outcomes, fc.array(price, { maxLength: 30 }), (lowest, past) => {
        const known = [...new Set([...past, PRICE])].sort((one, other) => one - other);
        const atOrBelow = distributionOf(lowest);
        const { expectedMinor, lowMinor, highMinor } = lowestOf(known, atOrBelow);
        expect(lowMinor).toBeLessThanOrEqual(expectedMinor);
        expect(expectedMinor).toBeLessThanOrEqual(highMinor);
        expect(highMinor).toBeLessThanOrEqual(PRICE);
        expect(atOrBelow(expectedMinor)).toBeGreaterThanOrEqual(0.5);
        expect(atOrBelow(highMinor)).toBeGreaterThanOrEqual(0.9);
        if (lowMinor > known[0]!) expect(atOrBelow(lowMinor - 1)).toBeLessThanOrEqual(0.1);
        const lower = known.filter((one) => one < expectedMinor).at(-1);
        if (lower !== undefined) expect(atOrBelow(lower)).toBeLessThan(0.5);
      }),
      { seed: 2_026, numRuns: 500 },
    );
  });

  it('lies within its interval and never rises with the days, whatever the history and the model', () => {
    const weight = fc.double({ min: -3, max: 3, noNaN: true });
    const rate = fc.double({ min: 0.001, max: 0.9, noNaN: true });
    const model = fc
      .tuple(
        fc.array(weight, { minLength: FEATURES, maxLength: FEATURES }),
        fc.array(rate, { minLength: 6, maxLength: 6 }),
        fc.constantFrom(0, 0.3, 1),
      )
      .map((made) => modelOf(...made));
    const history = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(history, model, (prices, by) => {
        const forecast = new PriceForecast(daily(prices), by);
        let before = [Infinity, Infinity, Infinity];
        for (const days of HORIZONS_DAYS) {
          const { expectedMinor, lowMinor, highMinor } = forecast.lowest(days);
          expect(lowMinor).toBeLessThanOrEqual(expectedMinor);
          expect(expectedMinor).toBeLessThanOrEqual(highMinor);
          expect(highMinor).toBeLessThanOrEqual(prices.at(-1)!);
          const told = [lowMinor, expectedMinor, highMinor];
          for (const [at, one] of told.entries()) expect(one).toBeLessThanOrEqual(before[at]!);
          before = told;
        }
      }),
      { seed: 2_026, numRuns: 300 },
    );
  });

  it('asks for no more than a hundred probabilities, however many prices there were', () => {
    const timeline = daily([...Array.from({ length: 400 }, (_, day) => 500 + day), PRICE]);
    const known = knownPrices(priceState(timeline)!, timeline);
    let asked = 0;
    lowestOf(known, (priceMinor) => {
      asked += 1;
      return priceMinor >= PRICE ? 1 : 0.2;
    });
    expect(asked).toBeGreaterThan(known.length);
    expect(asked).toBeLessThanOrEqual(100);
  });
});
