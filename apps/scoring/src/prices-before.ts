import { LOW_DAYS, type ScoredDeal } from '@souk/contracts';
import { DAY_MS } from './day.ts';
import type { PriceTimeline } from './price-timeline.ts';
import { WeighedPrices } from './weighted-median.ts';

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
  let lowestMinor = Infinity;
  let endMs = atMs;
  const oldest = Math.max(0, length - RUNS_READ);
  for (let run = length - 1; run >= oldest && window < WINDOWS.length; run -= 1) {
    const startMs = starts[run]!;
    const price = prices[run]!;
    if (price < lowestMinor) lowestMinor = price;
    for (; window < WINDOWS.length; window += 1) {
      const { name, days } = WINDOWS[window]!;
      if (startMs > atMs - days * DAY_MS) break;
      (lowestByDays ??= {})[name] = lowestMinor;
    }
    endMs = startMs;
  }
  if (atMs - endMs < USUAL_NEEDS_MS) return { usualPriceMinor: undefined, lowestByDays };
  usual.clear();
  usual.addRuns(timeline, oldest, atMs - USUAL_DAYS * DAY_MS, atMs);
  return { usualPriceMinor: usual.median(), lowestByDays };
}

const usual = new WeighedPrices();
