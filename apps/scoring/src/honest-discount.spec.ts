import { DAY_MS } from './deal-measures.ts';
import { DISCOUNT_METHOD, honestDiscount } from './honest-discount.ts';
import { PriceTimeline } from './price-timeline.ts';

const timelineOf = (...points: [day: number, priceMinor: number, availability?: number][]): PriceTimeline => {
  const timeline = new PriceTimeline();
  for (const [day, priceMinor, availability = 1] of points)
    timeline.append(day * DAY_MS, { priceMinor, availability });
  return timeline;
};
const realPercent = (timeline: PriceTimeline) => honestDiscount(timeline, null, 'EUR').realPercent;

describe('honest discount', () => {
  it('sets the claimed one beside the one against the lowest price of the 30 days before', () => {
    const timeline = timelineOf([0, 1000], [20, 800], [25, 1000], [40, 700]);
    expect(honestDiscount(timeline, 1400, 'EUR')).toMatchObject({
      claimedPercent: 50,
      realPercent: 12.5,
      method: DISCOUNT_METHOD,
    });
  });

  it('unmasks a price raised just before it is reduced', () => {
    expect(realPercent(timelineOf([0, 1000], [50, 1500], [55, 1000]))).toBe(0);
  });

  it('takes steps of a sale that deepens within two days for one reduction, and later ones for others', () => {
    expect(realPercent(timelineOf([0, 1000], [50, 700], [50.1, 650]))).toBe(35);
    expect(realPercent(timelineOf([0, 1000], [50, 700], [50.1, 700, 4], [51, 650, 1], [52, 600]))).toBe(40);
    expect(realPercent(timelineOf([0, 1000], [50, 700], [53, 630]))).toBe(10);
    expect(realPercent(timelineOf([0, 1000], [50, 1500], [51, 900], [52, 850]))).toBe(15);
    expect(realPercent(timelineOf([0, 1000], [50, 700], [50.5, 800], [51, 630]))).toBe(10);
  });

  it('leaves out prices that ended more than 30 days before the reduction', () => {
    expect(realPercent(timelineOf([0, 100], [5, 1000], [35, 500]))).toBe(50);
    expect(realPercent(timelineOf([0, 100], [5, 1000], [34, 500]))).toBe(-400);
  });

  it('compares with the time before the current price took effect, however long ago, whatever the stock did', () => {
    expect(realPercent(timelineOf([0, 1000], [10, 600], [15, 600, 4], [200, 600, 1]))).toBe(40);
  });

  it('is unknown without an earlier price, and negative when it became dearer', () => {
    expect(realPercent(timelineOf([0, 1000], [10, 1000]))).toBeNull();
    expect(realPercent(timelineOf([0, 1000], [10, 1100]))).toBe(-10);
  });

  it('is unknown where a price was 0 in the 30 days before: there is no percentage of nothing', () => {
    expect(realPercent(timelineOf([0, 0], [10, 1100]))).toBeNull();
    expect(realPercent(timelineOf([0, 3000], [40, 0], [45, 3000]))).toBeNull();
    expect(realPercent(timelineOf([0, 3000], [40, 0], [41, 0]))).toBe(100);
    expect(realPercent(timelineOf([0, 0], [40, 3000], [80, 1500]))).toBe(50);
    expect(honestDiscount(timelineOf([0, 0], [100, 3000]), null, 'EUR').usualPercent).toBeNull();
  });

  it('is told against the usual price too, which is no single low of the days before', () => {
    const timeline = timelineOf([0, 1000], [58, 700], [60, 1000], [80, 750]);
    expect(honestDiscount(timeline, null, 'EUR')).toMatchObject({
      realPercent: -7.1,
      usualPercent: 25,
      method: expect.stringMatching(/^eu-prior-price-2:/),
      usualMethod: expect.stringMatching(/^usual-price-1:/),
    });
  });

  it('claims nothing without a list price above the price', () => {
    const timeline = timelineOf([0, 1000]);
    expect([null, 0, 900, 1000].map((list) => honestDiscount(timeline, list, 'EUR').claimedPercent)).toEqual([
      null,
      0,
      0,
      0,
    ]);
  });
});
