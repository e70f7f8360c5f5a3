import { LOW_DAYS, type ScoredDeal } from '@souk/contracts';
import { DAY_MS } from './day.ts';
import type { PriceTimeline } from './price-timeline.ts';
import { medianBetween } from './rolling-median.ts';

type LowestByDays = NonNullable<ScoredDeal['lowestBeforeMinorByDays']>;

/** What was usual and what was lowest before a price. */
export interface PricesBefore {
  /** Time-weighted median of the 90 days before; undefined while less than a week of them is known. */
  usualPriceMinor: number | undefined;
  /** Windows that the history does not fill are left out. */
  lowestByDays: LowestByDays | undefined;
}

const USUAL_DAYS = 90;
/** A price is not usual after two days. */
const USUAL_NEEDS_MS = 7 * DAY_MS;
const WINDOWS = LOW_DAYS.map((name) => ({ name, days: Number(name) }));
/**
 * Price changes looked back on at most, five a day for a year; with more of them the windows told are shorter than they
 * are called.
 */
export const RUNS_READ = 2_000;

/** Looks back from a time that is not before the newest observation, in one pass over at most a year. */
export function pricesBefore(timeline: PriceTimeline, atMs: number): PricesBefore {
  const { starts, prices, length } = timeline;
  let lowestByDays: LowestByDays | undefined;
  let window = 0;
  let fromMs = atMs - WINDOWS[0]!.days * DAY_MS;
  let lowestMinor = Infinity;
  const oldest = Math.max(0, length - RUNS_READ);
  // What is held fills no further window from where its oldest price is newer than the beginning of one.
  for (let run = length - 1; run >= oldest && starts[oldest]! <= fromMs; run -= 1) {
    const startMs = starts[run]!;
    if (prices[run]! < lowestMinor) lowestMinor = prices[run]!;
    while (startMs <= fromMs) {
      (lowestByDays ??= {})[WINDOWS[window]!.name] = lowestMinor;
      window += 1;
      fromMs = window < WINDOWS.length ? atMs - WINDOWS[window]!.days * DAY_MS : -Infinity;
    }
  }
  if (length === 0 || atMs - starts[oldest]! < USUAL_NEEDS_MS)
    return { usualPriceMinor: undefined, lowestByDays };
  const usualPriceMinor = medianBetween(timeline, 'usual', oldest, atMs - USUAL_DAYS * DAY_MS, atMs);
  return { usualPriceMinor, lowestByDays };
}
