import { availabilityCode } from '../availability.ts';
import { emptyColumns, type PointColumns } from '../chunks/point-columns.ts';
import { DAY_MS } from '../day.ts';
import { chartData } from './chart-data.ts';
import { gapsBefore, isLongSilent, longestSilenceMs } from './held-prices.ts';
import { bucketStart, priceBuckets } from './price-buckets.ts';

const START_MS = Date.UTC(2026, 0, 5); // a Monday
type Told = [
  day: number,
  priceMinor: number,
  more?: { list?: number; available?: boolean; imported?: boolean },
];

function history(...told: Told[]): PointColumns {
  const columns = emptyColumns(told.length);
  told.forEach(([day, priceMinor, { list = NaN, available, imported = false } = {}], index) => {
    columns.atMs[index] = START_MS + day * DAY_MS;
    columns.priceMinor[index] = priceMinor;
    columns.listPriceMinor[index] = list;
    columns.provenance[index] = imported ? 1 : 2;
    const name = available === undefined ? undefined : available ? 'in_stock' : 'out_of_stock';
    columns.availability[index] = availabilityCode(name);
  });
  return columns;
}
const isImported = (provenance: number): boolean => provenance === 1;
const days = (columns: PointColumns, silenceDays = 3) =>
  priceBuckets(columns, 'day', silenceDays * DAY_MS, isImported);

describe('a day of prices', () => {
  it('weighs each price by the time it was in force', () => {
    const [first] = days(history([0, 100], [0.75, 60], [1, 60]));
    expect(first).toMatchObject({
      lowMinor: 60,
      highMinor: 100,
      closeMinor: 60,
      meanMinor: 90,
      medianMinor: 100,
    });
    expect(first).toMatchObject({ kind: 'observed', observations: 2, startsAt: '2026-01-05T00:00:00.000Z' });
  });

  it('without an observation carries the price before, or is a gap after a longer silence, with no price at all', () => {
    const told = days(history([0.5, 100], [2.5, 80], [8, 90]));
    expect(told.map(({ kind, closeMinor }) => [kind, closeMinor])).toEqual([
      ['observed', 100],
      ['carried', 100],
      ['observed', 80],
      ...Array.from({ length: 5 }, () => ['gap', null]),
      ['observed', 90],
    ]);
  });

  it('tells the list price stated with its close, how long it could be bought, and what was only imported', () => {
    const [first, second] = days(
      history(
        [0, 100, { available: true, imported: true }],
        [0.25, 100, { list: 150, available: false, imported: true }],
        [1, 100],
        [2, 90],
      ),
    );
    expect(first).toMatchObject({ listPriceMinor: 150, availableShare: 0.25, isImported: true });
    expect(second).toMatchObject({ listPriceMinor: null, availableShare: null, isImported: false });
  });

  it('has no list price where its close was told without one, whatever was claimed before', () => {
    const told = days(history([0.5, 80, { list: 110 }], [1.5, 100], [2.25, 80, { list: 110 }], [2.75, 100]));
    expect(told.map(({ closeMinor, listPriceMinor }) => [closeMinor, listPriceMinor])).toEqual([
      [80, 110],
      [100, null],
      [100, null],
    ]);
  });

  it('with one observation alone has that price', () => {
    expect(days(history([0.3, 70]))).toMatchObject([{ meanMinor: 70, medianMinor: 70, observations: 1 }]);
  });
});

it('weeks begin on Mondays, before and after 1970', () => {
  for (const day of [0, 3.4, 6.99]) expect(bucketStart(START_MS + day * DAY_MS, 'week')).toBe(START_MS);
  expect(new Date(bucketStart(Date.UTC(1960, 0, 6), 'week')).toISOString()).toBe('1960-01-04T00:00:00.000Z');
  const weeks = priceBuckets(history([0, 100], [3.5, 50], [7, 50]), 'week', 9 * DAY_MS, isImported);
  expect(weeks.map(({ meanMinor, observations }) => [meanMinor, observations])).toEqual([
    [75, 2],
    [50, 1],
  ]);
});

describe('a silence', () => {
  it.each([
    ['daily', [0, 1, 2, 3], 4],
    ['hourly', [0, 1 / 24, 2 / 24, 3 / 24], 2],
    ['weekly', [0, 7, 14, 60], 28],
    ['once', [0], 2],
  ])('of what is observed %s is a gap after more than %s days', (_, told, gapDays) => {
    const { atMs } = history(...told.map((day): Told => [day, 1]));
    expect(longestSilenceMs(atMs)).toBeCloseTo(gapDays * DAY_MS, -3);
    const isSilentFor = (days: number) => isLongSilent(atMs, atMs.at(-1)! + days * DAY_MS);
    expect([gapDays - 0.1, gapDays + 0.1].map(isSilentFor)).toEqual([false, true]);
  });
});

describe('a chart', () => {
  const chartOf = (columns: PointColumns, nowDay: number, window = {}) =>
    chartData(columns, window, 3 * DAY_MS, START_MS + nowDay * DAY_MS, isImported);
  const dayOf = (at: string): number => (Date.parse(at) - START_MS) / DAY_MS;

  it('tells changes only, and where a gap ended', () => {
    const chart = chartOf(history([0, 100], [1, 100], [2, 80], [9, 80], [10, 80]), 11)!;
    expect(chart.points.map(({ at, priceMinor }) => [dayOf(at), priceMinor])).toEqual([
      [0, 100],
      [2, 80],
      [9, 80],
    ]);
    expect(chart.gaps.map(({ from, to }) => [dayOf(from), dayOf(to)])).toEqual([[2, 9]]);
    expect(dayOf(chart.to)).toBe(11);
  });

  it('ends with a gap when the last price was not seen again for long', () => {
    const chart = chartOf(history([0, 100], [1, 100]), 900)!;
    expect(chart.gaps.map(({ from, to }) => [dayOf(from), dayOf(to)])).toEqual([[1, 2]]);
  });

  it('of a part of the history still knows the lowest price of all', () => {
    const chart = chartOf(history([0, 50], [2, 100], [3, 90]), 4, { fromMs: START_MS + DAY_MS })!;
    expect(chart.points).toHaveLength(2);
    expect(chart.lowest).toEqual({ priceMinor: 50, observedAt: '2026-01-05T00:00:00.000Z' });
    expect(chartOf(history([0, 50]), 4, { fromMs: START_MS + DAY_MS })).toBeUndefined();
  });

  it('has a usual range from a week of history on', () => {
    const daily = (count: number) =>
      history(...Array.from({ length: count }, (_, day): Told => [day, day % 4 === 0 ? 50 : 100]));
    expect(chartOf(daily(5), 5)!.usual).toBeNull();
    const usual = { lowMinor: 50, medianMinor: 100, highMinor: 100 };
    expect(chartOf(daily(60), 60)!.usual).toEqual({ ...usual, days: 59 });
    expect(chartOf(daily(365), 365)!.usual).toEqual({ ...usual, days: 364 });
    expect(chartOf(daily(366), 366)!.usual).toEqual(usual);
  });
});

describe('an observation', () => {
  it('says when the one before it was, where a gap lies between the two', () => {
    const gapSince = gapsBefore(Float64Array.from([0, 1, 2, 3, 5, 9], (day) => day * DAY_MS));
    expect([0, 3, 5, 9].map((day) => gapSince(day * DAY_MS))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    const rare = gapsBefore(Float64Array.from([0, 1, 2, 3, 7.5], (day) => day * DAY_MS));
    expect([3, 7.5].map((day) => rare(day * DAY_MS))).toEqual([undefined, 3 * DAY_MS]);
  });
});
