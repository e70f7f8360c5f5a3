import * as fc from 'fast-check';
import { DAY_MS } from '../day.ts';
import { PriceTimeline } from '../price-timeline.ts';
import { patternsOf } from './patterns.ts';

/** 2024-01-01, a Monday. */
const START_MS = Date.UTC(2024, 0, 1);
const timelineOf = (points: readonly (readonly [day: number, priceMinor: number])[]): PriceTimeline => {
  const timeline = new PriceTimeline();
  for (const [day, priceMinor] of points)
    timeline.append(START_MS + day * DAY_MS, { priceMinor, availability: 1 });
  return timeline;
};
const daily = (length: number, priceOf: (day: number) => number): PriceTimeline =>
  timelineOf(Array.from({ length }, (_, day) => [day, priceOf(day)] as const));
const patterns = (timeline: PriceTimeline) => patternsOf(timeline, [timeline]);

describe('patterns', () => {
  it('tell how often it is on sale, for how long, and how long ago', () => {
    const found = patterns(daily(100, (day) => (day % 30 >= 20 && day % 30 < 25 ? 800 : 1000)));
    expect(found.sales).toEqual({
      count: 3,
      lastDays: 5,
      everyDays: 30,
      daysSinceLast: 14,
      why: 'It was on sale 3 times, about every 30 days, mostly for 5 days; the last sale ended 14 days ago.',
    });
  });

  it('tell a sale that goes on', () => {
    const { sales } = patterns(daily(30, (day) => (day > 25 ? 500 : 1000)));
    expect(sales).toMatchObject({ count: 1, daysSinceLast: 0, lastDays: null, everyDays: null });
    expect(sales.why).toBe('It was on sale once; it is on sale now.');
  });

  it('tell no sale that ended some hours ago as one that goes on', () => {
    const { sales } = patterns(
      timelineOf([
        ...Array.from({ length: 30 }, (_, day) => [day, 1000] as const),
        [30, 500],
        [30.2, 1000],
        [30.4, 1000],
      ]),
    );
    expect(sales).toMatchObject({ count: 1, daysSinceLast: 1 });
    expect(sales.why).toBe('It was on sale once, mostly for 1 day; the last sale ended 1 day ago.');
  });

  it('name the weekday of weekly promotions, and none where falls are spread', () => {
    expect(patterns(daily(90, (day) => (day % 7 >= 3 ? 800 : 1000))).weekday).toMatchObject({
      day: 'Thursday',
      share: 1,
    });
    expect(patterns(daily(90, (day) => (day % 4 >= 2 ? 800 : 1000))).weekday).toBeNull();
    expect(patterns(daily(30, (day) => (day % 7 >= 3 ? 800 : 1000))).weekday).toBeNull();
  });

  it('name the cheapest month of a year, where there is one', () => {
    const november = (day: number) => new Date(START_MS + day * DAY_MS).getUTCMonth() === 10;
    expect(patterns(daily(400, (day) => (november(day) ? 700 : 1000))).month).toMatchObject({
      month: 'November',
      belowPercent: 30,
    });
    expect(patterns(daily(400, () => 1000)).month).toBeNull();
    expect(patterns(daily(300, (day) => (november(day) ? 700 : 1000))).month).toBeNull();
  });

  it('tell sellers that undercut each other from one that is simply cheaper', () => {
    const ann = timelineOf([
      [0, 1000],
      [2, 950],
      [4, 900],
      [6, 850],
    ]);
    const bob = timelineOf([
      [0, 1010],
      [3, 940],
      [5, 890],
    ]);
    expect(patternsOf(ann, [ann, bob]).priceWar).toMatchObject({ sellers: 2, undercuts: 4 });
    const steady = timelineOf([
      [0, 1000],
      [6, 1000],
    ]);
    const cheaper = timelineOf([
      [0, 900],
      [1, 890],
      [2, 880],
      [3, 870],
    ]);
    expect(patternsOf(steady, [steady, cheaper]).priceWar).toBeNull();
    expect(patternsOf(ann, [ann]).priceWar).toBeNull();
  });

  it('have a volatility: the standard deviation over time in percent of the mean', () => {
    expect(
      patterns(
        timelineOf([
          [0, 900],
          [10, 1100],
          [20, 900],
        ]),
      ),
    ).toMatchObject({
      volatilityPercent: 10,
      changesPer30Days: 3,
    });
    expect(
      patterns(
        timelineOf([
          [0, 900],
          [10, 900],
        ]),
      ).volatilityPercent,
    ).toBe(0);
  });

  it('can be told of any history', () => {
    const points = fc.uniqueArray(
      fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 2000 })),
      {
        minLength: 1,
        maxLength: 60,
        selector: ([day]) => day,
      },
    );
    fc.assert(
      fc.property(points, (unordered) => {
        const found = patterns(timelineOf(unordered.toSorted((a, b) => a[0] - b[0])));
        expect(JSON.stringify(found)).not.toMatch(/NaN|Infinity|undefined/);
        expect(found.sales.count).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
