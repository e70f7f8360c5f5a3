import { availabilityCode } from './availability.ts';
import { DAY_MS, measureDeal } from './deal-measures.ts';
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
    for (const prices of [[500], [500, 400], [500, 450, 400]]) {
      const measures = measureDeal(daily(prices));
      expect(dealScore(measures)).toBeUndefined();
      expect(scoreMissing(measures)).toContain(`there are ${prices.length} over`);
    }
    expect(scoreMissing(measureDeal(daily([500, 500, 450, 400])))).toBeNull();
    expect(scoreOf(daily([500, 500, 450, 400]))).toBeGreaterThan(0);
  });

  it('is 100 for half of what it always cost, in stock', () => {
    expect(scoreOf(daily([...days(200, 2000), 1000], 'in_stock'))).toBe(100);
  });

  it('is low for a price that never moved: its low says nothing', () => {
    const timeline = daily(days(100, 2000), 'in_stock');
    expect(scoreOf(timeline)).toBeLessThan(20);
    expect(factorsOf(timeline)['allTimeLow']).toMatchObject({ value: null, weight: 0 });
  });

  it('is lowest for a price that was never higher', () => {
    expect(scoreOf(daily([...days(100, 1000), 3000]))).toBe(0);
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
    expect(factors['allTimeLow']?.value).toBe(0);
  });

  it('names missing factors and shares out their weight, so that weights make 1', () => {
    for (const timeline of [
      daily([5]),
      daily([5, 4, 3, 2], 'in_stock'),
      daily(days(9, 5)),
      daily(days(9, 5), 'preorder'),
    ]) {
      const factors = dealFactors(measureDeal(timeline), 'USD');
      expect(factors.map((factor) => factor.name)).toEqual([
        'percentile',
        'allTimeLow',
        'ninetyDayLow',
        'realDiscount',
        'availability',
      ]);
      const sum = factors.reduce((total, factor) => total + factor.weight, 0);
      if (factors.some((factor) => factor.value !== null)) expect(sum).toBeCloseTo(1, 3);
      for (const factor of factors) expect(factor.value === null).toBe(factor.weight === 0);
    }
  });

  it('is the weighted mean of its factors', () => {
    const timeline = daily([900, 1200, 1100, 800, 950, 1000, 700, 900], 'preorder');
    const factors = dealFactors(measureDeal(timeline), 'USD');
    const mean = factors.reduce((sum, { value, weight }) => sum + (value ?? 0) * weight, 0);
    expect(scoreOf(timeline)).toBeCloseTo(mean, 0);
  });

  it('explains each factor in one sentence with its numbers', () => {
    const factors = factorsOf(daily([...days(90, 1499), 999], 'in_stock'));
    expect(factors['percentile']?.why).toBe(
      '9.99 USD is lower than the price was during 100 % of the last 365 days.',
    );
    expect(factors['allTimeLow']?.why).toBe('9.99 USD is the lowest price ever seen.');
    expect(factors['realDiscount']?.why).toBe(
      '9.99 USD is 33.4 % below the time-weighted median of the last 90 days, 14.99 USD.',
    );
    expect(factors['availability']?.why).toBe('It is in stock.');
    const dearer = factorsOf(daily([...days(90, 1000), 1100]));
    expect(dearer['allTimeLow']?.why).toBe('11.00 USD is 10 % above the lowest price ever seen, 10.00 USD.');
    expect(dearer['realDiscount']?.why).toContain('10 % above the time-weighted median');
  });

  it('judges free products without dividing by nothing', () => {
    expect(scoreOf(daily([...days(50, 2000), 0]))).toBe(100);
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
});
