import { type PostedObservation } from '@souk/contracts';
import { parseAmount } from '@souk/money';
import type { Listing } from './listing.ts';
import { listPriceOf } from './saving-basis.ts';

/** The price part of an observation. */
export type Offer = Pick<
  PostedObservation,
  'currency' | 'listPrice' | 'memberPrice' | 'availability' | 'seller' | 'condition' | 'attributes'
> & { price: string };

/** The offers of an item, one per seller and condition; or why there is none that everybody could buy. */
export type Offers = { offers: Offer[] } | { none: string; isUnreadable: boolean };

const availabilities: Readonly<Record<string, PostedObservation['availability']>> = {
  INSTOCK: 'in_stock',
  INSTOCKSCARCE: 'limited',
  LEADTIME: 'limited',
  PREORDER: 'preorder',
  AVAILABLEDATE: 'preorder',
  OUTOFSTOCK: 'out_of_stock',
  UNAVAILABLE: 'out_of_stock',
  // As the retired interface wrote them.
  NOW: 'in_stock',
  BACKORDERABLE: 'limited',
  PREORDERABLE: 'preorder',
};

const conditions: Readonly<Record<string, PostedObservation['condition']>> = {
  NEW: 'new',
  USED: 'used',
  REFURBISHED: 'refurbished',
  COLLECTIBLE: 'collectible',
  OPENBOX: 'open_box',
};

/**
 * Several listings of one seller are one offer here: its price is what everybody pays, a price for Prime members is
 * the member price, and one for subscribers is told in an attribute only.
 */
export function offersOf(listings: readonly Listing[]): Offers {
  const groups = new Map<string, Listing[]>();
  for (const listing of listings) {
    const key = `${listing.seller ?? ''}\n${listing.condition ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), listing]);
  }
  const offers = [...groups.values()].flatMap((group) => offerOf(group) ?? []);
  return offers.length > 0 ? { offers } : whyNone(listings);
}

function offerOf(group: readonly Listing[]): Offer | undefined {
  const priced = group.filter(({ price, hidesPrice }) => price !== undefined && !hidesPrice);
  const once = priced.filter(({ isSubscription }) => !isSubscription);
  const member = best(once.filter(({ isForPrimeOnly }) => isForPrimeOnly));
  const listing = best(once.filter(({ isForPrimeOnly }) => !isForPrimeOnly)) ?? member;
  if (!listing) return undefined;
  const subscription = best(priced.filter(({ isSubscription }) => isSubscription));
  const { amount, currency } = listing.price!;
  const { listPrice, listPriceRefused } = listPriceOf(listing.price!, listing.savingBasis);
  return {
    price: amount,
    currency,
    listPrice,
    memberPrice: member?.price!.currency === currency ? member.price.amount : undefined,
    availability: availabilityOf(listing.availability),
    seller: listing.seller?.slice(0, 200),
    condition: conditions[word(listing.condition)],
    attributes: attributesOf(listing, {
      ...member?.particulars,
      ...listing.particulars,
      listPriceType: listPrice === undefined ? undefined : listing.savingBasisType,
      listPriceRefused,
      subscribeAndSavePrice: subscription?.price!.amount,
    }),
  };
}

/** The one that wins the buy box, else the cheapest. */
const best = (listings: readonly Listing[]): Listing | undefined =>
  listings.find(({ isBuyBoxWinner }) => isBuyBoxWinner) ??
  listings.toSorted((left, right) => minorOf(left) - minorOf(right))[0];

function minorOf({ price }: Listing): number {
  const amount = parseAmount(price!.amount, price!.currency);
  return 'minor' in amount ? amount.minor : Number.POSITIVE_INFINITY;
}

const word = (text: string | undefined): string => (text ?? '').toUpperCase().replaceAll(/[^A-Z]/g, '');

/** A type that is not known says so; of no type at all nothing is said. */
const availabilityOf = (type: string | undefined): Offer['availability'] =>
  type === undefined ? undefined : (availabilities[word(type)] ?? 'unknown');

function attributesOf(
  listing: Listing,
  more: Record<string, string | number | undefined>,
): PostedObservation['attributes'] {
  const { minOrderQuantity, maxOrderQuantity, subCondition } = listing;
  const all = {
    buyBoxWinner: listing.isBuyBoxWinner || undefined,
    sellerId: listing.sellerId,
    subCondition: word(subCondition) === 'UNKNOWN' ? undefined : subCondition,
    conditionNote: listing.conditionNote,
    availabilityType: listing.availability,
    availabilityMessage: listing.availabilityMessage,
    minOrderQuantity: minOrderQuantity === 1 ? undefined : minOrderQuantity,
    maxOrderQuantity,
    pricePerUnit: listing.pricePerUnit,
    loyaltyPoints: listing.loyaltyPoints,
    ...more,
  };
  const told = Object.entries(all).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(
    told.map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, 500) : value!]),
  );
}

function whyNone(listings: readonly Listing[]): Offers {
  const none = (text: string): Offers => ({ none: text, isUnreadable: false });
  if (listings.length === 0) return none('Amazon sells it not at present');
  if (listings.some(({ hidesPrice }) => hidesPrice))
    return none('its price is shown in the cart only (below the maker’s minimum advertised price)');
  if (listings.some(({ isSubscription, price }) => isSubscription && price))
    return none('it is sold to subscribers only (Subscribe & Save)');
  const types = [...new Set(listings.map(({ availability }) => availability))];
  const isGone = types.every((type) => availabilityOf(type) !== 'in_stock' && type !== undefined);
  if (isGone) return none(`it has no price at present (${types.join(', ')})`);
  return { none: 'is in stock, but its price has another shape', isUnreadable: true };
}
