import { DAY_MS } from '../day.ts';
import type { PriceTimeline } from '../price-timeline.ts';
import { weightedQuantiles } from '../weighted-quantiles.ts';

/** Price changes that a forecast looks back on at most, as a score does. */
export const RUNS_READ = 10_000;
const USUAL_DAYS = 90;

/** Where a price stands in its own past, as far as a forecast cares. Nothing here depends on the currency's scale. */
export interface PriceState {
  atMs: number;
  priceMinor: number;
  /** Time-weighted median of the last 90 days; the price itself where no time is covered. */
  usualMinor: number;
  /** How long the price has been what it is. */
  ageDays: number;
  historyDays: number;
  /** Changes of price within the last 90 days. */
  changes: number;
  /** -1 after a fall, 1 after a rise, 0 when it never changed. */
  lastMove: -1 | 0 | 1;
  lowMinor: number;
}

/** How often and how lately a price was at or below a target. */
export interface TargetPast {
  targetMinor: number;
  /** Undefined when it never was, as far back as is known. */
  daysSince: number | undefined;
  /** Times that it fell to the target or below. */
  visits: number;
}

/** The state of a timeline at its newest observation; undefined of an empty one. */
export function priceState(timeline: PriceTimeline): PriceState | undefined {
  const { starts, prices, length, newestMs } = timeline;
  if (length === 0) return undefined;
  const priceMinor = prices[length - 1]!;
  const sinceMs = newestMs - USUAL_DAYS * DAY_MS;
  const oldest = Math.max(0, length - RUNS_READ);
  const inForce: number[] = [];
  const weights: number[] = [];
  let changes = 0;
  let startMs = starts[length - 1]!;
  let lastMove: PriceState['lastMove'] = 0;
  let isCurrent = true;
  for (let run = length - 1, endMs = newestMs; run >= oldest; endMs = starts[run]!, run -= 1) {
    if (isCurrent && prices[run] === priceMinor) startMs = starts[run]!;
    else if (isCurrent) {
      isCurrent = false;
      lastMove = prices[run]! > priceMinor ? -1 : 1;
    }
    if (endMs > sinceMs) {
      inForce.push(prices[run]!);
      weights.push(endMs - Math.max(starts[run]!, sinceMs));
      if (run > 0 && prices[run] !== prices[run - 1] && starts[run]! > sinceMs) changes += 1;
    } else if (!isCurrent) break;
  }
  return {
    atMs: newestMs,
    priceMinor,
    usualMinor: weightedQuantiles(inForce, weights, [50])[0]!,
    ageDays: (newestMs - startMs) / DAY_MS,
    historyDays: timeline.historyMs / DAY_MS,
    changes,
    lastMove,
    lowMinor: timeline.lowMinor,
  };
}

/** How the past of a timeline, up to its newest observation, relates to a target. */
export function targetPast(timeline: PriceTimeline, targetMinor: number): TargetPast {
  const { starts, prices, length, newestMs } = timeline;
  const oldest = Math.max(0, length - RUNS_READ);
  let daysSince: number | undefined;
  let visits = 0;
  for (let run = length - 1; run >= oldest; run -= 1) {
    if (prices[run]! > targetMinor) continue;
    if (daysSince === undefined) daysSince = run === length - 1 ? 0 : (newestMs - starts[run + 1]!) / DAY_MS;
    if (run > 0 && prices[run - 1]! > targetMinor) visits += 1;
  }
  return { targetMinor, daysSince, visits };
}
