import * as fc from 'fast-check';
import { availabilityCode } from './availability.ts';
import { DAY_MS, measureDeal } from './deal-measures.ts';
import type { DealContext } from './deal-context.ts';
import { FACTORS } from './deal-factors.ts';
import { confidence, dealFactors, dealScore, scoreMissing } from './deal-score.ts';
import { PriceTimeline } from './price-timeline.ts';

/** One observation a day, beginning with day 0. */
function daily(
  prices: readonly number[],
  availability?: Parameters<typeof availabilityCode>[0],
): PriceTimeline {
  const timeline = new PriceTimeline();
  prices.forEach((priceMinor, day) => {
    timeline.append(day * DAY_MS, { priceMinor, availability: availabilityCode(availability) });
  });
  return timeline;
}
const days = (count: number, price: number): number[] => Array<number>(count).fill(price);
const scoreOf = (timeline: PriceTimeline) => dealScore(measureDeal(timeline));
const factorsOf = (timeline: PriceTimeline) =>
  Object.fromEntries(dealFactors(measureDeal(timeline), 'USD').map((factor) => [factor.name, factor]));

describe('deal score', () => {
  it('is missing, and says why, below three observations over three days', () => {
    for (const [prices, there] of [
      [[500], 'there is 1 over 0 days.'],
      [[500, 400], 'there are 2 over 1 day.'],
      [[500, 450, 400], 'there are 3 over 2 days.'],
    ] as const) {
      const measures = measureDeal(daily(prices));
      expect(dealScore(measures)).toBeUndefined();
      expect(scoreMissing(measures)).toContain(there);
    }
    expect(scoreMissing(measureDeal(daily([500, 500, 450, 400])))).toBeNull();
    expect(scoreOf(daily([500, 500, 450, 400]))).toBeGreaterThan(0);
  });

  it('needs three whole days, and never says they were there while an hour is missing', () => {
    const timeline = daily([500, 450]);
    timeline.append(71 * 3_600_000, { priceMinor: 400, availability: 0 });
    expect(scoreMissing(measureDeal(timeline))).toBe(
      'A score needs at least 3 observations over at least 3 days; there are 3 over 2.9 days.',
    );
  });

  it('is high for a deep discount that came before and lasted, and higher the longer the history', () => {
    const sale = [...days(50, 2000), ...days(10, 500)];
    const [short, long] = [
      [...sale, ...days(50, 2000), 500],
      [...sale, ...sale, ...sale, ...sale, ...days(50, 2000), 500],
    ];
    expect(scoreOf(daily(long, 'in_stock'))).toBeGreaterThan(80);
    expect(scoreOf(daily(short, 'in_stock'))).toBeLessThan(scoreOf(daily(long, 'in_stock'))!);
  });

  it('stays near the middle while little is known', () => {
    const score = scoreOf(daily([2000, 2000, 2000, 2000, 1000], 'in_stock'))!;
    expect(score).toBeGreaterThan(50);
    expect(score).toBeLessThan(55);
  });

  it('is below the middle for a price that never moved: its low says nothing', () => {
    const timeline = daily(days(100, 2000), 'in_stock');
    expect(scoreOf(timeline)).toBeLessThan(45);
    expect(factorsOf(timeline)['allTimeLow']).toMatchObject({ value: null, weight: 0 });
  });

  it('is lowest for a price that was never higher', () => {
    const dearest = scoreOf(daily([...days(100, 1000), 3000]))!;
    expect(dearest).toBeLessThan(40);
    for (const price of [2900, 1000, 900]) {
      expect(scoreOf(daily([...days(100, 1000), price]))).toBeGreaterThanOrEqual(dearest);
    }
    expect(scoreOf(daily([...days(100, 1000), 900]))).toBeGreaterThan(dearest);
  });

  it('rises when the same price was dearer for longer', () => {
    const rarely = scoreOf(daily([...days(90, 1000), ...days(10, 2000), 1000]))!;
    const mostly = scoreOf(daily([...days(10, 1000), ...days(90, 2000), 1000]))!;
    expect(mostly).toBeGreaterThan(rarely);
  });

  it('does not fall for a flash of a lower price one hour ago', () => {
    const flash = daily(days(100, 2000));
    const steady = daily(days(100, 2000));
    flash.append(100 * DAY_MS, { priceMinor: 500, availability: 0 });
    flash.append(100 * DAY_MS + 3_600_000, { priceMinor: 1000, availability: 0 });
    steady.append(100 * DAY_MS + 3_600_000, { priceMinor: 1000, availability: 0 });
    expect(factorsOf(flash)['realDiscount']).toEqual(factorsOf(steady)['realDiscount']);
    expect(scoreOf(flash)).toBeLessThan(scoreOf(steady)!);
  });

  it('looks back no more than a year, except for the lowest price ever', () => {
    const prices = [...days(10, 100), ...days(400, 2000), 1000];
    const factors = factorsOf(daily(prices));
    expect(factors['percentile']?.value).toBe(100);
    expect(factors['ninetyDayLow']?.value).toBe(100);
    expect(factors['allTimeLow']?.value).toBeCloseTo(1.1);
    expect(factors['lasting']?.why).toContain('No price in the last 365 days was as good');
  });

  it('tells as history how many observations there are, over how long, and as how much that counts', () => {
    const sparse = new PriceTimeline();
    for (const day of [0, 200, 400]) sparse.append(day * DAY_MS, { priceMinor: 500 + day, availability: 0 });
    expect(factorsOf(sparse)['history']).toMatchObject({
      weight: 0.9524,
      why: '3 observations over 400 days count as 3 days of history: the fewer there are, the nearer the score stays to the middle.',
    });
    expect(factorsOf(daily(days(101, 500)))['history']?.why).toContain(
      '101 observations over 100 days count as 100 days',
    );
    expect(factorsOf(daily([500]))['history']?.why).toContain('1 observation over 0 days counts as 0 days');
  });

  it('trusts a low less that was undercut each time it came', () => {
    const lasts = [...days(60, 2000), ...days(5, 1000), ...days(60, 2000), 1000];
    const undercut = [...days(55, 2000), ...days(5, 1000), ...days(5, 800), ...days(60, 2000), 1000];
    expect(factorsOf(daily(lasts))['lasting']!.value!).toBeGreaterThan(
      factorsOf(daily(undercut))['lasting']!.value!,
    );
    expect(scoreOf(daily(lasts))).toBeGreaterThan(scoreOf(daily(undercut))!);
  });

  it('does not fall while a sale deepens within minutes', () => {
    for (const past of [days(120, 2000), [...days(60, 2000), ...days(5, 1300), ...days(60, 2000)]]) {
      const timeline = daily(past);
      const scores = [1800, 1600, 1400, 1200, 1000].map((priceMinor, step) => {
        timeline.append(past.length * DAY_MS + step * 600_000, { priceMinor, availability: 0 });
        return scoreOf(timeline)!;
      });
      expect(scores).toEqual(scores.toSorted((one, other) => one - other));
    }
  });

  it('knows that waiting costs where prices rise, and compares lows in today’s money', () => {
    const rising = Array.from({ length: 500 }, (_, day) =>
      Math.round(100_000 * 1.03 ** Math.floor(day / 30)),
    );
    const factors = factorsOf(daily([...rising, Math.round(rising.at(-1)! * 0.8)]));
    expect(factors['trend']?.value).toBeGreaterThan(70);
    expect(factors['trend']?.why).toMatch(
      /^The usual price rises by \d[\d.]* % a month, so waiting costs\.$/,
    );
    expect(factors['allTimeLow']).toMatchObject({
      value: 100,
      why: expect.stringMatching(/^In today’s money \(by its own trend\), .* the lowest price ever seen\./),
    });
    const falling = factorsOf(daily(rising.toReversed()));
    expect(falling['trend']?.value).toBeLessThan(30);
  });

  it('expects of a season what it brought a year ago', () => {
    const yearOf = (price: number) => [...days(20, 2000), ...days(20, price), ...days(325, 2000)];
    const factors = factorsOf(daily([...yearOf(1000), 1500]));
    expect(factors['season']).toMatchObject({
      value: 16.7,
      why: '15.00 USD is 50 % above the lowest price of these 60 days a year ago, 10.00 USD.',
    });
    expect(factorsOf(daily(yearOf(1000)))['season']).toMatchObject({ value: null });
  });

  it('compares with other sources and reviews where there are any', () => {
    const timeline = daily([...days(90, 2000), 1500]);
    const judged = (context: DealContext) =>
      Object.fromEntries(dealFactors(measureDeal(timeline, context), 'USD').map((one) => [one.name, one]));
    expect(judged({ market: { priceMinor: 1875, source: 'other', sources: 1 } })['market']).toMatchObject({
      value: 100,
      why: '15.00 USD is 20 % below the lowest price of 1 other source (other), 18.75 USD.',
    });
    expect(judged({ reviews: { rating: 5, count: 20 } })['reviews']).toMatchObject({
      value: 83.3,
      why: '5 of 5 by 20 reviews counts as 4.5, mixed with 20 reviews of 4.',
    });
    const { why } = judged({ reviews: { rating: Math.fround(3.6), count: 20 } })['reviews']!;
    expect(why).toMatch(/^3\.6 of 5 by 20 reviews/);
    expect(judged({})).toMatchObject({ market: { value: null }, reviews: { value: null } });
  });

  it('has weights that make 1 when nothing is missing', () => {
    expect(FACTORS.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
  });

  it('names missing factors and shares out their weight, so that weights make 1', () => {
    for (const timeline of [
      daily([5]),
      daily([5, 4, 3, 2], 'in_stock'),
      daily(days(9, 5)),
      daily(days(9, 5), 'preorder'),
    ]) {
      const factors = dealFactors(measureDeal(timeline), 'USD');
      expect(factors.map((factor) => factor.name)).toEqual([...FACTORS.map(({ name }) => name), 'history']);
      const sum = factors.reduce((total, factor) => total + factor.weight, 0);
      expect(sum).toBeCloseTo(1, 3);
      for (const factor of factors) expect(factor.value === null).toBe(factor.weight === 0);
    }
  });

  it('is the weighted mean of its factors', () => {
    const timeline = daily([900, 1200, 1100, 800, 950, 1000, 700, 900], 'preorder');
    const factors = dealFactors(measureDeal(timeline), 'USD');
    const mean = factors.reduce((sum, { value, weight }) => sum + (value ?? 0) * weight, 0);
    expect(Math.abs(scoreOf(timeline)! - mean)).toBeLessThan(0.2);
  });

  it('explains each factor in one sentence with its numbers', () => {
    const factors = factorsOf(daily([...days(90, 1499), 999], 'in_stock'));
    expect(factors['percentile']?.why).toBe(
      '9.99 USD is lower than the price was during 100 % of the last 90 days.',
    );
    expect(factors['allTimeLow']?.why).toBe('9.99 USD is the lowest price ever seen.');
    expect(factors['realDiscount']?.why).toBe(
      '9.99 USD is 33.4 % below the time-weighted median of the last 90 days, 14.99 USD.',
    );
    expect(factors['priorPrice']?.why).toBe(
      '9.99 USD is 33.4 % below the lowest price of the 30 days before it, 14.99 USD.',
    );
    expect(factors['lasting']?.why).toBe(
      'No price in the last 90 days was as good as this within 2 %. No fall by more than 2 % at once can be told yet. Left out is what neither a lower price nor 60 days have followed yet.',
    );
    expect(factors['availability']?.why).toBe('It is in stock.');
    const dearer = factorsOf(daily([...days(80, 1000), ...days(10, 1200), 1100]));
    expect(dearer['allTimeLow']?.why).toBe('11.00 USD is 10 % above the lowest price ever seen, 10.00 USD.');
    expect(dearer['realDiscount']?.why).toContain('10 % above the time-weighted median');
  });

  it('judges free products without dividing by nothing', () => {
    expect(scoreOf(daily([...days(50, 2000), 0]))).toBeGreaterThan(60);
    for (const prices of [[...days(50, 0), 2000], days(50, 0), [...days(20, 0), ...days(20, 500), 100]]) {
      const score = scoreOf(daily(prices))!;
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(100);
      for (const factor of Object.values(factorsOf(daily(prices))))
        expect(factor.why).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it('is trusted more the longer the history', () => {
    const trust = [1, 4, 31, 91, 366, 800].map((count) => confidence(measureDeal(daily(days(count, 5)))));
    expect(trust).toEqual(trust.toSorted((a, b) => a - b));
    expect([trust[0], trust.at(-1)]).toEqual([0, 1]);
  });

  it('is trusted no more than the days that were observed, however far they lie apart', () => {
    const rare = new PriceTimeline();
    for (const day of [0, 200, 400]) rare.append(day * DAY_MS, { priceMinor: 500 + day, availability: 1 });
    expect(confidence(measureDeal(rare))).toBe(0.09);
    expect(confidence(measureDeal(daily(days(4, 5))))).toBe(0.09);
  });

  it('is never lower for a lower price at the same moment, all else equal', () => {
    const priceMinor = fc.oneof(fc.constantFrom(1000, 990, 800, 500), fc.integer({ min: 1, max: 3_000 }));
    const wait = fc.constantFrom(0.01, 0.5, 1, 3, 7, 20, 40, 90);
    const history = fc.array(fc.tuple(wait, priceMinor, fc.integer({ min: 0, max: 4 })), {
      minLength: 3,
      maxLength: 40,
    });
    const share = fc.double({ min: 0.3, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(history, wait, priceMinor, share, (past, lastWait, higher, part) => {
        const judged = (last: number): number => {
          const timeline = new PriceTimeline();
          let day = 0;
          for (const [days, price, availability] of past)
            timeline.append((day += days) * DAY_MS, { priceMinor: price, availability });
          timeline.append((day + lastWait) * DAY_MS, { priceMinor: last, availability: 1 });
          return scoreOf(timeline) ?? 0;
        };
        expect(judged(Math.floor(higher * part))).toBeGreaterThanOrEqual(judged(higher));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is between 0 and 100 for any history, and the same in any unit of money', () => {
    const history = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 50, max: 5_000 })), {
      minLength: 4,
      maxLength: 40,
    });
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 5_000 }), (past, price) => {
        const judged = (last: number, unit: number): number | undefined => {
          const timeline = new PriceTimeline();
          let day = 0;
          for (const [wait, priceMinor] of past)
            timeline.append((day += wait) * DAY_MS, { priceMinor: priceMinor * unit, availability: 1 });
          timeline.append((day + 1) * DAY_MS, { priceMinor: last * unit, availability: 1 });
          return scoreOf(timeline);
        };
        const score = judged(price, 1)!;
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
        expect(judged(price, 100)).toBeCloseTo(score, 1);
      }),
    );
  });
});
