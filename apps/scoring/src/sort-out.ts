import type { IncomingPrice } from './incoming-price.ts';

/** The price that is stored for an offer and a time. */
export interface StoredPrice {
  priceMinor: number;
  currency: string;
}

/** A price that may be added to the history. */
export interface NewPrice extends IncomingPrice {
  /** Older than the newest of its offer. */
  isLate: boolean;
  /** It was far outside of the history, and another reading agreed. */
  isConfirmed?: true;
  /** The message in whose events it is told, when that is not the one that brought it. */
  toldWith?: IncomingPrice['message'];
}

export interface Conflict {
  price: IncomingPrice;
  /** What stays, because it came first. */
  stored: StoredPrice;
}

export interface SortedOut {
  added: NewPrice[];
  conflicts: Conflict[];
}

/**
 * Tells the new prices of one offer from those already there. The same time and price is the same observation and
 * is passed over; the same time with another price is a conflict, and the first one stays. `newestMs` is the
 * newest time that is stored; `storedAt` answers what is stored for a price's time, asked for no newer ones.
 */
export function sortOut(
  prices: readonly IncomingPrice[],
  newestMs: number,
  storedAt: (price: IncomingPrice) => StoredPrice | undefined,
): SortedOut {
  const added: NewPrice[] = [];
  const conflicts: Conflict[] = [];
  let newest = newestMs;
  for (const price of prices) {
    if (price.atMs > newest) {
      newest = price.atMs;
      added.push({ ...price, isLate: false });
      continue;
    }
    const stored = storedAt(price) ?? sameTime(added, price);
    if (!stored) added.push({ ...price, isLate: true });
    else if (stored.priceMinor !== price.offer.priceMinor || stored.currency !== price.offer.currency) {
      conflicts.push({ price, stored });
    }
  }
  return { added, conflicts };
}

const sameTime = (added: readonly NewPrice[], price: IncomingPrice): StoredPrice | undefined =>
  added.findLast((other) => other.atMs === price.atMs)?.offer;
