import type { PriceTimeline } from '../price-timeline.ts';

/** One price for as long as it was in force, whatever the stock did meanwhile. */
export interface PriceRun {
  priceMinor: number;
  startMs: number;
  endMs: number;
}

/** The runs of a price that were in force since a time, old to new; the newest one ends with the newest observation. */
export function priceRuns({ starts, prices, length, newestMs }: PriceTimeline, fromMs: number): PriceRun[] {
  const runs: PriceRun[] = [];
  for (let run = 0; run < length; run += 1) {
    const endMs = run + 1 < length ? starts[run + 1]! : newestMs;
    if (endMs < fromMs) continue;
    const before = runs.at(-1);
    if (before && before.priceMinor === prices[run]) before.endMs = endMs;
    else runs.push({ priceMinor: prices[run]!, startMs: Math.max(starts[run]!, fromMs), endMs });
  }
  return runs;
}

export const medianOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.toSorted((a, b) => a - b)[(values.length - 1) >> 1];
