import { DAY_MS } from './day.ts';
import { measureDeal } from './deal-measures.ts';
import { PriceTimeline } from './price-timeline.ts';
import { TodaysMoney, usualTrend } from './price-trend.ts';

function daily(prices: readonly number[]): PriceTimeline {
  const timeline = new PriceTimeline();
  prices.forEach((priceMinor, day) => timeline.append(day * DAY_MS, { priceMinor, availability: 1 }));
  return timeline;
}
const trendOf = (prices: readonly number[]) => usualTrend(daily(prices), 0).monthly;

describe('price trend', () => {
  it('is the growth per month of a price that grows evenly', () => {
    const prices = Array.from({ length: 361 }, (_, day) => Math.round(100_000 * 1.02 ** (day / 30)));
    expect(trendOf(prices)).toBeCloseTo(0.02, 3);
  });

  it('is not bent by sales', () => {
    const prices = Array.from({ length: 200 }, (_, day) => (day % 10 < 3 ? 500 : 1000));
    expect(trendOf(prices)).toBe(0);
    expect(trendOf([...prices, ...Array<number>(30).fill(400)])).toBe(0);
  });

  it('is none of promotions that come half of the time, wherever the history begins and ends', () => {
    for (const length of [70, 100, 230, 395, 420])
      for (const days of [7, 14])
        for (const first of [600, 1_000]) {
          const prices = Array.from({ length }, (_, day) =>
            Math.floor(day / days) % 2 === 0 ? first : 1_600 - first,
          );
          expect([length, days, first, trendOf(prices)]).toEqual([length, days, first, 0]);
        }
  });

  it('is that of a price that grows beside promotions in a quarter of the time', () => {
    const prices = Array.from({ length: 361 }, (_, day) =>
      Math.round(100_000 * 1.02 ** (day / 30) * (day % 28 < 7 ? 0.7 : 1)),
    );
    expect(trendOf(prices)).toBeCloseTo(0.02, 2);
  });

  it('takes 60 days, and a price to begin with', () => {
    expect(trendOf(Array<number>(60).fill(1000))).toBeUndefined();
    expect(trendOf(Array<number>(61).fill(1000))).toBe(0);
    expect(trendOf([...Array<number>(60).fill(0), ...Array<number>(60).fill(9)])).toBeUndefined();
  });

  it('puts old prices into the money of today where a year of prices rises, and nowhere else', () => {
    const year = 365 * DAY_MS;
    expect(new TodaysMoney(0.02, year, year).of(1000, year - 300 * DAY_MS)).toBeCloseTo(1200);
    expect(new TodaysMoney(0.004, year, year).of(1000, 0)).toBe(1000);
    expect(new TodaysMoney(-0.02, year, year).of(1000, 0)).toBe(1000);
    expect(new TodaysMoney(0.02, year - 1, year).of(1000, 0)).toBe(1000);
  });

  it('raises a price that still holds by nothing, whatever the stock did meanwhile', () => {
    const timeline = new PriceTimeline();
    for (let day = 0; day <= 500; day += 1)
      timeline.append(day * DAY_MS, {
        priceMinor: day < 300 ? 1_000 : 1_300,
        availability: day < 450 ? 1 : 2,
      });
    expect(measureDeal(timeline)).toMatchObject({ isInTodaysMoney: true, dearerShare: 0 });
  });
});
