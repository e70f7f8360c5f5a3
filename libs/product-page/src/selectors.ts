import { selectAll } from 'css-select';
import type { AnyNode, Document, Element } from 'domhandler';
import { parsePriceText } from '@souk/money';
import { markedCurrency } from './amount.ts';
import { brandIn } from './brand.ts';
import { crumbsIn } from './breadcrumbs.ts';
import { gtinOf } from './gtin.ts';
import { fiveStars, type Stars, starsIn } from './rating.ts';
import { absoluteUrl, priceTextOf, textOf } from './page-tree.ts';
import { present, type ProductFacts } from './reading.ts';
import { starsShown } from './stars-shown.ts';
import { availabilityOf, conditionOf } from './words.ts';

/** Fields that a selector may be given for. */
export const selectorFields = [
  'title', 'price', 'currency', 'listPrice', 'availability', 'condition', 'seller', 'brand', 'gtin', 'sku', 'mpn',
  'image', 'rating', 'reviewCount', 'category',
] as const; // prettier-ignore
export type SelectorField = (typeof selectorFields)[number];

/** A CSS selector per field; ` @name` at its end takes an attribute instead of the text: `img.main @src`. */
export type Selectors = Partial<Record<SelectorField, string>>;

export interface SelectorOptions {
  /** ISO 4217 code of prices that name none, or whose sign several currencies share. */
  defaultCurrency?: string | undefined;
  /** How the shop separates decimals, where its prices alone leave that open ("1.299"). */
  decimalSeparator?: '.' | ',' | undefined;
}

/** Why a selector cannot be used; undefined when it can. */
export function selectorProblem(selector: string): string | undefined {
  try {
    selectAll<AnyNode, Element>(split(selector).css, []);
    return undefined;
  } catch (error) {
    return `is no CSS selector: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** What an operator's selectors find on a page. */
export function selectedFacts(
  page: Document,
  selectors: Selectors,
  base: string,
  options: SelectorOptions,
): ProductFacts {
  const find = (field: SelectorField, read: (element: Element) => string = textOf): string | undefined => {
    const found = firstElement(page, selectors[field]);
    return (
      found && (found.attribute === undefined ? read(found.element) : found.element.attribs[found.attribute])
    );
  };
  const named = find('currency');
  const price = readPrice(find('price', priceTextOf), named, options);
  const stars = starsIn(find('rating') ?? '') ?? starsAt(firstElement(page, selectors.rating));
  const brand = firstElement(page, selectors.brand);
  const crumbs = firstElement(page, selectors.category);
  const reviews = find('reviewCount')
    ?.replaceAll(/[.,\s](?=\d{3}(?!\d))/gu, '')
    .match(/\d{1,12}/u)?.[0];
  return present<ProductFacts>({
    title: find('title'),
    ...price,
    listPrice: readPrice(find('listPrice', priceTextOf), named, options).price,
    availability: availabilityOf(find('availability')),
    condition: conditionOf(find('condition')),
    seller: find('seller'),
    brand: brand && (brand.attribute === undefined ? brandIn(brand.element) : find('brand')),
    gtin: gtinOf(find('gtin')),
    sku: find('sku'),
    mpn: find('mpn'),
    image: absoluteUrl(find('image'), base),
    rating: stars && fiveStars(stars.value, stars.best),
    reviewCount: reviews === undefined ? undefined : Number(reviews),
    category: crumbs && crumbsIn(crumbs.element, base).map(({ name }) => name),
  });
}

function readPrice(
  text: string | undefined,
  named: string | undefined,
  options: SelectorOptions,
): ProductFacts {
  if (text === undefined) return {};
  const price = parsePriceText(text.slice(0, 200), {
    currencyText: named,
    decimalSeparator: options.decimalSeparator,
    shopCurrency: options.defaultCurrency,
  });
  if ('problem' in price) return {};
  const usual = price.sign === undefined ? (markedCurrency(named) ?? options.defaultCurrency) : undefined;
  return { price: price.amount, currency: price.currency ?? usual };
}

const starsAt = (found: { element: Element; attribute?: string } | undefined): Stars | undefined =>
  found && found.attribute === undefined ? starsShown(found.element) : undefined;

function firstElement(
  page: Document,
  selector: string | undefined,
): { element: Element; attribute?: string } | undefined {
  if (selector === undefined) return undefined;
  const { css, attribute } = split(selector);
  const element = selectAll<AnyNode, Element>(css, page)[0];
  return element && { element, ...(attribute !== undefined && { attribute }) };
}

function split(selector: string): { css: string; attribute?: string } {
  const match = /^(.*\S)\s+@([\w:-]+)$/u.exec(selector.trim());
  return match ? { css: match[1]!, attribute: match[2]!.toLowerCase() } : { css: selector };
}
