import type { DealPatterns } from '@souk/contracts';
import type { Text } from '../conversation/reply.ts';

const DAY_MS = 86_400_000;
/** As scoring names them. */
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
/** A month is told from so many days before it begins. */
const MONTH_AHEAD_DAYS = 21;
const SALE_AHEAD_DAYS = 14;
/** Two gaps between sales are the least that makes a rhythm. */
const SALES_NEEDED = 3;

/** A good time to buy that comes, or has just come, by what repeats itself in the prices of a listing. */
export interface Season {
  /** Names it, so that it is told once: a month of a year, or the sale that comes next. */
  name: string;
  text: (title: string) => Text;
}

/** The sale that is about to come, else the cheapest month of the year when it is near. */
export const seasonOf = (patterns: DealPatterns, now: Date): Season | undefined =>
  nextSale(patterns.sales) ?? cheapestMonth(patterns.month, now);

function nextSale({ count, everyDays, lastDays, daysSinceLast }: DealPatterns['sales']): Season | undefined {
  if (count < SALES_NEEDED || everyDays === null || lastDays === null || !daysSinceLast) return undefined;
  // A rhythm is counted from one beginning to the next.
  const days = everyDays - lastDays - daysSinceLast;
  if (days < 1 || days > SALE_AHEAD_DAYS) return undefined;
  return {
    name: 'sale',
    text: (title) => ({ key: 'digest.season-sale', values: { title, days, every: everyDays } }),
  };
}

function cheapestMonth(cheapest: DealPatterns['month'], now: Date): Season | undefined {
  const month = cheapest ? MONTHS.indexOf(cheapest.month) : -1;
  if (!cheapest || month < 0) return undefined;
  const ahead = new Date(now.getTime() + MONTH_AHEAD_DAYS * DAY_MS);
  const at = [now, ahead].find((day) => day.getUTCMonth() === month);
  if (!at) return undefined;
  const values = { month: { month: month + 1 }, percent: Math.round(cheapest.belowPercent) };
  return {
    name: at.toISOString().slice(0, 7),
    text: (title) => ({ key: 'digest.season-month', values: { title, ...values } }),
  };
}
