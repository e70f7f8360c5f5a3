import type { PostedObservation } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import { marketplaceOfKeepa } from '../marketplaces.ts';
import type { KeepaProduct } from './answer.ts';
import { keepaFacts } from './facts.ts';
import {
  keepaOffers,
  keepaTimeMs,
  readSeries,
  seriesOf,
  type KeepaOffer,
  type SeriesPoint,
} from './series.ts';

export type KeepaObservation = Omit<PostedObservation, 'source' | 'price'> & { price: string };

/** A product's past, oldest first; or what is wrong with it. `unread` counts points that tell of no price. */
export type KeepaHistory = { observations: KeepaObservation[]; unread: number } | { problem: string };

/**
 * All series of prices as observations, each with the list price, sales rank, rating and number of reviews of its
 * time. Where an offer ended (-1), its last price is told once more as out of stock; before its first price there is
 * nothing to tell. Shipping that is not known is left out.
 */
export function keepaHistory(product: KeepaProduct): KeepaHistory {
  const currency = marketplaceOfKeepa(product.domainId)?.currency;
  if (currency === undefined) return { problem: `domainId ${product.domainId} is no marketplace of Keepa’s` };
  const side = new Map<string, SeriesPoint[]>();
  for (const [name, type] of Object.entries(seriesOf)) {
    const points = readSeries(product.csv, type);
    if (!points) return { problem: `series ${type} has another shape` };
    side.set(name, points);
  }
  const facts = keepaFacts(product);
  const observations: KeepaObservation[] = [];
  let unread = 0;
  for (const offer of keepaOffers) {
    const points = readSeries(product.csv, offer.type);
    if (!points) return { problem: `series ${offer.type} has another shape` };
    const sideAt = stepper(side);
    let price: number | undefined;
    for (const point of points) {
      if (point.value === null && price === undefined) unread += 1;
      price = point.value ?? price;
      if (price === undefined) continue;
      const { listPrice, ...known } = sideAt(point.atMs);
      observations.push({
        product: product.asin,
        ...facts,
        ...known,
        ...(listPrice !== undefined &&
          listPrice >= price && { listPrice: formatAmount(listPrice, currency) }),
        ...priceOf(offer, point, formatAmount(price, currency), currency),
        observedAt: new Date(point.atMs).toISOString(),
      });
    }
  }
  observations.sort((left, right) => Date.parse(left.observedAt) - Date.parse(right.observedAt));
  return { observations, unread };
}

/** The prices of now, as of Keepa's last look at Amazon; empty when nothing is on offer. */
export function keepaCurrent(product: KeepaProduct): KeepaHistory {
  const currency = marketplaceOfKeepa(product.domainId)?.currency;
  if (currency === undefined) return { problem: `domainId ${product.domainId} is no marketplace of Keepa’s` };
  if (!product.lastUpdate) return { problem: 'says not when Keepa looked last (lastUpdate)' };
  const { current, buyBoxPrice, buyBoxShipping } = product.stats ?? {};
  if (!current) return { problem: 'has no stats.current' };
  const now = (type: number): number | undefined => {
    const value = current[type] ?? -1;
    return value < 0 ? undefined : value;
  };
  const facts = keepaFacts(product);
  const observedAt = new Date(keepaTimeMs(product.lastUpdate)).toISOString();
  const [list, rating] = [now(seriesOf.listPrice), now(seriesOf.rating)];
  const observations = keepaOffers.flatMap((offer): KeepaObservation[] => {
    const isBuyBox = offer.type === 18 && (buyBoxPrice ?? -1) >= 0;
    const price = isBuyBox ? buyBoxPrice! : now(offer.type);
    if (price === undefined) return [];
    const shipping = isBuyBox && (buyBoxShipping ?? -1) >= 0 ? buyBoxShipping! : null;
    return [
      {
        product: product.asin,
        ...facts,
        ...sideFacts(now(seriesOf.salesRank), rating, now(seriesOf.reviewCount)),
        ...(list !== undefined && list >= price && { listPrice: formatAmount(list, currency) }),
        ...priceOf(offer, { atMs: 0, value: price, shipping }, formatAmount(price, currency), currency),
        observedAt,
      },
    ];
  });
  return { observations, unread: 0 };
}

function priceOf(offer: KeepaOffer, point: SeriesPoint, price: string, currency: string) {
  return {
    price,
    currency,
    availability: point.value === null ? ('out_of_stock' as const) : ('in_stock' as const),
    seller: offer.seller,
    condition: offer.condition,
    ...(typeof point.shipping === 'number' &&
      point.value !== null && { shipping: formatAmount(point.shipping, currency) }),
    ...(offer.type === 33 && { memberPrice: price }),
  };
}

/** For rising times: the values of the other series that held then. */
function stepper(side: ReadonlyMap<string, SeriesPoint[]>): (atMs: number) => Side {
  const places = new Map([...side.keys()].map((name) => [name, -1]));
  return (atMs) => {
    const valueOf = (name: keyof typeof seriesOf): number | undefined => {
      const points = side.get(name)!;
      let place = places.get(name)!;
      while (place + 1 < points.length && points[place + 1]!.atMs <= atMs) place += 1;
      places.set(name, place);
      return points[place]?.value ?? undefined;
    };
    const facts = sideFacts(valueOf('salesRank'), valueOf('rating'), valueOf('reviewCount'));
    return { ...facts, listPrice: valueOf('listPrice') };
  };
}

type Side = ReturnType<typeof sideFacts> & { listPrice?: number | undefined };

/** A rank of 0 and a rating beyond 5 are none. */
const sideFacts = (rank?: number, ratingTimesTen?: number, reviewCount?: number) => ({
  ...(rank !== undefined && rank > 0 && { salesRank: rank }),
  ...(ratingTimesTen !== undefined && ratingTimesTen <= 50 && { rating: ratingTimesTen / 10 }),
  ...(reviewCount !== undefined && { reviewCount }),
});
