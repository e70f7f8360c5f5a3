import { DAY_MS } from './day.ts';
import type { PriceTimeline } from './price-timeline.ts';
import { RUNS_READ } from './prices-before.ts';
import { medianBetween } from './rolling-median.ts';
import { runAt } from './run-places.ts';

const MONTH_MS = 30 * DAY_MS;
const YEAR_MS = 365 * DAY_MS;
/** Less than this tells a trend from a promotion badly. */
const SPAN_NEEDED_MS = 60 * DAY_MS;
/** What was asked for this share of the other half is a price of both, and no new level. */
const OF_BOTH = 1 / 3;
/** From 0.5 % a month on, 6 % a year, old prices are told in today's money. */
const INFLATION_FROM = 0.005;
/** Within months a price rises for many reasons. */
const INFLATION_NEEDS_MS = YEAR_MS;
/** Prices that double within months changed for another reason than inflation. */
const INFLATION_UP_TO = 0.1;

/** How the usual price moves. */
export interface Trend {
  /** Growth per month, 0.01 for 1 %; undefined below 60 days or where the earlier half was free. */
  monthly: number | undefined;
  /** The usual prices of both halves differ, but one of them was asked in the other half as well: which is no trend. */
  isOfBoth: boolean;
}

const NO_TREND: Trend = { monthly: undefined, isOfBoth: false };

/**
 * Growth of the usual price per month over the last 365 days, or as much as there is: the time-weighted median of
 * the later half against that of the earlier half, whose middles are half the span apart. Medians, so that sales do
 * not bend it; a line between two medians, so that one pass is enough (compare the Wald method of fitting a line).
 * Of promotions that come about half of the time the medians may be the promotion in one half and the regular price in
 * the other, though neither moved: where either was asked for a third of the other half, there is no trend.
 * @param oldest index of the first run that counts
 * @see https://doi.org/10.1214/aoms/1177731868 Wald, The fitting of straight lines if both variables are subject to error
 */
export function usualTrend(timeline: PriceTimeline, oldest: number): Trend {
  const { starts, newestMs } = timeline;
  const fromMs = Math.max(starts[oldest]!, newestMs - YEAR_MS);
  const spanMs = newestMs - fromMs;
  if (spanMs < SPAN_NEEDED_MS) return NO_TREND;
  const middleMs = fromMs + spanMs / 2;
  const before = medianBetween(timeline, 'earlier', oldest, fromMs, middleMs)!;
  const after = medianBetween(timeline, 'later', oldest, middleMs, newestMs)!;
  if (before <= 0) return NO_TREND;
  const halfMs = spanMs / 2;
  const direction = Math.sign(after - before);
  const isOfBoth =
    direction !== 0 &&
    (heldFor(timeline, [fromMs, middleMs], after, direction) >= halfMs * OF_BOTH ||
      heldFor(timeline, [middleMs, newestMs], before, -direction) >= halfMs * OF_BOTH);
  return { monthly: isOfBoth ? 0 : (after / before) ** ((2 * MONTH_MS) / spanMs) - 1, isOfBoth };
}

/** For how long between two times a price was asked, or one beyond it: above for 1, below for -1. */
function heldFor(
  { starts, prices, length }: PriceTimeline,
  [fromMs, toMs]: readonly [number, number],
  priceMinor: number,
  direction: number,
): number {
  let heldMs = 0;
  let startMs = fromMs;
  // Without a branch, which a processor would guess wrong half of the time.
  for (let run = runAt(starts, fromMs); run < length && startMs < toMs; run += 1) {
    const endMs = Math.min(run + 1 < length ? starts[run + 1]! : toMs, toMs);
    heldMs += (endMs - startMs) * ((prices[run]! - priceMinor) * direction >= 0 ? 1 : 0);
    startMs = endMs;
  }
  return heldMs;
}

/** Index of the run in force 365 days before the newest observation, or of the oldest one that is looked at. */
export function oldestRun({ starts, length, newestMs }: PriceTimeline): number {
  // A price that has just come was in force for no time, and is none of what was before it.
  const begun = starts[length - 1] === newestMs ? 1 : 0;
  const first = Math.max(0, length - begun - RUNS_READ);
  const run = runAt(starts, newestMs - YEAR_MS);
  return Math.max(first, run);
}

/**
 * Old prices in the money of a day, where prices of the product rise: growth is taken as a straight line within a year,
 * and as going on at the same rate before.
 */
export class TodaysMoney {
  readonly isRising: boolean;
  private readonly perMs: number;
  private readonly todayMs: number;

  /** Of the newest observation of a timeline. */
  static at(timeline: PriceTimeline): TodaysMoney {
    const { monthly } = usualTrend(timeline, oldestRun(timeline));
    return new TodaysMoney(monthly, timeline.historyMs, timeline.newestMs);
  }

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
