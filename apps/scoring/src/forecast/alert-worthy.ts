import type { DealMeasures } from '../deal-measures.ts';

/** A price has to lie so far below the usual one to be worth an alert, whatever its score. */
const BELOW_USUAL = 0.02;

/**
 * Whether a price may alert by its score at all: it lies below the usual one by more than 2 %. A score drifts as time
 * goes by; without this an unchanged, ordinary price would cross a threshold one day. Undefined while no price is
 * usual yet.
 */
export function isBelowUsual({
  priceMinor,
  median90Minor,
}: Pick<DealMeasures, 'priceMinor' | 'median90Minor'>): boolean | undefined {
  if (median90Minor === undefined || median90Minor === 0) return undefined;
  return priceMinor < median90Minor * (1 - BELOW_USUAL);
}
