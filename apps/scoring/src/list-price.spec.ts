import { DAY_MS } from './day.ts';
import { judgeListPrice } from './list-price.ts';
import { PriceTimeline } from './price-timeline.ts';

const timelineOf = (...points: [day: number, priceMinor: number][]): PriceTimeline => {
  const timeline = new PriceTimeline();
  for (const [day, priceMinor] of points) timeline.append(day * DAY_MS, { priceMinor, availability: 1 });
  return timeline;
};
const verdict = (listPriceMinor: number | null, ...points: [number, number][]) =>
  judgeListPrice(timelineOf(...points), listPriceMinor, 'EUR');

describe('list price', () => {
  it('is inflated when nobody was ever asked it', () => {
    expect(verdict(2000, [0, 1000], [100, 800])).toEqual({
      listPrice: 'inflated',
      listPriceWhy:
        'About 20.00 EUR or more was asked during 0 % of the last 100 days; the highest price in them was 10.00 EUR.',
    });
  });

  it('stays inflated when it was asked for a few days only', () => {
    expect(verdict(2000, [0, 1000], [90, 2000], [94, 800], [100, 800]).listPrice).toBe('inflated');
  });

  it('is told with the prices near it, which count as asked', () => {
    expect(verdict(1000, [0, 700], [280, 960], [290, 700], [300, 700])).toEqual({
      listPrice: 'inflated',
      listPriceWhy:
        'About 10.00 EUR or more was asked during 3.3 % of the last 300 days; the highest price in them was 9.60 EUR.',
    });
  });

  it('is plausible when it was asked for a while within the year', () => {
    expect(verdict(1000, [0, 980], [10, 700], [100, 600])).toMatchObject({ listPrice: 'plausible' });
    expect(verdict(1000, [0, 1000], [10, 700], [500, 600])).toMatchObject({ listPrice: 'inflated' });
  });

  it('is told with prices above it, which were asked as well', () => {
    expect(verdict(1000, [0, 3000], [99, 500], [100, 500]).listPriceWhy).toBe(
      'About 10.00 EUR or more was really asked, during 99 % of the last 100 days.',
    );
  });

  it('is unknown without one, or with less than 30 days of prices', () => {
    expect(verdict(null, [0, 1000], [100, 800]).listPrice).toBe('unknown');
    expect(verdict(2000, [0, 1000], [29, 800]).listPrice).toBe('unknown');
  });

  it('that is not above the price claims nothing', () => {
    expect(verdict(800, [0, 1000], [100, 800]).listPrice).toBe('plausible');
  });

  it('is plausible where it is this month’s price of one that rises every month', () => {
    const rising = (months: number): [number, number][] =>
      Array.from({ length: months }, (_, month) => [month * 30, Math.round(1_000 * 1.06 ** month)]);
    const regular = Math.round(1_000 * 1.06 ** 14);
    const points: [number, number][] = [...rising(14), [420, regular], [431, Math.round(regular * 0.85)]];
    expect(verdict(regular, ...points, [432, Math.round(regular * 0.85)]).listPrice).toBe('plausible');
    const inflated = verdict(regular * 2, ...points, [432, Math.round(regular * 0.85)]);
    expect(inflated.listPrice).toBe('inflated');
    expect(inflated.listPriceWhy).toContain(
      'was asked during 0 % of the last 365 days (in today’s money, by its own trend); the highest',
    );
  });
});
