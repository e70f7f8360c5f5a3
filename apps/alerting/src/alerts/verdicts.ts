import type { DayRates } from '@souk/money';
import { chosenLimit, type Leaf } from '../watches/rule.ts';
import {
  dropBasisPoints,
  type Facts,
  isBuyable,
  isUnavailable,
  landedMinor,
  limitMicros,
  mayScoreSpeak,
  riseBasisPoints,
  scoreHundredths,
} from './facts.ts';

/** What a condition is at a price. `hasCrossed` only when it is true: it was not at the price before. */
export interface LeafVerdict {
  verdict: 'true' | 'false' | 'unknown';
  hasCrossed: boolean;
}

const UNKNOWN: LeafVerdict = { verdict: 'unknown', hasCrossed: false };
const NO: LeafVerdict = { verdict: 'false', hasCrossed: false };
const state = (holds: boolean, heldBefore: boolean): LeafVerdict =>
  holds ? { verdict: 'true', hasCrossed: !heldBefore } : NO;
const moment = (happened: boolean): LeafVerdict => state(happened, false);

/** Whether a condition holds at a price, and whether it came true with it. Without rates foreign amounts are unknown. */
export function verdictOf(leaf: Leaf, facts: Facts, rates: DayRates | undefined): LeafVerdict {
  switch (leaf.kind) {
    case 'priceBelow':
      return below(leaf, leaf.threshold, facts, rates);
    case 'priceAbove':
      return above(leaf, leaf.threshold, facts, rates);
    case 'inStockBelow':
      return inStockBelow(leaf, facts, rates);
    case 'dropPercent':
    case 'dropAmount':
    case 'priceRisePercent':
    case 'priceRiseAmount':
      return changed({ ...leaf, kind: leaf.kind }, facts, rates);
    case 'allTimeLow': {
      const lowest = facts.lowestBeforeMinor;
      return lowest === undefined ? UNKNOWN : moment(facts.priceMinor < lowest);
    }
    case 'lowOfDays': {
      const lowest = lowestOfDays(leaf.threshold, facts);
      return lowest === undefined ? UNKNOWN : moment(facts.priceMinor < lowest);
    }
    case 'backInStock':
      if (isUnavailable(facts.availability)) return NO;
      if (!isBuyable(facts.availability)) return UNKNOWN;
      return moment(facts.previousAvailability === 'out_of_stock');
    case 'scoreAtLeast':
      return scoreReached(leaf.threshold, facts);
    case 'realDiscountAtLeast':
      return reached(leaf.threshold, facts.realDiscountPercent, facts.previousRealDiscountPercent);
  }
}

/** The lowest price of so many days before this one, where the history is that long. */
export const lowestOfDays = (days: number, facts: Facts): number | undefined =>
  facts.lowestBeforeMinorByDays?.[String(days) as '7'];

/** A first price below the limit has come below it; a price from before that is not known counts the same. */
function below(leaf: Leaf, limit: number, facts: Facts, rates: DayRates | undefined): LeafVerdict {
  const { price, previous } = pricesOf(leaf, facts, rates);
  if (price === undefined) return UNKNOWN;
  return state(price < limit, previous !== undefined && previous < limit);
}

/** A first price has not risen. */
function above(leaf: Leaf, limit: number, facts: Facts, rates: DayRates | undefined): LeafVerdict {
  const { price, previous } = pricesOf(leaf, facts, rates);
  if (price === undefined) return UNKNOWN;
  return state(price > limit, previous === undefined || previous > limit);
}

function inStockBelow(leaf: Leaf, facts: Facts, rates: DayRates | undefined): LeafVerdict {
  const { price, previous } = pricesOf(leaf, facts, rates);
  if (isUnavailable(facts.availability)) return NO;
  if (price === undefined) return UNKNOWN;
  if (price >= leaf.threshold) return NO;
  if (!isBuyable(facts.availability)) return UNKNOWN;
  const wasBelow = previous !== undefined && previous < leaf.threshold;
  return state(true, wasBelow && !isUnavailable(facts.previousAvailability));
}

type Change = Leaf & { kind: 'dropPercent' | 'dropAmount' | 'priceRisePercent' | 'priceRiseAmount' };

function changed(leaf: Change, facts: Facts, rates: DayRates | undefined): LeafVerdict {
  const { kind, threshold, against } = leaf;
  const isDrop = kind === 'dropPercent' || kind === 'dropAmount';
  if (typeof against === 'number') {
    const limit = chosenLimit(kind, threshold, against);
    return isDrop ? below(leaf, limit + 1, facts, rates) : above(leaf, limit - 1, facts, rates);
  }
  const { priceMinor, previousPriceMinor: previous, usualPriceMinor: usual } = facts;
  const reference = against === 'usual' ? usual : previous;
  if (reference === undefined) return UNKNOWN;
  const now = changeBetween(leaf, reference, priceMinor, facts, rates);
  if (now === undefined) return UNKNOWN;
  if (against === 'last') return moment(now >= threshold);
  // What was usual is the same for both prices, so that only the price can cross.
  const before = previous === undefined ? 0 : changeBetween(leaf, reference, previous, facts, rates);
  return state(now >= threshold, before !== undefined && before >= threshold);
}

/** Basis points or millionths by which a price is lower (or higher) than a reference; 0 when it is not. */
export function changeBetween(
  { kind, currency }: Leaf,
  reference: number,
  price: number,
  facts: Facts,
  rates: DayRates | undefined,
): number | undefined {
  switch (kind) {
    case 'dropPercent':
      return dropBasisPoints(reference, price);
    case 'priceRisePercent':
      return riseBasisPoints(reference, price);
    default: {
      const difference = kind === 'dropAmount' ? reference - price : price - reference;
      return limitMicros(Math.max(0, difference), facts.currency, currency, rates);
    }
  }
}

/** This price and the one before it, as the condition means them. */
export function pricesOf(
  { currency, isLanded }: Leaf,
  facts: Facts,
  rates: DayRates | undefined,
): { price: number | undefined; previous: number | undefined } {
  const { priceMinor, previousPriceMinor } = facts;
  const micros = (minor: number): number | undefined =>
    // What shipping cost before is not known; it is taken to be what it is now.
    limitMicros(landedMinor(minor, facts, isLanded), facts.currency, currency, rates);
  return {
    price: micros(priceMinor),
    previous: previousPriceMinor === undefined ? undefined : micros(previousPriceMinor),
  };
}

/** An ordinary price has no score that speaks; what was usual is the same for both prices. */
function scoreReached(threshold: number, facts: Facts): LeafVerdict {
  const { score, previousScore, priceMinor, previousPriceMinor, usualPriceMinor: usual } = facts;
  const { verdict } = reached(threshold, score, undefined);
  if (verdict !== 'true') return { verdict, hasCrossed: false };
  const held =
    mayScoreSpeak(previousPriceMinor, usual) &&
    previousScore !== undefined &&
    scoreHundredths(previousScore) >= threshold;
  return state(mayScoreSpeak(priceMinor, usual), held);
}

function reached(threshold: number, now: number | undefined, before: number | undefined): LeafVerdict {
  if (now === undefined) return UNKNOWN;
  return state(
    scoreHundredths(now) >= threshold,
    before !== undefined && scoreHundredths(before) >= threshold,
  );
}
