import type { ScoredDeal } from '@souk/contracts';
import { convertMinor, type DayRates, NoExchangeRate, toMicros } from '@souk/money';

/** What conditions are judged by: a price and what was known of its offer just before. */
export type Facts = Pick<
  ScoredDeal,
  | 'priceMinor'
  | 'currency'
  | 'previousPriceMinor'
  | 'shippingMinor'
  | 'availability'
  | 'previousAvailability'
  | 'lowestBeforeMinor'
  | 'lowestBeforeMinorByDays'
  | 'usualPriceMinor'
  | 'score'
  | 'previousScore'
  | 'realDiscountPercent'
  | 'previousRealDiscountPercent'
  | 'seller'
  | 'condition'
>;

/**
 * An amount of the offer in millionths of the limit's currency; undefined when no rate of the day leads there.
 * Converted amounts are rounded to minor units, as they are shown.
 */
export function limitMicros(
  minor: number,
  currency: string,
  limitCurrency: string | null,
  rates: DayRates | undefined,
): number | undefined {
  if (limitCurrency === null || limitCurrency === currency) return toMicros(minor, currency);
  if (!rates) return undefined;
  try {
    const converted = convertMinor(Math.abs(minor), currency, limitCurrency, rates);
    return toMicros(minor < 0 ? -converted : converted, limitCurrency);
  } catch (error) {
    if (error instanceof NoExchangeRate) return undefined;
    throw error;
  }
}

/** The price as a condition means it: with shipping, where it is known. */
export const landedMinor = (priceMinor: number, facts: Facts, isLanded: boolean): number =>
  isLanded ? priceMinor + (facts.shippingMinor ?? 0) : priceMinor;

/**
 * The largest whole number of basis points b with (reference - price) x 10,000 >= b x reference, in exact
 * integers; 0 when the price is not lower or the reference is 0.
 */
export function dropBasisPoints(reference: number, price: number): number {
  return shareBasisPoints(reference - price, reference);
}

/** The same for a price above its reference. */
export function riseBasisPoints(reference: number, price: number): number {
  return shareBasisPoints(price - reference, reference);
}

function shareBasisPoints(difference: number, reference: number): number {
  if (reference <= 0 || difference <= 0) return 0;
  if (difference > Number.MAX_SAFE_INTEGER / 10_000) {
    const exact = (BigInt(difference) * 10_000n) / BigInt(reference);
    return Number(exact);
  }
  const scaled = difference * 10_000;
  return (scaled - (scaled % reference)) / reference;
}

/** A score in whole hundredths, rounded down; the tiny addition undoes the float error of scores such as 29.29. */
export const scoreHundredths = (score: number): number => Math.floor(score * 100 + 1e-6);

/**
 * Whether a score may speak of a price at all: it lies more than 2 % below the usual one, where that is known. Scores
 * drift as time goes by; without this an ordinary price that nobody changed would cross a threshold one day.
 */
export function mayScoreSpeak(priceMinor: number | undefined, usualMinor: number | undefined): boolean {
  if (usualMinor === undefined || usualMinor === 0) return true;
  return priceMinor !== undefined && BigInt(priceMinor) * 50n < BigInt(usualMinor) * 49n;
}

export const isBuyable = (availability: string | null | undefined): boolean =>
  availability === 'in_stock' || availability === 'limited';

/** Known not to be had; what nobody said is neither. */
export const isUnavailable = (availability: string | null | undefined): boolean =>
  availability === 'out_of_stock' || availability === 'preorder';
