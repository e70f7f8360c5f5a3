import { DAY_MS } from '@souk/scoring/judging';
import { claimedPercent } from './rules.ts';
import type { Observed } from './series.ts';

export const REGRET_DAYS = 60;
/** An alert is judged when at least so much of what followed is known. */
export const FOLLOWED_AT_LEAST_DAYS = 14;
const SURROUNDING_DAYS = 90;
const UNDERCUT = 0.98;

/** What became of a price afterwards: the truth, known to the judge alone. Shares are of the price itself. */
export interface Outcome {
  /** How much of the following 60 days the history covers. */
  followedDays: number;
  /** How far the price lay above the lowest of the following 60 days, as a share of the price; 0 when none was lower. */
  regret: number;
  /** A price more than 2 % lower came within 60 days, or the price was never asked: it was read wrong. */
  undercut: boolean;
  /** The price was read wrong. */
  wrong: boolean;
  /** How far the price lay below the time-weighted median of the 180 days around it, as a share of that median. */
  saving: number;
  /** The shop claimed a discount, of which less than half was real by the EU's 30-day rule. */
  fake: boolean;
}

/**
 * The outcome of each observation of a series; quadratic only within windows of 180 days.
 * @param readMinor what the price was read as
 */
export function outcomeAt(
  observed: readonly Observed[],
  index: number,
  readMinor = observed[index]!.priceMinor,
): Outcome {
  const { atMs, priceMinor } = observed[index]!;
  let lowestMinor = priceMinor;
  let lastMs = atMs;
  for (let next = index + 1; next < observed.length; next += 1) {
    const later = observed[next]!;
    if (later.atMs > atMs + REGRET_DAYS * DAY_MS) {
      lastMs = atMs + REGRET_DAYS * DAY_MS;
      break;
    }
    lastMs = later.atMs;
    lowestMinor = Math.min(lowestMinor, later.priceMinor);
  }
  const medianMinor = surroundingMedian(observed, index);
  return {
    followedDays: (lastMs - atMs) / DAY_MS,
    regret: priceMinor === 0 ? 0 : (priceMinor - lowestMinor) / priceMinor,
    undercut: readMinor !== priceMinor || lowestMinor < priceMinor * UNDERCUT,
    wrong: readMinor !== priceMinor,
    saving: medianMinor === 0 ? 0 : (medianMinor - priceMinor) / medianMinor,
    fake: isFake(observed, index),
  };
}

/** Time-weighted median of the 90 days before and after. */
export function surroundingMedian(observed: readonly Observed[], index: number): number {
  const { atMs } = observed[index]!;
  const fromMs = atMs - SURROUNDING_DAYS * DAY_MS;
  const untilMs = Math.min(atMs + SURROUNDING_DAYS * DAY_MS, observed.at(-1)!.atMs);
  let first = index;
  while (first > 0 && observed[first]!.atMs > fromMs) first -= 1;
  const byPrice = new Map<number, number>();
  let total = 0;
  for (let at = first; at < observed.length && observed[at]!.atMs < untilMs; at += 1) {
    const endMs = Math.min(observed[at + 1]?.atMs ?? untilMs, untilMs);
    const weightMs = endMs - Math.max(observed[at]!.atMs, fromMs);
    if (weightMs <= 0) continue;
    const { priceMinor } = observed[at]!;
    byPrice.set(priceMinor, (byPrice.get(priceMinor) ?? 0) + weightMs);
    total += weightMs;
  }
  if (total === 0) return observed[index]!.priceMinor;
  let sum = 0;
  for (const [priceMinor, weightMs] of [...byPrice].toSorted(([one], [other]) => one - other)) {
    sum += weightMs;
    if (sum * 2 >= total) return priceMinor;
  }
  return observed[index]!.priceMinor;
}

/** Claimed against real: the lowest price of the 30 days before this price took effect. */
function isFake(observed: readonly Observed[], index: number): boolean {
  const { priceMinor } = observed[index]!;
  const claimed = claimedPercent(observed[index]!);
  if (claimed === undefined || claimed < 5) return false;
  let start = index;
  while (start > 0 && observed[start - 1]!.priceMinor === priceMinor) start -= 1;
  if (start === 0) return false;
  const sinceMs = observed[start]!.atMs - 30 * DAY_MS;
  let priorMinor = Infinity;
  for (let at = start - 1; at >= 0 && observed[at + 1]!.atMs > sinceMs; at -= 1) {
    priorMinor = Math.min(priorMinor, observed[at]!.priceMinor);
  }
  return ((priorMinor - priceMinor) / priorMinor) * 100 < claimed / 2;
}
