import { fiveStars, toNumber } from './rating.ts';
import { gtinOf } from './gtin.ts';
import { isOfType, type Item, itemsOf, textUnder, valuesOf } from './item.ts';
import { chooseOffer, offersOf, type ReadOffer } from './offers.ts';
import { absoluteUrl, packed } from './page-tree.ts';
import { type PageVariant, present, type ProductFacts } from './reading.ts';

const maxVariants = 200;

/** What an item of schema.org says, as a product of the page at `base`. */
export function productFacts(item: Item, base: string): ProductFacts {
  const isPage = (url: string): boolean => pageKey(url) === pageKey(base);
  const variants = itemsOf(item, 'hasVariant')
    .slice(0, maxVariants)
    .map((each) => variantOf(each, base));
  const own = offersOf(item, base);
  const offer = chooseOffer(own.length > 0 ? own : variants, isPage);
  const { url: _offerUrl, ...price } = offer ?? {};
  const prices = own.length > 1 ? own.map((each) => present<PageVariant>(each)) : [];
  const rating = itemsOf(item, 'aggregateRating')[0];
  return present<ProductFacts>({
    title: cleaned(textUnder(item, 'name')),
    ...onlyOffer(price),
    brand: cleaned(textUnder(item, 'brand', 'manufacturer')),
    gtin: gtinUnder(item),
    sku: textUnder(item, 'sku') ?? textUnder(item, 'productGroupID'),
    mpn: textUnder(item, 'mpn'),
    image: imageOf(item, base),
    url: absoluteUrl(textUnder(item, 'url') ?? item.id, base),
    rating: rating && ratingOf(rating),
    reviewCount: rating && countOf(textUnder(rating, 'reviewCount', 'ratingCount')),
    category: categoryOf(item),
    variants: variants.length > 0 ? variants : prices.slice(0, maxVariants),
  });
}

function onlyOffer({
  price,
  currency,
  listPrice,
  highPrice,
  availability,
  condition,
  seller,
}: ReadOffer): ReadOffer {
  return { price, currency, listPrice, highPrice, availability, condition, seller };
}

function variantOf(item: Item, base: string): PageVariant {
  const offer = chooseOffer(offersOf(item, base), () => false);
  return present<PageVariant>({
    title: cleaned(textUnder(item, 'name')),
    sku: textUnder(item, 'sku'),
    gtin: gtinUnder(item),
    ...offer,
    url: absoluteUrl(textUnder(item, 'url'), base) ?? offer?.url,
  });
}

function gtinUnder(item: Item): string | undefined {
  for (const name of ['gtin', 'gtin13', 'gtin12', 'gtin14', 'gtin8', 'isbn', 'ean', 'upc', 'productID']) {
    const text = textUnder(item, name);
    const found = gtinOf(
      name === 'productID' ? /^(?:isbn|ean|upc|gtin\d*):(.*)$/iu.exec(text ?? '')?.[1] : text,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function ratingOf(rating: Item): number | undefined {
  const value = textUnder(rating, 'ratingValue');
  if (value === undefined) return undefined;
  const best = textUnder(rating, 'bestRating');
  const worst = textUnder(rating, 'worstRating');
  return fiveStars(
    toNumber(value),
    best === undefined ? undefined : toNumber(best),
    worst === undefined ? 0 : toNumber(worst),
  );
}

function countOf(text: string | undefined): number | undefined {
  const digits = text?.replaceAll(/[\s.,'](?=\d{3}(?!\d))/gu, '').match(/\d{1,12}/u)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

function imageOf(item: Item, base: string): string | undefined {
  for (const image of valuesOf(item, 'image')) {
    const address = typeof image === 'string' ? image : (textUnder(image, 'contentUrl', 'url') ?? image.id);
    const url = absoluteUrl(address, base);
    if (url !== undefined) return url;
  }
  return undefined;
}

function categoryOf(item: Item): string[] | undefined {
  const category = valuesOf(item, 'category').find(
    (each) => typeof each === 'string' || isOfType(each, 'CategoryCode', 'Thing'),
  );
  const text = typeof category === 'string' ? category : category && textUnder(category, 'name');
  if (text === undefined || /^https?:/u.test(text)) return undefined;
  return text
    .split(/\s*(?:>|»|›|\/)\s*/u)
    .map(packed)
    .filter(Boolean)
    .slice(0, 20);
}

const cleaned = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : packed(text);

/** Addresses of the same page: without scheme, `www.`, a closing slash, fragment, and campaign parameters. */
export function pageKey(address: string): string {
  try {
    const url = new URL(address);
    for (const name of [...url.searchParams.keys()])
      if (/^(?:utm_|gclid|fbclid|ref$)/u.test(name)) url.searchParams.delete(name);
    url.searchParams.sort();
    return `${url.host.replace(/^www\./u, '')}${url.pathname.replace(/\/$/u, '')}${url.search}`;
  } catch {
    return address;
  }
}
