import { DAY_MS } from './day.ts';
import type { PriceTimeline } from './price-timeline.ts';
import { medianBetween } from './rolling-median.ts';

const MONTH_MS = 30 * DAY_MS;
const YEAR_MS = 365 * DAY_MS;
/** Less than this tells a trend from a promotion badly. */
const SPAN_NEEDED_MS = 60 * DAY_MS;
/** From 0.5 % a month on, 6 % a year, old prices are told in today's money. */
const INFLATION_FROM = 0.005;
/** Within months a price rises for many reasons. */
const INFLATION_NEEDS_MS = YEAR_MS;
/** Prices that double within months changed for another reason than inflation. */
const INFLATION_UP_TO = 0.1;

/**
 * Growth of the usual price per month over the last 365 days, or as much as there is: the time-weighted median of
 * the later half against that of the earlier half, whose middles are half the span apart. Medians, so that sales do
 * not bend it; a line between two medians, so that one pass is enough (compare the Wald method of fitting a line).
 * @param oldest index of the first run that counts
 * @returns 0.01 for 1 % a month; undefined below 60 days or where the earlier half was free
 * @see https://doi.org/10.1214/aoms/1177731868 Wald, The fitting of straight lines if both variables are subject to error
 */
export function monthlyTrend(timeline: PriceTimeline, oldest: number): number | undefined {
  const { starts, newestMs } = timeline;
  const fromMs = Math.max(starts[oldest]!, newestMs - YEAR_MS);
  const spanMs = newestMs - fromMs;
  if (spanMs < SPAN_NEEDED_MS) return undefined;
  const middleMs = fromMs + spanMs / 2;
  const before = medianBetween(timeline, 'earlier', oldest, fromMs, middleMs)!;
  const after = medianBetween(timeline, 'later', oldest, middleMs, newestMs)!;
  return before > 0 ? (after / before) ** ((2 * MONTH_MS) / spanMs) - 1 : undefined;
}

/**
 * Old prices in the money of a day, where prices of the product rise: growth is taken as a straight line within a year,
 * and as going on at the same rate before.
 */
export class TodaysMoney {
  readonly isRising: boolean;
  private readonly perMs: number;
  private readonly todayMs: number;

  constructor(trend: number | undefined, historyMs: number, todayMs: number) {
    this.todayMs = todayMs;
    this.isRising = trend !== undefined && trend >= INFLATION_FROM && historyMs >= INFLATION_NEEDS_MS;
    this.perMs = this.isRising ? Math.min(trend!, INFLATION_UP_TO) / MONTH_MS : 0;
  }

  of(priceMinor: number, atMs: number): number {
    if (!this.isRising) return priceMinor;
    const agoMs = this.todayMs - atMs;
    if (agoMs <= YEAR_MS) return priceMinor * (1 + this.perMs * agoMs);
    const monthsBefore = (agoMs - YEAR_MS) / MONTH_MS;
    return priceMinor * (1 + this.perMs * YEAR_MS) * (1 + this.perMs * MONTH_MS) ** monthsBefore;
  }
}
