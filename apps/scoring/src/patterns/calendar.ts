import type { DealPatterns } from '@souk/contracts';
import { DAY_MS } from '../day.ts';
import type { PriceRun } from './price-runs.ts';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
/** Below this many falls a weekday is chance: 8 falls, and one day with at least half of them, is 1 in 1,000. */
const FALLS_NEEDED = 8;
const WEEKDAY_SHARE = 0.5;
const YEAR_DAYS = 365;
/** A month is worth naming when it is at least so much cheaper than the rest. */
const MONTH_BELOW_PERCENT = 3;

/** The weekday on which the price mostly falls, in UTC; null where there is none. */
export function weekdayOf(runs: readonly PriceRun[]): DealPatterns['weekday'] {
  const counts = WEEKDAYS.map(() => 0);
  let falls = 0;
  for (let run = 1; run < runs.length; run += 1) {
    if (runs[run]!.priceMinor >= runs[run - 1]!.priceMinor) continue;
    counts[new Date(runs[run]!.startMs).getUTCDay()]! += 1;
    falls += 1;
  }
  const most = Math.max(...counts);
  if (falls < FALLS_NEEDED || most < falls * WEEKDAY_SHARE) return null;
  const day = WEEKDAYS[counts.indexOf(most)]!;
  return {
    day,
    share: Math.round((most / falls) * 100) / 100,
    why: `${most} of ${falls} falls of the price came on a ${day} (UTC).`,
  };
}

/**
 * The month with the lowest average price against the usual one; null below a year, and where months are alike.
 * @param usualMinor what was in force for half of the time
 */
export function monthOf(runs: readonly PriceRun[], usualMinor: number | undefined): DealPatterns['month'] {
  const [first, last] = [runs[0], runs.at(-1)];
  if (!first || !last || last.endMs - first.startMs < YEAR_DAYS * DAY_MS) return null;
  if (!usualMinor) return null;
  const sums = MONTHS.map(() => ({ price: 0, days: 0 }));
  let sum = sums[0]!;
  let nextMonthMs = -Infinity;
  for (const { priceMinor, startMs, endMs } of runs) {
    for (let atMs = startMs; atMs < endMs; atMs += DAY_MS) {
      if (atMs >= nextMonthMs) {
        const day = new Date(atMs);
        sum = sums[day.getUTCMonth()]!;
        nextMonthMs = Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1);
      }
      const days = Math.min(DAY_MS, endMs - atMs) / DAY_MS;
      sum.price += priceMinor * days;
      sum.days += days;
    }
  }
  const averages = sums.map(({ price, days }) => (days > 0 ? price / days : Infinity));
  const lowest = Math.min(...averages);
  const belowPercent = Math.round((1 - lowest / usualMinor) * 1_000) / 10;
  if (belowPercent < MONTH_BELOW_PERCENT) return null;
  const month = MONTHS[averages.indexOf(lowest)]!;
  return {
    month,
    belowPercent,
    why: `In ${month} the price was on average ${belowPercent} % below what it mostly was.`,
  };
}
