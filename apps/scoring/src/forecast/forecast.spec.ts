import * as fc from 'fast-check';
import { DAY_MS } from '../day.ts';
import { PriceTimeline } from '../price-timeline.ts';
import { buyOrWait, tooLittleKnown } from './buy-or-wait.ts';
import { calibrationBins, evaluate, trustIn } from './evaluate-forecast.ts';
import { unpaused } from './paced.ts';
import { baseRate, HORIZONS_DAYS } from './base-rates.ts';
import { type ForecastModel, NO_MODEL } from './forecast-model.ts';
import { PriceForecast } from './forecast-prices.ts';
import { FEATURES } from './hazard-features.ts';
import { priceState, targetPast } from './price-state.ts';
import { trainForecast } from './train-forecast.ts';
import { followedUntil, trainingSamples } from './training-samples.ts';

/** One price a day from day 0 on. */
function daily(prices: readonly number[]): PriceTimeline {
  const timeline = new PriceTimeline();
  for (const [day, priceMinor] of prices.entries())
    timeline.append(day * DAY_MS, { priceMinor, availability: 1 });
  return timeline;
}

const cycle = (days: number, phase: number): number[] =>
  Array.from({ length: days }, (_, day) => ((day + phase) % 28 < 5 ? 1200 : 2000));

describe('state of a price', () => {
  it('tells its age, the usual price, its changes and its last move', () => {
    const state = priceState(daily([2000, 2000, 1500, 1500, 2000, 2000, 2000]))!;
    expect(state).toMatchObject({
      priceMinor: 2000,
      usualMinor: 2000,
      ageDays: 2,
      changes: 2,
      lastMove: 1,
      lowMinor: 1500,
    });
  });

  it('tells how often and how lately a target was reached', () => {
    const timeline = daily([2000, 1500, 2000, 1400, 2000, 2000]);
    expect(targetPast(timeline, 1500)).toEqual({ targetMinor: 1500, daysSince: 1, visits: 2 });
    expect(targetPast(timeline, 1400)).toMatchObject({ visits: 1 });
    expect(targetPast(timeline, 1000)).toEqual({ targetMinor: 1000, daysSince: undefined, visits: 0 });
  });
});

describe('evaluation', () => {
  const said = (probability: number, came: boolean, base = 0.5) => ({ probability, base, came, atMs: 0 });

  it('is a Brier score of 0 and a skill of 1 for a perfect forecast', () => {
    expect(evaluate([said(1, true), said(0, false)])).toEqual({
      cases: 2,
      brier: 0,
      brierOfBaseRate: 0.25,
      skill: 1,
      calibrationError: 0,
    });
  });

  it('finds the calibration error of a forecast that says 80 % where half comes', () => {
    const predictions = [said(0.8, true), said(0.8, false)];
    expect(evaluate(predictions)!.calibrationError).toBeCloseTo(0.3);
    expect(calibrationBins(predictions)[8]).toEqual({ cases: 2, predicted: 0.8, came: 0.5 });
  });

  it('trusts what was right, and not what was wrong', () => {
    const many = (probability: number, came: boolean) =>
      Array.from({ length: 200 }, () => said(probability, came));
    expect(trustIn([...many(0.9, true), ...many(0.1, false)])).toBe(1);
    expect(trustIn([...many(0.9, false), ...many(0.1, true)])).toBe(0);
  });
});

describe('training', () => {
  const samplesOf = (histories: readonly number[][]) =>
    histories
      .flatMap((prices, seed) => [...trainingSamples(daily(prices), seed)])
      .sort((one, other) => one.atMs - other.atMs);

  it('learns a cycle, and forecasts it better than the base rate', () => {
    const histories = Array.from({ length: 40 }, (_, phase) => cycle(300, phase));
    const model = unpaused(trainForecast(samplesOf(histories), 300 * DAY_MS));
    expect(model.evaluation[14]!.skill).toBeGreaterThan(0.05);
    const soon = new PriceForecast(daily(cycle(300, 7)), model);
    expect(soon.probability(1200, 30)).toBeGreaterThan(soon.probability(1200, 7));
    expect(soon.probability(600, 30)).toBeLessThan(0.2);
  });

  it('says what everyone would of a history too short to learn from', () => {
    const model = unpaused(trainForecast(samplesOf([cycle(20, 0)]), 20 * DAY_MS));
    expect(model.weights).toEqual([]);
    expect(model.trust).toEqual(NO_MODEL.trust);
  });

  it('learns promotions that come every few weeks, each product in its own rhythm', () => {
    const promoted = (rhythm: number, phase: number): number[] =>
      Array.from({ length: 300 }, (_, day) => (Math.floor((day + phase) / 7) % rhythm === 0 ? 1500 : 2000));
    const histories = Array.from({ length: 45 }, (_, at) => promoted(3 + (at % 3), at * 3));
    const model = unpaused(trainForecast(samplesOf(histories), 300 * DAY_MS));
    expect(model.evaluation[7]!.skill).toBeGreaterThan(0.1);
    expect(model.evaluation[14]!.skill).toBeGreaterThan(0.1);
  });

  it('leaves prices that move by chance to the base rate, or is no worse than it', () => {
    let state = 7;
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const histories = Array.from({ length: 40 }, () =>
      Array.from({ length: 300 }, () => (random() < 0.03 ? 1200 : 2000)),
    );
    const { evaluation, trust } = unpaused(trainForecast(samplesOf(histories), 300 * DAY_MS));
    for (const days of [7, 14, 30] as const)
      if (trust[days] > 0) expect(evaluation[days]!.skill).toBeGreaterThan(-0.02);
  });

  it('works on no more than a few thousand samples at once', () => {
    let looks = 0;
    const samples = samplesOf(Array.from({ length: 40 }, (_, phase) => cycle(300, phase))).map((sample) => {
      const { active, phase } = sample.input;
      const input = {
        phase,
        get active() {
          looks += 1;
          return active;
        },
      };
      return { ...sample, input };
    });
    const steps = trainForecast(samples, 300 * DAY_MS);
    let most = 0;
    let before = 0;
    for (let step = steps.next(); !step.done; step = steps.next()) {
      most = Math.max(most, looks - before);
      before = looks;
    }
    // A sample is looked at once for each of four pieces of the future and once for itself; levels take 4,000 at once.
    expect(most).toBeLessThanOrEqual(4 * 4_000);
    expect(looks).toBeGreaterThan(20 * most);
  });

  it('never looks ahead: whatever comes later, the model of a day is the same', () => {
    const past = Array.from({ length: 8 }, (_, phase) => cycle(90, phase * 4));
    const future = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 30 });
    const trained = (later: readonly number[]) =>
      unpaused(trainForecast(samplesOf(past.map((prices) => [...prices, ...later])), 90 * DAY_MS - 1));
    const model = trained([1]);
    fc.assert(
      fc.property(future, (later) => expect(trained(later)).toEqual(model)),
      { numRuns: 6 },
    );
  });

  it('counts what was not yet reached as followed until then', () => {
    const [sample] = samplesOf([[...cycle(10, 10), ...cycle(40, 0)]]);
    const followed = followedUntil(sample!, sample!.atMs + 2 * DAY_MS)!;
    expect(followed).toMatchObject({ days: 2, reached: false });
  });
});

describe('a probability', () => {
  /** Models that say anything at all, also what no history teaches. */
  const model = fc
    .record({
      weights: fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
        minLength: FEATURES,
        maxLength: FEATURES,
      }),
      rates: fc.array(fc.double({ min: 0.00001, max: 0.99999, noNaN: true }), {
        minLength: 24,
        maxLength: 24,
      }),
      trust: fc.array(fc.constantFrom(0, 0.3, 1), { minLength: 4, maxLength: 4 }),
    })
    .map(({ weights, rates, trust }): ForecastModel => {
      const byHorizon = <Value>(value: (at: number) => Value) =>
        ({ 7: value(0), 14: value(1), 30: value(2), 60: value(3) }) as const;
      return {
        ...NO_MODEL,
        weights,
        trust: byHorizon((at) => trust[at]!),
        baseRates: byHorizon((at) => rates.slice(at * 6, at * 6 + 6)),
      };
    });
  const history = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 80 });
  const targets = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 2, maxLength: 12 });

  it('rises with the days and never falls as the target rises, whatever the model says of each', () => {
    fc.assert(
      fc.property(history, model, targets, (prices, by, asked) => {
        const forecast = new PriceForecast(daily(prices), by);
        const rising = asked.toSorted((one, other) => one - other);
        for (const days of HORIZONS_DAYS) {
          const said = rising.map((target) => forecast.probability(target, days));
          expect(said).toEqual(said.toSorted((one, other) => one - other));
          for (const one of said) expect(one >= 0 && one <= 1).toBe(true);
        }
        for (const target of rising) {
          if (target >= prices.at(-1)!) continue;
          const said = HORIZONS_DAYS.map((days) => forecast.probability(target, days));
          for (let at = 1; at < said.length; at += 1) expect(said[at]!).toBeGreaterThan(said[at - 1]!);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is what the model says of the target where that rises with it', () => {
    const timeline = daily([2000, 1500, 2000, 1800, 2000, 2000]);
    const rates = [0.01, 0.02, 0.03, 0.04, 0.05, 0.06];
    const by = { ...NO_MODEL, baseRates: { 7: rates, 14: rates, 30: rates, 60: rates } };
    const forecast = new PriceForecast(timeline, by);
    for (const target of [0, 1, 900, 1000, 1001, 1499, 1500, 1601, 1799, 1800, 1900, 1901, 1999])
      expect(forecast.probability(target, 7)).toBe(baseRate(by.baseRates, target / 2000, 7));
  });

  it('is the base rate where the base rate is said to answer, and both rise with the days and the target', () => {
    fc.assert(
      fc.property(history, model, targets, (prices, by, asked) => {
        const forecast = new PriceForecast(daily(prices), by);
        const rising = asked.toSorted((one, other) => one - other);
        for (const days of HORIZONS_DAYS) {
          const base = rising.map((target) => forecast.base(target, days));
          expect(base).toEqual(base.toSorted((one, other) => one - other));
          if (by.trust[days] > 0) expect(forecast.isModelled(days)).toBe(true);
          if (!forecast.isModelled(days))
            expect(rising.map((target) => forecast.probability(target, days))).toEqual(base);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is the base rate of a target nearer than one that is reached more often', () => {
    const rates = [0.05, 0.1, 0.2, 0.25, 0.288, 0.128];
    const by = { ...NO_MODEL, baseRates: { 7: rates, 14: rates, 30: rates, 60: rates } };
    const forecast = new PriceForecast(daily([2000, 2000]), by);
    expect(forecast.base(1880, 7)).toBeCloseTo(0.208);
    expect(forecast.probability(1880, 7)).toBe(forecast.base(1880, 7));
    expect(forecast.isModelled(7)).toBe(false);
  });

  it('of a price of 0 to fall is 0', () => {
    const forecast = new PriceForecast(daily([2000, 0]), NO_MODEL);
    for (const days of HORIZONS_DAYS) expect(forecast.undercut(days)).toBe(0);
    expect(forecast.probability(0, 7)).toBe(1);
  });
});

describe('buy or wait', () => {
  const low = (expectedMinor: number) => ({ expectedMinor, lowMinor: 500, highMinor: 1000 });
  it.each([
    [0.7, 800, 'wait'],
    [0.7, 995, 'either'],
    [0.4, 800, 'either'],
    [0.1, 980, 'buy'],
  ] as const)('a chance of %p to save down to %p: %s', (undercut, expected, verdict) => {
    const advice = buyOrWait(1000, 'USD', undercut, low(expected), true);
    expect(advice.verdict).toBe(verdict);
    expect(advice.why).toContain(`${Math.round(undercut * 100)} %`);
  });

  it.each([0.05, 0.21, 0.8])('is not decided by the base rate, whatever it says: %p', (undercut) => {
    const { verdict, why } = buyOrWait(1000, 'USD', undercut, low(700), false);
    expect(verdict).toBe('either');
    expect(why).toBe(
      `Of all prices ${Math.round(undercut * 100)} % fell by more than 2 % within 30 days. That says nothing of this one in particular.`,
    );
  });

  it('of a price that falls every day is not to buy while no model has earned trust', () => {
    const falling = daily(Array.from({ length: 360 }, (_, day) => Math.round(20_000 * 0.999 ** day)));
    const rates = [0.01, 0.03, 0.06, 0.1, 0.15, 0.21];
    const model = { ...NO_MODEL, cases: 1_000, baseRates: { 7: rates, 14: rates, 30: rates, 60: rates } };
    const forecast = new PriceForecast(falling, model);
    const { priceMinor } = forecast.state;
    const [chance, expected] = [forecast.undercut(30), forecast.lowest(30)];
    expect(chance).toBeCloseTo(0.21);
    expect(buyOrWait(priceMinor, 'USD', chance, expected, forecast.isUndercutModelled(30)).verdict).toBe(
      'either',
    );
  });

  it('is to buy what is free, by any method', () => {
    for (const isModelled of [true, false])
      expect(buyOrWait(0, 'USD', 0, { expectedMinor: 0, lowMinor: 0, highMinor: 0 }, isModelled)).toEqual({
        verdict: 'buy',
        why: 'It is free, and nothing is cheaper.',
      });
  });

  it('says why nothing is advised of a price without a score', () => {
    expect(tooLittleKnown('A score needs more.')).toEqual({
      verdict: 'either',
      why: 'A score needs more. Until then nothing is advised.',
    });
  });
});
