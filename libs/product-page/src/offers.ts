import { compareAmounts, markedAmount, markedCurrency } from './amount.ts';
import { isItem, isOfType, type Item, itemsOf, textUnder, valuesOf } from './item.ts';
import { absoluteUrl } from './page-tree.ts';
import { type PageOffer, present } from './reading.ts';
import { availabilityOf, conditionOf } from './words.ts';

export interface ReadOffer extends PageOffer {
  url?: string;
}

/** Kinds of price that are no price to pay now. */
const listPriceType = /(?:ListPrice|StrikethroughPrice|MSRP|SRP|RegularPrice|MaximumRetailPrice)$/u;
const notToPay = new Set(['DeliveryChargeSpecification', 'PaymentChargeSpecification']);
/** Offers to lease or to buy back are no prices of a shop. */
const otherBusiness = /(?:LeaseOut|ProvideService|Buy|Repair|Dispose|ConstructionInstallation|Maintain)$/u;

/** The offers of an item, those within aggregates too; an aggregate counts only where there are no others. */
export function offersOf(item: Item, base: string): ReadOffer[] {
  const stated = valuesOf(item, 'offers');
  const offers = stated.flatMap((offer) =>
    isItem(offer) ? readOffer(offer, base, undefined) : writtenOffer(offer),
  );
  if (stated.length === 0 && isItsOwnOffer(item)) return readOffer(item, base, undefined);
  const single = offers.filter(({ price, highPrice }) => price !== undefined && highPrice === undefined);
  return single.length > 0 ? single : offers;
}

/** A price right on the product, against the vocabulary. */
const isItsOwnOffer = (item: Item): boolean =>
  textUnder(item, 'price', 'lowPrice') !== undefined && valuesOf(item, 'hasVariant').length === 0;

/** "12.50 EUR" instead of an offer: a price as long as it names its currency. */
function writtenOffer(text: string): ReadOffer[] {
  const price = markedAmount(text);
  return price?.currency === undefined ? [] : [{ price: price.amount, currency: price.currency }];
}

function readOffer(offer: Item, base: string, outerCurrency: string | undefined): ReadOffer[] {
  const currency = markedCurrency(textUnder(offer, 'priceCurrency')) ?? outerCurrency;
  const nested = itemsOf(offer, 'offers');
  if (nested.length > 0 && !nested.includes(offer)) {
    const within = nested.flatMap((each) =>
      itemsOf(each, 'offers').length > 0 ? [] : readOffer(each, base, currency),
    );
    if (within.some(({ price }) => price !== undefined)) return within;
  }
  if (otherBusiness.test(textUnder(offer, 'businessFunction') ?? '')) return [];
  const prices = pricesOf(offer, currency);
  return [
    present<ReadOffer>({
      ...prices,
      availability: availabilityOf(textUnder(offer, 'availability')),
      condition: conditionOf(textUnder(offer, 'itemCondition')),
      seller: textUnder(offer, 'seller', 'offeredBy'),
      url: absoluteUrl(textUnder(offer, 'url'), base),
    }),
  ];
}

function pricesOf(offer: Item, currency: string | undefined): PageOffer {
  const specifications = itemsOf(offer, 'priceSpecification').flatMap((each) => [
    each,
    ...itemsOf(each, 'priceComponent'),
  ]);
  const isList = (each: Item): boolean => listPriceType.test(textUnder(each, 'priceType') ?? '');
  const list = specifications.find(isList);
  const inParts = itemsOf(offer, 'price')[0];
  const own =
    (inParts && textUnder(inParts, 'value', 'price', 'minPrice')) ?? textUnder(offer, 'price', 'lowPrice');
  const payable =
    own === undefined ? specifications.filter(isPayable).find((each) => !isList(each)) : undefined;
  const from = own === undefined ? (payable ?? list) : offer;
  const stated =
    currency ??
    markedCurrency(from && textUnder(from, 'priceCurrency')) ??
    markedCurrency(inParts && textUnder(inParts, 'currency', 'priceCurrency'));
  const price = markedAmount(own ?? (from && textUnder(from, 'price', 'minPrice')), stated);
  const high = markedAmount(
    textUnder(offer, 'highPrice') ?? (payable && textUnder(payable, 'maxPrice')),
    stated,
  );
  const listed =
    payable || own !== undefined ? markedAmount(list && textUnder(list, 'price'), stated) : undefined;
  const isRange = price && high && compareAmounts(price.amount, high.amount) < 0;
  return {
    price: price?.amount,
    currency: price && (stated ?? price.currency ?? markedCurrency(textUnder(offer, 'currency'))),
    highPrice: isRange ? high.amount : undefined,
    listPrice: listed?.amount,
  };
}

/** Not the price of shipping, of a litre, or of members only. */
function isPayable(specification: Item): boolean {
  if (isOfType(specification, ...notToPay)) return false;
  if (textUnder(specification, 'validForMemberTier') !== undefined) return false;
  if (itemsOf(specification, 'validForMemberTier').length > 0) return false;
  const perUnit = itemsOf(specification, 'referenceQuantity').length > 0;
  return !perUnit && textUnder(specification, 'price', 'minPrice') !== undefined;
}

const buyable = new Set(['in_stock', 'limited', undefined]);

/**
 * The offer that stands for the product: the one of the page's own address, else new before used, to be had before
 * sold out, and of those the cheapest.
 */
export function chooseOffer(
  offers: readonly ReadOffer[],
  isPage: (url: string) => boolean,
): ReadOffer | undefined {
  const priced = offers.filter(({ price }) => price !== undefined);
  const own = priced.filter(({ url }) => url !== undefined && isPage(url));
  const rank = ({ condition, availability }: ReadOffer): number =>
    (condition === undefined || condition === 'new' ? 0 : 2) + (buyable.has(availability) ? 0 : 1);
  const sorted = (own.length === 1 ? own : priced).toSorted(
    (left, right) => rank(left) - rank(right) || compareAmounts(left.price!, right.price!),
  );
  return sorted[0] ?? offers[0];
}
