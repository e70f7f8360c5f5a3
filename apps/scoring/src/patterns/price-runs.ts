import { DAY_MS } from '../day.ts';
import type { PriceTimeline } from '../price-timeline.ts';

/** One price for as long as it was in force, whatever the stock did meanwhile. */
export interface PriceRun {
  priceMinor: number;
  startMs: number;
  endMs: number;
  /** When it was observed last: the next price may have come at any time after. */
  lastMs: number;
}

/** What nobody looked for sooner is told by the day of the look, not by its own. */
export const LOOKED_WITHIN_HOURS = 36;

/** Whether the next price came soon after the last reading of a run, so that its day is known. */
export const isEndSeen = ({ lastMs, endMs }: PriceRun): boolean =>
  endMs - lastMs < (LOOKED_WITHIN_HOURS * DAY_MS) / 24;

/** The runs of a price that were in force since a time, old to new; the newest one ends with the newest observation. */
export function priceRuns(timeline: PriceTimeline, fromMs: number): PriceRun[] {
  const { starts, lasts, prices, length, newestMs } = timeline;
  const runs: PriceRun[] = [];
  for (let run = 0; run < length; run += 1) {
    const endMs = run + 1 < length ? starts[run + 1]! : newestMs;
    if (endMs < fromMs) continue;
    const [priceMinor, lastMs] = [prices[run]!, lasts[run]!];
    const before = runs.at(-1);
    if (before && before.priceMinor === priceMinor) {
      before.endMs = endMs;
      before.lastMs = lastMs;
    } else {
      runs.push({ priceMinor, startMs: Math.max(starts[run]!, fromMs), endMs, lastMs });
    }
  }
  return runs;
}

export const medianOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.toSorted((a, b) => a - b)[(values.length - 1) >> 1];
