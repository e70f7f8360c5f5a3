import { DAY_MS } from '../day.ts';
import { isSoldOut } from '../price-timeline.ts';
import type { NewPrice } from '../sort-out.ts';
import type { KnownPrices } from './known-range.ts';

/** Readings that differ by no more confirm each other. */
const ALIKE = 0.1;
/** Outages last for hours, and tell the same all the time: readings that may be of one have to agree for so long. */
const OUTAGE_MS = DAY_MS;
/** From so many readings on the source is taken for broken. */
export const READINGS_OF_BROKEN = 5;

/** Another look told the same price for the same time, as sources do that state when a price was set. */
export interface Retelling {
  /** When it was collected, Unix milliseconds. */
  atMs: number;
}
/** Of more the newest one takes the place of the one before: they have to be enough, and to agree for long enough. */
const RETELLINGS_KEPT = READINGS_OF_BROKEN;

/** A price that waits until another reading or source confirms it. */
export interface HeldPrice {
  price: NewPrice;
  /** Readings that must agree, this one included. */
  readingsNeeded: number;
  /** Readings of it since. */
  retold: Retelling[];
}

export interface Known {
  prices: KnownPrices;
  /** Time of the newest price of the history, Unix milliseconds. */
  newestMs: number;
  /** Old to new. */
  held: readonly HeldPrice[];
  /** Waited once, and a later reading told otherwise. */
  refuted: readonly NewPrice[];
  /** Whether a strange price waits at all. */
  mustConfirm: (price: NewPrice) => boolean;
  /** Whether another source of the same item tells about the same price now. */
  isConfirmedElsewhere: (price: NewPrice) => boolean;
  readingsNeeded: (price: NewPrice) => number;
  /** Whether other prices of the same message are so wrong that every new low or high is to be doubted. */
  isDoubtful: (price: NewPrice) => boolean;
}

export interface Sifted {
  /** What goes on to the history, in the order in which it is to be told; late is what is older than one before it. */
  accepted: NewPrice[];
  /** New among those that wait. */
  held: HeldPrice[];
  /** Of those that waited already, those that were told again and wait on. */
  retold: HeldPrice[];
  /** Waited, and were confirmed by a reading. */
  released: { held: HeldPrice; by: NewPrice }[];
  /** Waited, and a later reading told otherwise. */
  contradicted: { held: HeldPrice; by: NewPrice }[];
  /** Another price for the same time as one that waits, of the same look or as strange; the first one stays. */
  conflicts: { price: NewPrice; stored: NewPrice['offer'] }[];
}

/** How long readings of a price have to agree, beside being enough. Sources that are out of order answer 0, too. */
export const agreeingForMs = ({ offer }: NewPrice, readingsNeeded: number): number =>
  offer.priceMinor === 0 || readingsNeeded >= READINGS_OF_BROKEN ? OUTAGE_MS : 0;

/**
 * Tells the plausible readings of one offer from those that have to wait. A price far outside of the history, or in
 * another currency, waits for readings of other looks that agree; a later one that does not agree contradicts it.
 * Late prices pass: they raise nothing; so does what is sold out. What was contradicted stays out, however often it is told.
 */
export function siftReadings(prices: readonly NewPrice[], known: Known): Sifted {
  const sifted: Sifted = {
    ...{ accepted: [], held: [], retold: [] },
    ...{ released: [], contradicted: [], conflicts: [] },
  };
  let waiting = [...known.held];
  let { newestMs } = known;
  for (const price of prices) {
    const { atMs } = price;
    if (isRefuted(price)) continue;
    if (changesNone(price, known.prices) && waiting.every((one) => one.price.atMs !== atMs)) {
      accept(price);
      continue;
    }
    const same = waiting.find((one) => one.price.atMs === atMs);
    if (same && (!known.mustConfirm(price) || isCorrection(same, price))) {
      // Nothing speaks against what is told now: it is stored, and what waited for the same time waits no more.
      waiting = waiting.filter((one) => one !== same);
      (isSame(same.price, price) ? sifted.released : sifted.contradicted).push({ held: same, by: price });
    } else if (same) {
      if (!isSame(same.price, price)) sifted.conflicts.push({ price, stored: same.price.offer });
      else if (isOfAnotherLook(same, price)) retell(same, price);
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
      release(agreeing, price, price);
      continue;
    }
    contradict(
      waiting.filter((one) => !agreeing.includes(one) && one.price.atMs < atMs),
      price,
    );
    waiting = waiting.filter((one) => agreeing.includes(one) || one.price.atMs > atMs);
    const held = { price, readingsNeeded: known.readingsNeeded(price), retold: [] };
    if (isEnough([...agreeing, held])) release(agreeing, price, { ...price, isConfirmed: true });
    else {
      waiting.push(held);
      sifted.held.push(held);
    }
  }
  return sifted;

  function isRefuted(price: NewPrice): boolean {
    const isIt = (one: NewPrice): boolean => one.atMs === price.atMs && isSame(one, price);
    if (!known.refuted.some(isIt) && !sifted.contradicted.some(({ held }) => isIt(held.price))) return false;
    return known.mustConfirm(price);
  }

  function isCorrection(same: HeldPrice, price: NewPrice): boolean {
    return !isSame(same.price, price) && isOfAnotherLook(same, price) && isPlausible(price);
  }

  function isPlausible(price: NewPrice): boolean {
    const { currency, priceMinor } = price.offer;
    if (price.atMs <= newestMs) return true;
    if (known.prices.strangeness(currency, priceMinor, known.isDoubtful(price)) === undefined) return true;
    return !known.mustConfirm(price) || known.isConfirmedElsewhere(price);
  }

  function retell(held: HeldPrice, price: NewPrice): void {
    if (held.retold.length === RETELLINGS_KEPT) held.retold.pop();
    held.retold.push({ atMs: collectedMs(price) });
    const agreeing = waiting.filter((one) => agrees(one.price, price));
    if (isEnough(agreeing)) release(agreeing, price);
    else if (!sifted.held.includes(held) && !sifted.retold.includes(held)) sifted.retold.push(held);
  }

  function accept(price: NewPrice): void {
    const isLate = price.atMs <= newestMs;
    if (!changesNone(price, known.prices))
      known.prices.accept(price.offer.currency, price.offer.priceMinor, isLate);
    sifted.accepted.push({ ...price, isLate });
    newestMs = Math.max(newestMs, price.atMs);
  }

  /** Accepts what waited, with what confirmed it where that is a price of its own, by their times. */
  function release(ones: readonly HeldPrice[], by: NewPrice, confirming?: NewPrice): void {
    const believed = ones.map((held, index): NewPrice => {
      sifted.released.push({ held, by });
      // Told with the reading that confirmed it, and before it.
      const place = by.place - 1 + (index + 1) / (ones.length + 1);
      return { ...held.price, place, toldWith: by.toldWith ?? by.message, isConfirmed: true };
    });
    waiting = waiting.filter((one) => !ones.includes(one));
    if (confirming) believed.push(confirming);
    for (const price of believed.toSorted((a, b) => a.atMs - b.atMs)) accept(price);
  }

  function contradict(ones: readonly HeldPrice[], by: NewPrice): void {
    for (const held of ones) sifted.contradicted.push({ held, by });
  }
}

/** What is told of a sold-out product whose prices are known is none: it is neither strange nor speaks for or against others. */
export const changesNone = ({ value, offer }: NewPrice, prices: KnownPrices): boolean =>
  isSoldOut(value) && prices.range(offer.currency)?.isKnown === true;

const isSame = (one: NewPrice, other: NewPrice): boolean =>
  one.offer.priceMinor === other.offer.priceMinor && one.offer.currency === other.offer.currency;

const agrees = (one: NewPrice, other: NewPrice): boolean =>
  one.offer.currency === other.offer.currency && areAlike(one.offer.priceMinor, other.offer.priceMinor);

/** Whether amounts of one currency differ by no more than readings that confirm each other. */
export const areAlike = (oneMinor: number, otherMinor: number): boolean =>
  Math.abs(oneMinor - otherMinor) <= ALIKE * Math.max(oneMinor, otherMinor);

/** Whether readings that agree are as many as are needed, and agreed for long enough. */
function isEnough(readings: readonly HeldPrice[]): boolean {
  const needed = Math.max(...readings.map(({ readingsNeeded }) => readingsNeeded));
  if (looks(readings) < needed) return false;
  const times = readings.flatMap(({ price, retold }) => [
    collectedMs(price),
    ...retold.map(({ atMs }) => atMs),
  ]);
  return Math.max(...times) - Math.min(...times) >= agreeingForMs(readings.at(-1)!.price, needed);
}

/** Two readings of one look are one: what went wrong in it went wrong for both. */
const looks = (readings: readonly HeldPrice[]): number =>
  new Set(readings.flatMap(({ price, retold }) => [lookOf(price), ...retold.map(({ atMs }) => atMs)])).size;

/** A file or an answer is published in parts, which have in common when it was fetched. */
const lookOf = (price: NewPrice): number | string =>
  price.message.data.origin === 'fetched' ? collectedMs(price) : price.message.data.fetchId;

/** When it was read: what was posted says so itself, what was fetched may tell since when it holds. */
const collectedMs = ({ atMs, message: { data } }: NewPrice): number =>
  data.origin === 'fetched' ? Date.parse(data.collectedAt) : atMs;

/** Posts are repeated without another look at the price, and so is what a source saw at a time of its own. */
function isOfAnotherLook({ price, retold }: HeldPrice, other: NewPrice): boolean {
  const { origin, policy } = other.message.data;
  if (origin !== 'fetched' || policy?.secondHand) return false;
  const atMs = collectedMs(other);
  return lookOf(price) !== atMs && retold.every((one) => one.atMs !== atMs);
}
