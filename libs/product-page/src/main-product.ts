import { allItems, isItem, isOfType, type Item, itemsOf, newItem, textUnder, valuesOf } from './item.ts';
import { absoluteUrl } from './page-tree.ts';
import { pageKey } from './schema-product.ts';

const productTypes = [
  'Product', 'ProductGroup', 'ProductModel', 'IndividualProduct', 'SomeProducts', 'ProductCollection', 'Vehicle', 'Car',
  'Motorcycle', 'BusOrCoach', 'MotorizedBicycle', 'DietarySupplement', 'Drug',
]; // prettier-ignore
/** Things under these are others' than the page's own. */
const beside = new Set([
  'isRelatedTo', 'isSimilarTo', 'isAccessoryOrSparePartFor', 'isConsumableFor', 'isVariantOf', 'itemReviewed',
  'hasVariant', 'hasPart', 'itemListElement', 'makesOffer', 'addOn', 'predecessorOf', 'successorOf', 'model',
]); // prettier-ignore

/** What is known of the page apart from the notation in question. */
export interface PageContext {
  url: string;
  /** Its heading and its title for others (`og:title`). */
  titles: string[];
}

export interface MainProduct {
  /** Usually one; several when the page describes the same product more than once. */
  items: Item[];
  /** How many different products were there and none stood out: a list, no product page. */
  rivals: number;
}

/** Finds the item that a page is about among all that it describes. */
export function mainProduct(roots: readonly Item[], context: PageContext): MainProduct {
  const main = new Set(allItems(roots).flatMap((item) => itemsOf(item, 'mainEntity')));
  const candidates = candidatesOf(roots);
  const scored = candidates.map((item) => ({ item, score: scoreOf(item, context, main.has(item)) }));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  const winners = scored.filter(({ score }) => score === best).map(({ item }) => item);
  const names = new Set(winners.map((item) => textUnder(item, 'name')?.toLowerCase()));
  if (names.size > 1 && best < 2) return { items: [], rivals: winners.length };
  const name = winners[0] && textUnder(winners[0], 'name')?.toLowerCase();
  return { items: winners.filter((item) => textUnder(item, 'name')?.toLowerCase() === name), rivals: 0 };
}

function candidatesOf(roots: readonly Item[]): Item[] {
  const found = new Set<Item>();
  const seen = new Set<Item>();
  const waiting = [...roots];
  for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
    if (seen.has(item)) continue;
    seen.add(item);
    if (isSold(item)) found.add(item);
    else {
      const offered = isOfType(item, 'Offer', 'AggregateOffer') ? offeredBy(item) : [];
      for (const each of offered) found.add(each);
      if (offered.length > 0) continue;
      for (const [name, values] of item.properties) {
        if (!beside.has(name)) waiting.push(...values.filter(isItem));
      }
    }
  }
  return found.size > 0 ? [...found] : bareOffers(seen);
}

/** Offers of a page that names no product at all. */
function bareOffers(items: ReadonlySet<Item>): Item[] {
  return [...items]
    .filter((item) => isOfType(item, 'Offer', 'AggregateOffer'))
    .map((offer) => ({ types: ['Product'], properties: new Map([['offers', [offer]]]) }));
}

function isSold(item: Item): boolean {
  return (
    isOfType(item, ...productTypes) ||
    (valuesOf(item, 'offers').length > 0 && !isOfType(item, 'AggregateOffer', 'Offer'))
  );
}

/** An offer that names what it offers, turned round. */
function offeredBy(offer: Item): Item[] {
  return itemsOf(offer, 'itemOffered').map((item) => {
    if (valuesOf(item, 'offers').length > 0) return item;
    const product = newItem(item.types, item.id);
    for (const [name, values] of item.properties) product.properties.set(name, values);
    product.properties.set('offers', [offer]);
    return product;
  });
}

function scoreOf(item: Item, { url, titles }: PageContext, isMain: boolean): number {
  const own = absoluteUrl(textUnder(item, 'url') ?? item.id, url);
  const name = textUnder(item, 'name')?.toLowerCase();
  const isNamed = name !== undefined && titles.some((title) => title.toLowerCase().includes(name));
  const isOffered = valuesOf(item, 'offers').length > 0 || valuesOf(item, 'hasVariant').length > 0;
  return (
    (own !== undefined && pageKey(own) === pageKey(url) ? 4 : 0) +
    (isMain ? 3 : 0) +
    (isNamed ? 2 : 0) +
    (isOffered ? 1 : 0)
  );
}
