import { DAY_MS, measureDeal } from './deal-measures.ts';
import { dealFactors } from './deal-score.ts';
import { PriceTimeline } from './price-timeline.ts';
import { RUNS_READ } from './prices-before.ts';

type Point = [day: number, priceMinor: number];

const timelineOf = (...points: Point[]): PriceTimeline => {
  const timeline = new PriceTimeline();
  for (const [day, priceMinor] of points) timeline.append(day * DAY_MS, { priceMinor, availability: 1 });
  return timeline;
};
/** What each factor says of the newest price. */
const told = (...points: Point[]): Record<string, string> =>
  Object.fromEntries(
    dealFactors(measureDeal(timelineOf(...points)), 'EUR').map(({ name, why }) => [name, why]),
  );
/** A price every day, the last one on the last day. */
const daily = (days: number, priceOf: (day: number) => number): Point[] =>
  Array.from({ length: days }, (_, day) => [day, Math.round(priceOf(day))]);

const TODAYS = /^In today’s money \(by its own trend\), /;

describe('what factors say of a price that rises by 2 % a month for two years and falls by 10 %', () => {
  const rising = daily(730, (day) => 10_000 * 1.02 ** Math.floor(day / 30));
  const why = told(...rising, [730, Math.round(rising.at(-1)![1] * 0.9)]);

  it('names today’s money wherever shares and amounts are not as prices were told', () => {
    for (const name of ['percentile', 'allTimeLow', 'lasting', 'rarity', 'season'])
      expect([name, why[name]]).toEqual([name, expect.stringMatching(TODAYS)]);
    for (const name of ['ninetyDayLow', 'realDiscount', 'priorPrice', 'trend'])
      expect([name, why[name]]).toEqual([name, expect.not.stringMatching(TODAYS)]);
    expect(why['percentile']).toBe(
      'In today’s money (by its own trend), 144.76 EUR is lower than the price was during 100 % of the last 365 days.',
    );
  });

  it('tells the lows beside it as they were told then', () => {
    expect(why['allTimeLow']).toBe(
      'In today’s money (by its own trend), 144.76 EUR is the lowest price ever seen. As prices were told, the lowest was 100.00 EUR.',
    );
    expect(why['season']).toMatch(
      /^In today’s money \(by its own trend\), .* a year ago, \S+ EUR\. As it was told then, it was 126\.82 EUR\.$/,
    );
  });
});

describe('what factors say of a price that does not rise', () => {
  it('never names today’s money', () => {
    const why = told(...daily(500, (day) => (day % 50 < 5 ? 800 : 1000)));
    for (const sentence of Object.values(why)) expect(sentence).not.toMatch(/today’s money/);
  });
});

describe('what a price is reduced from', () => {
  const priorPrice = (...points: Point[]) => told(...points)['priorPrice'];

  it('is told with the fall that it was the lowest price before', () => {
    expect(priorPrice([0, 10_000], [75, 6_000], [100, 5_900])).toBe(
      '59.00 EUR is 41 % below the lowest price of the 30 days before the price fell 25 days ago, 100.00 EUR.',
    );
    expect(priorPrice([0, 1000], [99, 900], [100, 800])).toContain(
      'before the price fell 1 day ago, 10.00 EUR.',
    );
    expect(priorPrice([0, 1000], [99.9, 900], [100, 800])).toContain(
      'before the price fell less than a day ago, 10.00 EUR.',
    );
  });

  it('is the lowest price of the days before it where that is as dear', () => {
    const before = (price: string) => expect.stringContaining(`of the 30 days before it, ${price} EUR.`);
    expect(priorPrice([0, 1000], [100, 800])).toEqual(before('10.00'));
    expect(priorPrice([0, 1000], [40, 600], [100, 590])).toEqual(before('6.00'));
    expect(priorPrice([0, 500], [60, 1000], [80, 900], [100, 800])).toEqual(before('9.00'));
    expect(priorPrice([0, 1000], [80, 600], [100, 700])).toEqual(before('6.00'));
  });
});

it('says how long the time is that a price is compared with', () => {
  const hourly = Array.from({ length: 24 * 200 }, (_, hour): Point => [hour / 24, 10_000 + (hour % 7) * 100]);
  expect(told(...hourly)['percentile']).toContain(` of the last ${Math.round(RUNS_READ / 24)} days.`);
  expect(told([0, 1000], [40, 900])['percentile']).toContain(' of the last 40 days.');
});
