import { DAY_MS } from '../day.ts';
import { PriceTimeline } from '../price-timeline.ts';
import { weekdayOf } from './calendar.ts';
import { priceRuns } from './price-runs.ts';

/** 2024-01-01, a Monday. */
const START_MS = Date.UTC(2024, 0, 1);

/** A price of 20.00 that is 1.00 lower from every other Thursday on, for a week. */
const fortnightly = (day: number): number => ((day - 3) % 14 < 7 && day >= 3 ? 1900 : 2000);

function weekdayWhenReadOn(days: readonly number[]) {
  const timeline = new PriceTimeline();
  for (const day of days)
    timeline.append(START_MS + day * DAY_MS, { priceMinor: fortnightly(Math.floor(day)), availability: 1 });
  return weekdayOf(priceRuns(timeline, START_MS));
}

const everyDays = (pause: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => index * pause);

describe('the weekday of falls', () => {
  it('is that of the price, and not that on which it was looked at', () => {
    expect(weekdayWhenReadOn(everyDays(7, 30))).toBeNull();
    expect(weekdayWhenReadOn(everyDays(1, 210))).toEqual({
      day: 'Thursday',
      share: 1,
      why: '15 of 15 falls of the price that were seen within 36 hours came on a Thursday (UTC).',
    });
  });

  it('counts falls that were looked for within 36 hours, and tells nothing of too few', () => {
    const closely = everyDays(1, 110);
    const onMondays = Array.from({ length: 20 }, (_, week) => 112 + week * 7);
    expect(weekdayWhenReadOn([...closely, ...onMondays])).toMatchObject({
      why: '8 of 8 falls of the price that were seen within 36 hours came on a Thursday (UTC).',
    });
    expect(weekdayWhenReadOn([...everyDays(1, 95), ...onMondays])).toBeNull();
    expect(weekdayWhenReadOn(everyDays(1.5, 140))).toBeNull();
  });
});
