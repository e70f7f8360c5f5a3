import type { Observed } from './series.ts';
import { FOLLOWED_AT_LEAST_DAYS, outcomeAt } from './outcomes.ts';

/** A lasting low lies at least so far below the median of the 180 days around it. */
const WORTH = 0.1;

/** An uninterrupted price worth having waited for: at least 10 % below the usual one and not undercut afterwards. */
export interface LastingLow {
  from: number;
  /** Index of its last observation. */
  to: number;
}

/** Every time that the price fell to a lasting low whose sequel is known as well as that of an alert has to be. */
export function lastingLows(observed: readonly Observed[]): LastingLow[] {
  const lows: LastingLow[] = [];
  for (let from = 1; from < observed.length; from += 1) {
    const { priceMinor } = observed[from]!;
    if (priceMinor >= observed[from - 1]!.priceMinor) continue;
    const outcome = outcomeAt(observed, from);
    if (outcome.followedDays < FOLLOWED_AT_LEAST_DAYS || outcome.undercut || outcome.saving < WORTH) continue;
    let to = from;
    while (observed[to + 1]?.priceMinor === priceMinor) to += 1;
    lows.push({ from, to });
  }
  return lows;
}

/** How many of the lows an alert told of while they lasted. */
export function lowsTold(lows: readonly LastingLow[], alerts: readonly number[]): number {
  return lows.filter(({ from, to }) => alerts.some((index) => index >= from && index <= to)).length;
}
