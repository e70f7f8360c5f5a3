import type { LinkedBy, Offer, Product } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import { offerView } from '../products/product-view.ts';
import type { Disagreement, ListingOffer } from './offer.schemas.ts';

/** A listing with what links it to the one that was asked for; nothing for that one itself. */
export interface ComparedListing {
  listing: Product;
  by: LinkedBy | null;
}

/** Listings of one item beside each other, each with its age and how far it is from the first one. */
export function listingOffers(compared: readonly ComparedListing[], nowMs: number): ListingOffer[] {
  const base = compared[0]?.listing.offers[0];
  return compared.map(({ listing, by }) => {
    const offer = listing.offers[0];
    return {
      productId: listing.id,
      source: listing.source,
      product: listing.product,
      title: listing.facts.title ?? null,
      shared: listing.shared,
      linkedBy: by,
      offer: offer ? offerView(offer) : null,
      ageSeconds: offer ? Math.max(0, Math.floor((nowMs - Date.parse(offer.observedAt)) / 1_000)) : null,
      difference: by && base && offer ? differenceOf(offer, base) : null,
    };
  });
}

/** How far the current offers are apart, of those that can be compared with the first one and bought. */
export function disagreementOf(compared: readonly ComparedListing[]): Disagreement | null {
  const base = compared[0]?.listing.offers[0];
  if (!base) return null;
  const priced = compared
    .flatMap(({ listing }) => {
      const offer = listing.offers[0];
      return offer && isComparable(offer, base) && offer.availability !== 'out_of_stock'
        ? [{ source: listing.source, priceMinor: offer.priceMinor }]
        : [];
    })
    .toSorted((a, b) => a.priceMinor - b.priceMinor);
  if (priced.length < 2) return null;
  const { currency } = base;
  const [lowest, highest] = [priced[0]!.priceMinor, priced.at(-1)!.priceMinor];
  return {
    currency,
    lowest: formatAmount(lowest, currency),
    highest: formatAmount(highest, currency),
    spread: formatAmount(highest - lowest, currency),
    spreadPercent: percentOf(highest - lowest, lowest),
    agree: lowest === highest,
    sources: priced.map(({ source, priceMinor }) => ({ source, price: formatAmount(priceMinor, currency) })),
  };
}

function differenceOf(offer: Offer, base: Offer): ListingOffer['difference'] {
  if (!isComparable(offer, base)) return null;
  const minor = offer.priceMinor - base.priceMinor;
  const amount = formatAmount(Math.abs(minor), base.currency);
  return { amount: minor < 0 ? `-${amount}` : amount, percent: percentOf(minor, base.priceMinor) };
}

/** An offer whose condition is not stated is new, as shops have it. */
const isComparable = (offer: Offer, base: Offer): boolean =>
  offer.currency === base.currency && (offer.condition ?? 'new') === (base.condition ?? 'new');

/** With one decimal; of a price of 0 nothing is a share. */
const percentOf = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.round((part * 1_000) / whole) / 10;
