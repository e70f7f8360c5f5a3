import { DAY_MS } from './day.ts';

/** What a score takes from beyond the offer's own history; what is absent is not known. */
export interface DealContext {
  reviews?: { rating: number; count: number } | undefined;
  /** The lowest present price of the same item at other sources, in the same currency and condition. */
  market?: { priceMinor: number; source: string; sources: number } | undefined;
  /** Told when a deal is asked for: nobody has looked for longer than a price is believed unseen. It changes no score. */
  isLongUnseen?: boolean;
}

/** What is known of a listing: its reviews, and the offers of other listings of the same item. */
export interface ListingContext {
  reviews: { rating: number; count: number } | undefined;
  others: { source: string; condition: string | null; currency: string; priceMinor: number; atMs: number }[];
}

export const NOTHING_KNOWN: ListingContext = { reviews: undefined, others: [] };

/** Prices of other sources that are further away in time are no longer the market. */
export const MARKET_DAYS = 14;

/** What of it holds for an offer's price; nothing is converted, and a used item is no price for a new one. */
export function contextFor(
  { reviews, others }: ListingContext,
  price: { currency: string; condition?: string | null | undefined; atMs: number },
): DealContext {
  const comparable = others.filter(
    ({ currency, condition, atMs }) =>
      currency === price.currency &&
      (condition ?? 'new') === (price.condition ?? 'new') &&
      Math.abs(atMs - price.atMs) <= MARKET_DAYS * DAY_MS,
  );
  if (comparable.length === 0) return { reviews };
  const lowest = comparable.reduce((low, one) => (one.priceMinor < low.priceMinor ? one : low));
  const sources = new Set(comparable.map(({ source }) => source)).size;
  return { reviews, market: { priceMinor: lowest.priceMinor, source: lowest.source, sources } };
}
