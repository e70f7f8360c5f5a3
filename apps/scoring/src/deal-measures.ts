import type { PriceTimeline } from './price-timeline.ts';
import { weightedMedian } from './weighted-median.ts';

export const DAY_MS = 86_400_000;
/** Price changes that a score looks back on at most: a change every hour for more than a year. */
const RUNS_READ = 10_000;

/** The newest price of a timeline beside its own past. Prices in minor units; each counts while it was in force. */
export interface DealMeasures {
  priceMinor: number;
  availability: number;
  observations: number;
  /** From the first observation to the newest one. */
  historyMs: number;
  /** Share of the last 365 days, 0 to 1, in which the price was higher; undefined when no time is covered. */
  dearerShare: number | undefined;
  lowMinor: number;
  highMinor: number;
  low90Minor: number;
  high90Minor: number;
  /** Time-weighted median of the last 90 days; undefined when no time is covered. */
  median90Minor: number | undefined;
}

/** Measures the newest observation in one pass over the last 365 days, back from it. */
export function measureDeal(timeline: PriceTimeline): DealMeasures {
  const { starts, prices, length } = timeline;
  const newest = length - 1;
  const nowMs = timeline.newestMs;
  const yearAgoMs = nowMs - 365 * DAY_MS;
  const quarterAgoMs = nowMs - 90 * DAY_MS;
  const priceMinor = prices[newest]!;
  const quarterPrices: number[] = [];
  const quarterWeights: number[] = [];
  let low90Minor = priceMinor;
  let high90Minor = priceMinor;
  let coveredMs = 0;
  let dearerMs = 0;
  let endMs = nowMs;
  const oldest = Math.max(0, length - RUNS_READ);
  for (let run = newest; run >= oldest; run -= 1) {
    const startMs = starts[run]!;
    const price = prices[run]!;
    const inYearMs = endMs - Math.max(startMs, yearAgoMs);
    coveredMs += inYearMs;
    if (price > priceMinor) dearerMs += inYearMs;
    if (endMs > quarterAgoMs) {
      quarterPrices.push(price);
      quarterWeights.push(endMs - Math.max(startMs, quarterAgoMs));
      if (price < low90Minor) low90Minor = price;
      if (price > high90Minor) high90Minor = price;
    }
    if (startMs <= yearAgoMs) break;
    endMs = startMs;
  }
  return {
    priceMinor,
    availability: timeline.availabilities[newest]!,
    observations: timeline.observations,
    historyMs: timeline.historyMs,
    dearerShare: coveredMs > 0 ? dearerMs / coveredMs : undefined,
    lowMinor: timeline.lowMinor,
    highMinor: timeline.highMinor,
    low90Minor,
    high90Minor,
    median90Minor: coveredMs > 0 ? weightedMedian(quarterPrices, quarterWeights) : undefined,
  };
}
