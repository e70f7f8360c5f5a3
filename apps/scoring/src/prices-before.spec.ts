import * as fc from 'fast-check';
import { DAY_MS, measureDeal } from './deal-measures.ts';
import { PriceTimeline } from './price-timeline.ts';
import { pricesBefore } from './prices-before.ts';

const HOUR_MS = DAY_MS / 24;

const timelineOf = (...points: [day: number, priceMinor: number][]): PriceTimeline => {
  const timeline = new PriceTimeline();
  for (const [day, priceMinor] of points) timeline.append(day * DAY_MS, { priceMinor, availability: 1 });
  return timeline;
};

describe('prices before', () => {
  it('have a usual one that counts by time, not by readings', () => {
    const timeline = timelineOf([0, 2000], [80, 1000], [81, 900], [82, 800], [83, 700]);
    expect(pricesBefore(timeline, 90 * DAY_MS).usualPriceMinor).toBe(2000);
  });

  it('have a usual one of the last 90 days only, and none in the first week', () => {
    const timeline = timelineOf([0, 5000], [100, 2000], [146, 1500]);
    expect(pricesBefore(timeline, 191 * DAY_MS).usualPriceMinor).toBe(1500);
    expect(pricesBefore(timelineOf([0, 5000]), 6 * DAY_MS).usualPriceMinor).toBeUndefined();
    expect(pricesBefore(timelineOf([0, 5000]), 7 * DAY_MS).usualPriceMinor).toBe(5000);
    expect(pricesBefore(timelineOf(), 7 * DAY_MS)).toEqual({});
  });

  it('have a lowest one for each window that they fill, what was in force when it began included', () => {
    const timeline = timelineOf([0, 500], [10, 900], [85, 800], [95, 1000]);
    expect(pricesBefore(timeline, 100 * DAY_MS).lowestByDays).toEqual({ 7: 800, 30: 800, 90: 800 });
    expect(pricesBefore(timeline, 99 * DAY_MS).lowestByDays).toEqual({ 7: 800, 30: 800, 90: 500 });
    expect(pricesBefore(timeline, 365 * DAY_MS).lowestByDays).toMatchObject({ 365: 500 });
  });

  it('have the lowest one of each window that they fill, however often prices changed', () => {
    const timeline = new PriceTimeline();
    const hours = 400 * 24;
    // Half of its price for an hour, longer ago each time the lower it was.
    const dips = new Map([365, 180, 90, 30, 7].map((days, place) => [hours - (days - 1) * 24, 50 + place]));
    for (let hour = 0; hour < hours; hour += 1)
      timeline.append(hour * HOUR_MS, { priceMinor: dips.get(hour) ?? 100 + (hour % 7), availability: 1 });
    const lows = { 7: 54, 30: 53, 90: 52, 180: 51, 365: 50 };
    expect(pricesBefore(timeline, hours * HOUR_MS).lowestByDays).toEqual(lows);
    timeline.trim(2_400);
    expect(pricesBefore(timeline, hours * HOUR_MS).lowestByDays).toEqual(lows);
    timeline.append(hours * HOUR_MS, { priceMinor: 99, availability: 1 });
    expect(pricesBefore(timeline, (hours + 25) * HOUR_MS).lowestByDays).toEqual({
      ...{ 7: 99, 30: 54, 90: 53, 180: 52, 365: 51 },
    });
  });

  it('have the usual one that the deal of the price tells which came then, however many changes there were', () => {
    const step = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 30 }));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), fc.boolean(), (steps, isMany) => {
        const timeline = new PriceTimeline();
        let atMs = 0;
        for (let again = 0; again < (isMany ? 2_500 / steps.length : 1); again += 1)
          for (const [hours, priceMinor] of steps)
            timeline.append((atMs += (hours * DAY_MS) / 24), { priceMinor, availability: again % 2 });
        const nextMs = atMs + DAY_MS;
        const before = pricesBefore(timeline, nextMs);
        timeline.append(nextMs, { priceMinor: steps[0]![1], availability: 1 });
        expect(measureDeal(timeline).median90Minor).toBe(before.usualPriceMinor);
      }),
      { numRuns: 60 },
    );
  });
});
