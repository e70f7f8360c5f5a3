import { DAY_MS } from '../day.ts';
import type { NewPrice } from '../sort-out.ts';
import type { KnownPrices } from './known-range.ts';

/** Readings that differ by no more confirm each other. */
const ALIKE = 0.1;
/** Outages last for hours, and tell the same all the time: readings that may be of one have to agree for so long. */
const OUTAGE_MS = DAY_MS;
/** From so many readings on the source is taken for broken. */
export const READINGS_OF_BROKEN = 5;

/** A price that waits until another reading or source confirms it. */
export interface HeldPrice {
  price: NewPrice;
  /** Readings that must agree, this one included. */
  readingsNeeded: number;
}

export interface Known {
  prices: KnownPrices;
  /** Old to new. */
  held: readonly HeldPrice[];
  /** Whether a strange price waits at all. */
  mustConfirm: (price: NewPrice) => boolean;
  /** Whether another source of the same item tells about the same price now. */
  isConfirmedElsewhere: (price: NewPrice) => boolean;
  readingsNeeded: (price: NewPrice) => number;
  /** Whether other prices of the same message are so wrong that every new low or high is to be doubted. */
  isDoubtful: (price: NewPrice) => boolean;
}

export interface Sifted {
  /** What goes on to the history, in the order in which it is to be told; confirmed ones before what confirmed them. */
  accepted: NewPrice[];
  /** New among those that wait. */
  held: HeldPrice[];
  /** Waited, and were confirmed by a reading. */
  released: { held: HeldPrice; by: NewPrice }[];
  /** Waited, and a later reading told otherwise. */
  contradicted: { held: HeldPrice; by: NewPrice }[];
  /** Another price for the same time as one that waits; the first one stays. */
  conflicts: { price: NewPrice; stored: NewPrice['offer'] }[];
}

/** How long readings of a price have to agree, beside being enough. Sources that are out of order answer 0, too. */
export const agreeingForMs = ({ offer }: NewPrice, readingsNeeded: number): number =>
  offer.priceMinor === 0 || readingsNeeded >= READINGS_OF_BROKEN ? OUTAGE_MS : 0;

/**
 * Tells the plausible readings of one offer from those that have to wait. A price far outside of the history, or in
 * another currency, waits for readings of other fetches that agree; a later one that does not agree contradicts it.
 * Late prices pass: they raise nothing.
 */
export function siftReadings(prices: readonly NewPrice[], known: Known): Sifted {
  const sifted: Sifted = { accepted: [], held: [], released: [], contradicted: [], conflicts: [] };
  let waiting = [...known.held];
  for (const price of prices) {
    const { atMs } = price;
    const same = waiting.find((one) => one.price.atMs === atMs);
    if (same) {
      if (!isSame(same.price, price)) sifted.conflicts.push({ price, stored: same.price.offer });
      continue;
    }
    const agreeing = waiting.filter((one) => agrees(one.price, price));
    if (isPlausible(price)) {
      const isOlder = (one: HeldPrice): boolean => one.price.atMs > atMs;
      contradict(
        waiting.filter((one) => !isOlder(one) && !agreeing.includes(one)),
        price,
      );
      waiting = waiting.filter((one) => isOlder(one) || agreeing.includes(one));
      release(agreeing, price);
      accept(price);
      continue;
    }
    contradict(
      waiting.filter((one) => !agreeing.includes(one) && one.price.atMs < atMs),
      price,
    );
    waiting = waiting.filter((one) => agreeing.includes(one) || one.price.atMs > atMs);
    const held = { price, readingsNeeded: known.readingsNeeded(price) };
    const needed = Math.max(held.readingsNeeded, ...agreeing.map((one) => one.readingsNeeded));
    const readings = [...agreeing, held];
    if (fetches(readings) >= needed && spanMs(readings) >= agreeingForMs(price, needed)) {
      release(agreeing, price);
      accept({ ...price, isConfirmed: true });
    } else {
      waiting.push(held);
      sifted.held.push(held);
    }
  }
  return { ...sifted, accepted: inTime(sifted.accepted) };

  function isPlausible(price: NewPrice): boolean {
    const { currency, priceMinor } = price.offer;
    if (price.isLate) return true;
    if (known.prices.strangeness(currency, priceMinor, known.isDoubtful(price)) === undefined) return true;
    return !known.mustConfirm(price) || known.isConfirmedElsewhere(price);
  }

  function accept(price: NewPrice): void {
    known.prices.accept(price.offer.currency, price.offer.priceMinor, price.isLate);
    sifted.accepted.push(price);
  }

  function release(ones: readonly HeldPrice[], by: NewPrice): void {
    ones.forEach((held, index) => {
      sifted.released.push({ held, by });
      // Told with the reading that confirmed it, and before it.
      const place = by.place - 1 + (index + 1) / (ones.length + 1);
      accept({ ...held.price, place, toldWith: by.toldWith ?? by.message, isConfirmed: true });
    });
    waiting = waiting.filter((one) => !ones.includes(one));
  }

  function contradict(ones: readonly HeldPrice[], by: NewPrice): void {
    for (const held of ones) sifted.contradicted.push({ held, by });
  }
}

const isSame = (one: NewPrice, other: NewPrice): boolean =>
  one.offer.priceMinor === other.offer.priceMinor && one.offer.currency === other.offer.currency;

const agrees = (one: NewPrice, other: NewPrice): boolean =>
  one.offer.currency === other.offer.currency &&
  Math.abs(one.offer.priceMinor - other.offer.priceMinor) <=
    ALIKE * Math.max(one.offer.priceMinor, other.offer.priceMinor);

/** Two readings of one fetch are one: what went wrong in it went wrong for both. */
const fetches = (readings: readonly HeldPrice[]): number =>
  new Set(readings.map(({ price }) => price.message.data.fetchId)).size;

/** From the first to the last of them. */
const spanMs = (readings: readonly HeldPrice[]): number => {
  const times = readings.map(({ price }) => price.atMs);
  return Math.max(...times) - Math.min(...times);
};

/** What waited may be newer than what came since: the history takes prices by their time. */
function inTime(prices: NewPrice[]): NewPrice[] {
  if (!prices.some(({ isConfirmed }) => isConfirmed)) return prices;
  const late = prices.filter(({ isLate }) => isLate);
  return [...late, ...prices.filter(({ isLate }) => !isLate).toSorted((a, b) => a.atMs - b.atMs)];
}
