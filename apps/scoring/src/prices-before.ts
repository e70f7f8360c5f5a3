import { LOW_DAYS, type ScoredDeal } from '@souk/contracts';
import { DAY_MS } from './day.ts';
import { lowestOfEnded } from './lowest-since.ts';
import type { PriceTimeline } from './price-timeline.ts';
import { medianBetween } from './rolling-median.ts';

type LowestByDays = NonNullable<ScoredDeal['lowestBeforeMinorByDays']>;

/** What was usual and what was lowest before a price. */
export interface PricesBefore {
  /** Time-weighted median of the 90 days before; undefined while less than a week of them is known. */
  usualPriceMinor: number | undefined;
  /** Exact; windows that the history does not fill are left out. */
  lowestByDays: LowestByDays | undefined;
}

const USUAL_DAYS = 90;
/** A price is not usual after two days. */
const USUAL_NEEDS_MS = 7 * DAY_MS;
const WINDOWS = LOW_DAYS.map((name) => ({ name, days: Number(name) }));
/**
 * Price changes that a score and what is usual look back on at most, five a day for a year; with more of them their
 * windows are shorter than they are called.
 */
export const RUNS_READ = 2_000;

/** Looks back from a time that is not before the newest observation. */
export function pricesBefore(timeline: PriceTimeline, atMs: number): PricesBefore {
  const lowestByDays = lowestBefore(timeline, atMs);
  const { starts, length } = timeline;
  const oldest = Math.max(0, length - RUNS_READ);
  if (length === 0 || atMs - starts[oldest]! < USUAL_NEEDS_MS)
    return { usualPriceMinor: undefined, lowestByDays };
  const usualPriceMinor = medianBetween(timeline, 'usual', oldest, atMs - USUAL_DAYS * DAY_MS, atMs);
  return { usualPriceMinor, lowestByDays };
}

/** Of all prices, however many there were. */
function lowestBefore(timeline: PriceTimeline, atMs: number): LowestByDays | undefined {
  const { prices, firstMs, older } = timeline;
  const ended = lowestOfEnded(timeline);
  let lowestByDays: LowestByDays | undefined;
  for (const { name, days } of WINDOWS) {
    const fromMs = atMs - days * DAY_MS;
    if (firstMs > fromMs) break;
    const olderMinor = older ? older.lows.since(fromMs) : Infinity;
    (lowestByDays ??= {})[name] = Math.min(prices.at(-1)!, ended.since(fromMs), olderMinor);
  }
  return lowestByDays;
}
