import type { DealPatterns } from '@souk/contracts';
import { DAY_MS } from '../day.ts';
import { isEndSeen, LOOKED_WITHIN_HOURS, type PriceRun } from './price-runs.ts';

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
/** A month is worth naming when it is at least so much cheaper than those before and after it. */
const MONTH_BELOW_PERCENT = 3;
const MONTHS_BESIDE = 3;

/** The weekday on which the price mostly falls, in UTC, of the falls whose day is known; null where there is none. */
export function weekdayOf(runs: readonly PriceRun[]): DealPatterns['weekday'] {
  const counts = WEEKDAYS.map(() => 0);
  let falls = 0;
  for (let run = 1; run < runs.length; run += 1) {
    const [before, { priceMinor, startMs }] = [runs[run - 1]!, runs[run]!];
    if (priceMinor >= before.priceMinor) continue;
    if (!isEndSeen(before)) continue;
    counts[new Date(startMs).getUTCDay()]! += 1;
    falls += 1;
  }
  const most = Math.max(...counts);
  if (falls < FALLS_NEEDED || most < falls * WEEKDAY_SHARE) return null;
  const day = WEEKDAYS[counts.indexOf(most)]!;
  return {
    day,
    share: Math.round((most / falls) * 100) / 100,
    why: `${most} of ${falls} falls of the price that were seen within ${LOOKED_WITHIN_HOURS} hours came on a ${day} (UTC).`,
  };
}

interface MonthOfPrices {
  /** Minor units times days. */
  sum: number;
  days: number;
}

/**
 * The month that is cheapest beside the months around it: on average at least 3 % below the three months before it, and
 * below the three after it, in each year that is known. A price that rises, falls or was lowered for good has none, nor
 * has one that is as low in every month. Null below a year.
 */
export function monthOf(runs: readonly PriceRun[]): DealPatterns['month'] {
  const [first, last] = [runs[0], runs.at(-1)];
  if (!first || !last || last.endMs - first.startMs < YEAR_DAYS * DAY_MS) return null;
  const months = monthsOf(runs);
  const firstMonth = new Date(first.startMs).getUTCMonth();
  const belows: number[][] = MONTHS.map(() => []);
  for (let place = 1; place < months.length - 1; place += 1)
    belows[(firstMonth + place) % MONTHS.length]!.push(belowPercentAt(months, place));
  let cheapest = { month: -1, belowPercent: 0 };
  for (const [month, percents] of belows.entries()) {
    if (percents.length === 0 || Math.min(...percents) < MONTH_BELOW_PERCENT) continue;
    const belowPercent = percents.reduce((sum, percent) => sum + percent, 0) / percents.length;
    if (belowPercent > cheapest.belowPercent) cheapest = { month, belowPercent };
  }
  const month = MONTHS[cheapest.month];
  if (!month) return null;
  const belowPercent = Math.round(cheapest.belowPercent * 10) / 10;
  const times = belows[cheapest.month]!.length;
  const compared = times === 1 ? 'once' : `${times} times`;
  const why = `In ${month}, compared ${compared}, the price was on average at least ${belowPercent} % below that of the months before and after.`;
  return { month, belowPercent, why };
}

/** The months of a history, from its first one on; the first and the last one may be known in part. */
function monthsOf(runs: readonly PriceRun[]): MonthOfPrices[] {
  const months: MonthOfPrices[] = [];
  let nextMonthMs = -Infinity;
  for (const { priceMinor, startMs, endMs } of runs) {
    for (let atMs = startMs; atMs < endMs;) {
      if (atMs >= nextMonthMs) {
        const day = new Date(atMs);
        nextMonthMs = Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1);
        months.push({ sum: 0, days: 0 });
      }
      const untilMs = Math.min(endMs, nextMonthMs);
      const month = months.at(-1)!;
      month.sum += priceMinor * ((untilMs - atMs) / DAY_MS);
      month.days += (untilMs - atMs) / DAY_MS;
      atMs = untilMs;
    }
  }
  return months;
}

/** By how much a month is below the cheaper side of it; negative where it is not. */
function belowPercentAt(months: readonly MonthOfPrices[], place: number): number {
  const besideMinor = Math.min(
    averageOf(months.slice(Math.max(0, place - MONTHS_BESIDE), place)),
    averageOf(months.slice(place + 1, place + 1 + MONTHS_BESIDE)),
  );
  return besideMinor > 0 ? (1 - averageOf([months[place]!]) / besideMinor) * 100 : 0;
}

function averageOf(months: readonly MonthOfPrices[]): number {
  const days = months.reduce((sum, month) => sum + month.days, 0);
  return months.reduce((sum, month) => sum + month.sum, 0) / days;
}
