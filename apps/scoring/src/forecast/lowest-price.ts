import type { PriceTimeline } from '../price-timeline.ts';
import type { PriceState } from './price-state.ts';
import { pastPrices } from './target-curve.ts';
import { TARGET_SHARES, targetOf } from './training-samples.ts';

/** Likelier than not, or as likely. */
const LIKELY = 0.5;
/** The ends of the interval: one time in ten at most the lowest price is below it, one in ten at most above. */
const INTERVAL = [0.1, 0.9] as const;

/**
 * The lowest price to be expected within some days, with the interval that holds it eight times in ten or more.
 *
 * What is expected is the median, which the interval never leaves out: the lowest known price that is reached in half of
 * all cases. The mean of a promotion at 6.50 that comes six times in ten is 7.90, which nobody ever asked; and one fall in
 * eleven to next to nothing moves it by 9 %, though ten of eleven who wait save nothing.
 */
export interface ExpectedLow {
  expectedMinor: number;
  lowMinor: number;
  highMinor: number;
}

/**
 * The prices that something is known of, rising, the price itself the last of them: what was asked before, and the shares
 * of the price that models learn from. Of what lies between them a bucket only repeats what it says of its upper end.
 */
export function knownPrices({ priceMinor }: PriceState, timeline: PriceTimeline): number[] {
  const shares = TARGET_SHARES.map((share) => targetOf(priceMinor, share));
  const known = new Set([...pastPrices(timeline, priceMinor), ...shares, priceMinor]);
  return [...known].sort((one, other) => one - other);
}

/**
 * Quantiles of the lowest price to come, each a known price: the lowest one that is reached at least so often, and as the
 * lower end the highest one that is undercut no more often. Where even the lowest known price is undercut more often, the
 * interval ends there: nothing tells how far down it goes.
 * @param known rising, the price itself the last of them
 * @param atOrBelow the probability that the price gets there, never falling as it rises, 1 at the price itself
 */
export function lowestOf(known: readonly number[], atOrBelow: (priceMinor: number) => number): ExpectedLow {
  const [rare, usual] = INTERVAL;
  const below = (priceMinor: number): number => (priceMinor === 0 ? 0 : atOrBelow(priceMinor - 1));
  const reached = (atLeast: number): number => known.find((priceMinor) => atOrBelow(priceMinor) >= atLeast)!;
  return {
    expectedMinor: reached(LIKELY),
    lowMinor: known.findLast((priceMinor) => below(priceMinor) <= rare) ?? known[0]!,
    highMinor: reached(usual),
  };
}
