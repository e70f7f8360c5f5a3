import type { Document } from 'domhandler';
import { markedAmount, markedCurrency } from './amount.ts';
import { gtinOf } from './gtin.ts';
import { absoluteUrl, elementsOf, packed } from './page-tree.ts';
import { present, type ProductFacts } from './reading.ts';
import { availabilityOf, conditionOf } from './words.ts';

/** The meta tags of a page by name; of each the values in order. */
export function metaTags(page: Document): Map<string, string[]> {
  const tags = new Map<string, string[]>();
  for (const { attribs } of elementsOf(page, ({ name }) => name === 'meta')) {
    const content = packed(attribs['content'] ?? '');
    for (const name of new Set([attribs['property'], attribs['name']])) {
      if (name === undefined || content === '') continue;
      const key = name.trim().toLowerCase();
      tags.set(key, [...(tags.get(key) ?? []).slice(0, 20), content]);
    }
  }
  return tags;
}

/** What OpenGraph and its product namespace say (ogp.me, Facebook's and Pinterest's product tags). */
export function openGraphFacts(tags: ReadonlyMap<string, string[]>, base: string): ProductFacts | undefined {
  const first = (...names: string[]): string | undefined => {
    for (const name of names) if (tags.has(name)) return tags.get(name)![0];
    return undefined;
  };
  const either = (name: string): string | undefined =>
    first(`product:${name}`, `og:${name}`, `og:product:${name}`);
  const currency = markedCurrency(either('sale_price:currency') ?? either('price:currency'));
  const regular = markedAmount(either('price:amount') ?? first('product:price', 'og:price'), currency);
  const sale = markedAmount(either('sale_price:amount') ?? either('sale_price'), currency);
  const original = markedAmount(either('original_price:amount') ?? either('price:standard_amount'), currency);
  const price = sale ?? regular;
  if (price === undefined && !/product/iu.test(first('og:type') ?? '')) return undefined;
  return present<ProductFacts>({
    title: first('og:title'),
    price: price?.amount,
    currency: price && (currency ?? price.currency),
    listPrice: (original ?? (sale && regular))?.amount,
    availability: availabilityOf(either('availability')),
    condition: conditionOf(either('condition')),
    brand: either('brand'),
    gtin: gtinOf(
      first('product:ean', 'product:upc', 'product:isbn', 'product:gtin', 'og:upc', 'og:ean', 'og:isbn'),
    ),
    sku: first('product:retailer_item_id', 'product:sku'),
    mpn: either('mfr_part_no'),
    image: absoluteUrl(first('og:image:secure_url', 'og:image', 'og:image:url'), base),
    url: absoluteUrl(first('og:url'), base),
    category: either('category')?.split(/\s*>\s*/u),
  });
}
