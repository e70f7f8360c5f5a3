import * as fc from 'fast-check';
import { DAY_MS } from '../day.ts';
import { PriceTimeline } from '../price-timeline.ts';
import { thresholdAdvice } from './thresholds.ts';

const adviceOn = (points: readonly (readonly [day: number, priceMinor: number])[]) => {
  const timeline = new PriceTimeline();
  for (const [day, priceMinor] of points) timeline.append(day * DAY_MS, { priceMinor, availability: 1 });
  return thresholdAdvice(timeline, 'EUR');
};

describe('threshold advice', () => {
  it('counts how often each price and drop would have spoken', () => {
    const sales = [0, 100, 200].flatMap(
      (day) =>
        [
          [day, 2000],
          [day + 80, 1500],
          [day + 90, 2000],
        ] as const,
    );
    const { prices, drops, recommended } = adviceOn([...sales, [300, 1000], [310, 2000]]);
    expect(prices).toMatchObject([
      { priceMinor: 2001, times: 0, lastAt: null, everyDays: null },
      { priceMinor: 1501, times: 4, everyDays: 78 },
      {
        priceMinor: 1001,
        times: 1,
        everyDays: null,
        why: '"Below 10.01 EUR" would have spoken once in 310 days.',
      },
    ]);
    expect(prices[1]!.why).toBe(
      '"Below 15.01 EUR" would have spoken 4 times in 310 days, about every 78 days.',
    );
    expect(drops.map(({ percent, times }) => [percent, times])).toEqual([
      [5, 4],
      [10, 4],
      [20, 4],
      [30, 1],
      [50, 1],
    ]);
    expect(recommended).toMatchObject({ priceMinor: 1501 });
  });

  it('recommends no price that is gone for good, and tells how often the other comes now', () => {
    const everyFourWeeks = (fromDay: number, dearMinor: number, cheapMinor: number) =>
      Array.from(
        { length: 26 },
        (_, turn) => [fromDay + turn * 14, turn % 2 === 0 ? dearMinor : cheapMinor] as const,
      );
    const { prices, recommended } = adviceOn([
      ...everyFourWeeks(0, 1000, 500),
      ...everyFourWeeks(364, 2000, 1000),
    ]);
    expect(prices.at(-1)).toMatchObject({ priceMinor: 501, times: 13 });
    expect(recommended).toEqual({
      priceMinor: 1001,
      why: 'The lowest price that came more than once, on average at least every 180 days, and within the last 180, without what has lasted for longer than it mostly does: "Below 10.01 EUR" would have spoken 7 times in the last 180 days, about every 26 days.',
    });
    const gone = adviceOn([...everyFourWeeks(0, 1000, 500), [364, 1000], [600, 1000]]);
    expect(gone.prices.at(-1)).toMatchObject({ priceMinor: 501, times: 13 });
    expect(gone.recommended).toBeNull();
    const back = adviceOn([...everyFourWeeks(0, 1000, 500), [364, 1000], [600, 500]]);
    expect(back.recommended!.why).toContain('would have spoken once in the last 180 days.');
  });

  it('recommends no price that it has been below for longer than it mostly stays there', () => {
    const sales = [0, 100, 200].flatMap(
      (day) =>
        [
          [day, 2000],
          [day + 80, 1500],
          [day + 90, 2000],
        ] as const,
    );
    const cheapFor = (days: number) => adviceOn([...sales, [300, 1500], [300 + days, 1500]]);
    expect(cheapFor(10).recommended).toMatchObject({ priceMinor: 1501 });
    expect(cheapFor(11).prices).toContainEqual(expect.objectContaining({ priceMinor: 1501, times: 4 }));
    expect(cheapFor(11).recommended).toBeNull();
    const lower = adviceOn([
      ...sales.slice(0, 4),
      [150, 1000],
      [155, 2000],
      [180, 1000],
      [185, 1500],
      [250, 1500],
    ]);
    expect(lower.recommended).toMatchObject({ priceMinor: 1001 });
  });

  it('speaks of one day, and of prices that move by the hour', () => {
    const why = (points: readonly (readonly [day: number, priceMinor: number])[]) =>
      adviceOn(points).drops[0]!.why;
    const twice = [
      [0, 500],
      [0.2, 400],
      [0.4, 500],
      [0.6, 400],
    ] as const;
    expect(why([[0, 500]])).toBe(
      'A single observation does not tell how often "Falls by 5 %" would have spoken.',
    );
    expect(why(twice.slice(0, 1).concat([[0.4, 500]]))).toBe(
      '"Falls by 5 %" would not have spoken in less than a day.',
    );
    expect(why(twice)).toBe(
      '"Falls by 5 %" would have spoken 2 times in less than a day, more than once a day.',
    );
    expect(why([...twice, [0.8, 500], [1, 400]])).toBe(
      '"Falls by 5 %" would have spoken 3 times in 1 day, more than once a day.',
    );
  });

  it('takes no rhythm from one time, and recommends no price that came once', () => {
    const { drops, prices, recommended } = adviceOn([
      [0, 500],
      [3, 400],
    ]);
    expect(drops[0]).toMatchObject({
      times: 1,
      everyDays: null,
      why: '"Falls by 5 %" would have spoken once in 3 days.',
    });
    expect(prices.find(({ priceMinor }) => priceMinor === 401)).toMatchObject({ times: 1, everyDays: null });
    expect(recommended).toBeNull();
  });

  it('counts exactly the watches that are asked for, and lately apart', () => {
    const timeline = new PriceTimeline();
    for (const [day, priceMinor] of [
      [0, 2000],
      [50, 1500],
      [60, 2000],
      [200, 1300],
      [210, 2000],
    ] as const)
      timeline.append(day * DAY_MS, { priceMinor, availability: 1 });
    const { asked } = thresholdAdvice(timeline, 'EUR', { prices: [1600, 1300, 1400], drops: [25, 40] });
    expect(asked).toMatchObject({
      lowestMinor: 1300,
      largestDropPercent: 35,
      prices: [
        { priceMinor: 1600, times: 2, timesLately: 1 },
        { priceMinor: 1300, times: 0, timesLately: 0 },
        { priceMinor: 1400, times: 1, timesLately: 1 },
      ],
      drops: [
        { percent: 25, times: 2, timesLately: 1 },
        { percent: 40, times: 0, timesLately: 0 },
      ],
    });
    expect(adviceOn([[0, 500]]).asked).toBeUndefined();
    expect(thresholdAdvice(timeline, 'EUR').prices[0]).not.toHaveProperty('timesLately');
  });

  it('recommends nothing for a price that never moved', () => {
    const { prices, recommended } = adviceOn([
      [0, 500],
      [90, 500],
    ]);
    expect(recommended).toBeNull();
    expect(prices).toMatchObject([{ priceMinor: 501, times: 0 }]);
    expect(adviceOn([[0, 500]]).recommended).toBeNull();
  });

  it('counts a larger drop no more often than a smaller one, and tells prices from high to low', () => {
    const points = fc.uniqueArray(
      fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 50 })),
      {
        minLength: 1,
        maxLength: 40,
        selector: ([day]) => day,
      },
    );
    fc.assert(
      fc.property(points, (unordered) => {
        const { drops, prices } = adviceOn(unordered.toSorted((a, b) => a[0] - b[0]));
        const times = drops.map((drop) => drop.times);
        expect(times).toEqual(times.toSorted((a, b) => b - a));
        expect(prices.map((one) => one.priceMinor)).toEqual(
          prices.map((one) => one.priceMinor).toSorted((a, b) => b - a),
        );
      }),
    );
  });
});
