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
const monthAt = (day: number) => new Date(START_MS + day * DAY_MS).getUTCMonth();
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

  it('tell of what nobody has looked at for long how long before that the last sale ended', () => {
    const timeline = daily(100, (day) => (day % 30 >= 20 && day % 30 < 25 ? 800 : 1000));
    expect(patternsOf(timeline, [timeline], true).sales.why).toMatch(
      /; the last sale ended 14 days before it was last seen\.$/,
    );
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
    expect(sales.why).toBe('It was on sale once, for 1 day; the last sale ended 1 day ago.');
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
    const november = (day: number) => monthAt(day) === 10;
    expect(patterns(daily(400, (day) => (november(day) ? 700 : 1000))).month).toMatchObject({
      month: 'November',
      belowPercent: 30,
    });
    expect(patterns(daily(400, () => 1000)).month).toBeNull();
    expect(patterns(daily(300, (day) => (november(day) ? 700 : 1000))).month).toBeNull();
    expect(patterns(daily(400, (day) => (november(day) ? 700 : 1000))).month!.why).toBe(
      'In November, compared once, the price was on average at least 30 % below that of the months before and after.',
    );
  });

  it('tell of a month that came twice only where it was cheaper each time', () => {
    const { month } = patterns(daily(730, (day) => (monthAt(day) === 10 ? (day < 365 ? 700 : 900) : 1000)));
    expect(month).toMatchObject({
      belowPercent: 20,
      why: 'In November, compared 2 times, the price was on average at least 20 % below that of the months before and after.',
    });
    const once = (day: number) => (monthAt(day) === 10 && day < 365 ? 700 : 1000);
    expect(patterns(daily(730, once)).month).toBeNull();
  });

  it.each<[string, (day: number) => number]>([
    ['that rises every day', (day) => Math.round(10_000 * 1.02 ** (day / 30))],
    ['that falls every day', (day) => Math.round(100_000 * 0.97 ** (day / 30))],
    ['that rose for good', (day) => (day < 300 ? 1000 : 1300)],
    ['that fell for good', (day) => (day < 300 ? 1000 : 700)],
    ['that was lowered twice', (day) => (day < 300 ? 1000 : day < 500 ? 800 : 600)],
    ['that came back from a low that it began with', (day) => (day < 200 ? 600 : 1000)],
  ])('tell neither a sale nor a month of a price %s', (_, priceOf) => {
    const { sales, month } = patterns(daily(700, priceOf));
    expect([sales.count, sales.daysSinceLast, month]).toEqual([0, null, null]);
    expect(sales.why).toBe(
      'No sale in the 699 days looked at: a price at least 10 % below the one before it, for 30 days at most.',
    );
  });

  it('tell no month of a promotion that comes every week', () => {
    const { sales, month } = patterns(daily(700, (day) => (day % 7 < 4 ? 1000 : 800)));
    expect(sales).toMatchObject({ everyDays: 7, lastDays: 3 });
    expect(month).toBeNull();
  });

  it('tell no price that holds for longer than 30 days as a sale', () => {
    const forDays = (length: number) =>
      patterns(daily(200, (day) => (day >= 100 && day < 100 + length ? 800 : 1000))).sales.count;
    expect([forDays(30), forDays(31)]).toEqual([1, 0]);
    expect(patterns(daily(230, (day) => (day < 200 ? 1000 : 800))).sales.daysSinceLast).toBe(0);
    expect(patterns(daily(240, (day) => (day < 200 ? 1000 : 800))).sales.daysSinceLast).toBeNull();
  });

  it('tell of nothing where too little is known', () => {
    const why = 'Too little is known to tell sales: they are looked for from 3 observations over 7 days on.';
    for (const points of [
      [],
      [[0, 1000]],
      [
        [0, 1000],
        [30, 500],
      ],
      [
        [0, 1000],
        [3, 500],
        [6, 500],
      ],
    ] as const)
      expect(patterns(timelineOf(points)).sales).toMatchObject({ count: 0, daysSinceLast: null, why });
  });

  it('tell a sale that came in steps, and none of a price that has just come back', () => {
    const steps = patterns(
      timelineOf([
        [0, 1000],
        [20, 930],
        [21, 870],
        [25, 870],
        [26, 1000],
        [40, 1000],
      ]),
    ).sales;
    expect(steps).toMatchObject({ count: 1, lastDays: 5, daysSinceLast: 14 });
    const back = patterns(
      timelineOf([
        [0, 1000],
        [19, 1000],
        [20, 800],
        [25, 800],
        [26, 1000],
      ]),
    ).sales;
    expect(back).toMatchObject({ count: 1, lastDays: 6, daysSinceLast: 1 });
  });

  it('tell no ordinary price as a sale since a dearer one came before it for a day', () => {
    const spikes = (length: number) =>
      patterns(
        daily(200, (day) => ([50, 70].some((from) => day >= from && day < from + length) ? 1500 : 1000)),
      ).sales.count;
    expect([spikes(1), spikes(3)]).toEqual([0, 1]);
    const free = patterns(daily(112, (day) => (day === 100 ? 500 : 0)));
    expect(free.sales).toMatchObject({ count: 0, daysSinceLast: null });
    const raised = patterns(daily(60, (day) => (day === 29 ? 1500 : day >= 30 && day < 35 ? 800 : 1000)));
    expect(raised.sales).toMatchObject({ count: 1, lastDays: 5 });
  });

  it('count the days of a sale from the first of the falls that led to it', () => {
    const falling = (days: number) => (day: number) => {
      if (day < 30 || day >= 30 + days) return 1000;
      return day < 31 ? 800 : 790;
    };
    expect([30, 31].map((days) => patterns(daily(120, falling(days))).sales.count)).toEqual([1, 0]);
  });

  it('say that what is on sale is sold out, and of what nobody has looked at for long when that was', () => {
    const timeline = daily(30, (day) => (day > 25 ? 500 : 1000));
    const longUnseen = () => patternsOf(timeline, [timeline], true).sales.why;
    expect(longUnseen()).toBe('It was on sale once; it was on sale when last seen.');
    timeline.append(START_MS + 30 * DAY_MS, { priceMinor: 500, availability: 4 });
    expect(patterns(timeline).sales.why).toBe(
      'It was on sale once; its price is that of a sale now, but it is out of stock.',
    );
    expect(longUnseen()).toBe(
      'It was on sale once; when last seen its price was that of a sale, but it was out of stock.',
    );
  });

  it('take the length of no sale from the pause between two readings', () => {
    const every = (pause: number, sale: (reading: number) => boolean) =>
      patterns(
        timelineOf(
          Array.from({ length: 24 }, (_, reading) => [reading * pause, sale(reading) ? 800 : 1000] as const),
        ),
      ).sales;
    const weekly = every(7, (reading) => reading % 8 === 5);
    expect(weekly).toMatchObject({ count: 3, everyDays: 56, lastDays: null });
    expect(weekly.why).toBe('It was on sale 3 times, about every 56 days; the last sale ended 7 days ago.');
    // It may have lasted for 40 days as well as for one.
    expect(every(20, (reading) => reading % 8 === 5).count).toBe(0);
    const oneMeasured = [
      ...Array.from({ length: 31 }, (_, day) => [day, day >= 10 && day < 15 ? 800 : 1000] as const),
      ...[37, 44, 51].map((day) => [day, day === 44 ? 800 : 1000] as const),
    ];
    expect(patterns(timelineOf(oneMeasured)).sales.why).toBe(
      'It was on sale 2 times, 34 days apart, for 5 days where that is known; the last sale ended 1 day ago.',
    );
  });

  it('call one gap between sales no rhythm', () => {
    const { sales } = patterns(daily(60, (day) => (day % 30 >= 20 && day % 30 < 25 ? 800 : 1000)));
    expect(sales.why).toBe(
      'It was on sale 2 times, 30 days apart, mostly for 5 days; the last sale ended 4 days ago.',
    );
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
