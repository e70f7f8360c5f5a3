/** One value of a series from a time on; null: there was none (no offer, no rank). */
export interface SeriesPoint {
  atMs: number;
  /** Prices in minor units; ranks and counts as they are; a rating times ten. */
  value: number | null;
  /** Minor units; only in series with shipping, and null where it is not known. */
  shipping?: number | null;
}

/** Keepa counts minutes since 2011-01-01. */
const EPOCH_MINUTES = 21_564_000;

export const keepaTimeMs = (minutes: number): number => (minutes + EPOCH_MINUTES) * 60_000;
export const keepaMinutes = (timeMs: number): number => Math.floor(timeMs / 60_000) - EPOCH_MINUTES;

/** Numbers of the series in `csv` that are no offers. */
export const seriesOf = { salesRank: 3, listPrice: 4, rating: 16, reviewCount: 17 } as const;

/** What a series of prices is the price of. Each is an offer of its own: Keepa names no seller but Amazon. */
export interface KeepaOffer {
  type: number;
  seller: string;
  condition: 'new' | 'used' | 'refurbished' | 'collectible';
}

const offer = (type: number, seller: string, condition: KeepaOffer['condition'] = 'new'): KeepaOffer => ({
  type,
  seller,
  condition,
});

/** Every series of prices at which the product can be bought at Amazon. Not eBay's (28, 29), trade-in (30), rental (31). */
export const keepaOffers: readonly KeepaOffer[] = [
  offer(0, 'Amazon'),
  offer(1, 'Lowest new'),
  offer(2, 'Lowest used', 'used'),
  offer(5, 'Lowest collectible', 'collectible'),
  offer(6, 'Lowest refurbished', 'refurbished'),
  offer(7, 'Lowest new, shipped by its seller'),
  offer(8, 'Lightning deal'),
  offer(9, 'Warehouse deal', 'used'),
  offer(10, 'Lowest new, shipped by Amazon'),
  offer(18, 'Buy box'),
  offer(19, 'Lowest used, like new', 'used'),
  offer(20, 'Lowest used, very good', 'used'),
  offer(21, 'Lowest used, good', 'used'),
  offer(22, 'Lowest used, acceptable', 'used'),
  offer(23, 'Lowest collectible, like new', 'collectible'),
  offer(24, 'Lowest collectible, very good', 'collectible'),
  offer(25, 'Lowest collectible, good', 'collectible'),
  offer(26, 'Lowest collectible, acceptable', 'collectible'),
  offer(27, 'Lowest refurbished, with shipping', 'refurbished'),
  offer(32, 'Buy box, used', 'used'),
  offer(33, 'Prime exclusive'),
];

/** Series of (time, price, shipping); all others are of (time, value). */
const hasShipping = (type: number): boolean => type === 7 || (type >= 18 && type <= 29) || type === 32;

/**
 * Reads series number `type` of a product's `csv`: oldest first, and of two values for one minute the later one.
 * Empty when there is no such series; undefined when it has another shape.
 */
export function readSeries(csv: unknown, type: number): SeriesPoint[] | undefined {
  if (csv === null || csv === undefined) return [];
  if (!Array.isArray(csv)) return undefined;
  const flat: unknown = csv[type] ?? [];
  if (!Array.isArray(flat)) return undefined;
  const width = hasShipping(type) ? 3 : 2;
  if (flat.length % width !== 0 || !flat.every((value) => Number.isSafeInteger(value))) return undefined;
  const numbers = flat as number[];
  const points: SeriesPoint[] = [];
  for (let at = 0; at < numbers.length; at += width) {
    const point: SeriesPoint = { atMs: keepaTimeMs(numbers[at]!), value: orNull(numbers[at + 1]!) };
    if (width === 3) point.shipping = orNull(numbers[at + 2]!);
    const last = points.at(-1);
    if (last && last.atMs > point.atMs) return undefined;
    if (last?.atMs === point.atMs) points.pop();
    points.push(point);
  }
  return points;
}

/** -1 stands for nothing, and so do the few other negative numbers that Keepa sends. */
const orNull = (value: number): number | null => (value < 0 ? null : value);
