import { marketplaceAt } from '@souk/amazon';
import type { LinkedBy, ProductFacts } from '@souk/contracts';
import { isAsin, isGtin, isIsbn10 } from '../check-digits.ts';

/**
 * GS1 prefixes whose numbers a shop gives itself (variable measure, in-store, coupons): the same number is another
 * item elsewhere. In 14 digits, so that the prefix stands after the indicator digit.
 * @see https://www.gs1.org/standards/id-keys/company-prefix
 */
const GIVEN_BY_SHOPS = /^.(2|02|04|05|98|99)/;
/** A GTIN-8 in 14 digits begins with six zeros; those that begin with 0 or 2 are a shop's own as well. */
const SHORT = /^0{6}/;
const SHORT_GIVEN_BY_SHOPS = /^0{6}[02]/;

/** Marketplaces where one ASIN is one item; each other one is on its own. */
const ASIN_GROUPS: Readonly<Record<string, readonly string[]>> = {
  'north-america': ['us', 'com', 'ca', 'mx'],
  europe: ['gb', 'uk', 'de', 'fr', 'it', 'es', 'nl', 'be', 'ie', 'se', 'pl'],
};

/** Names of sources whose products are ASINs: Amazon's own, and Keepa, which watches it. */
const AMAZON_SOURCE = /^(?:amazon|keepa)-(.+)$/;

/** Part numbers that say that there is none. */
const NO_PART_NUMBER = /^(n\/?a|none|no|unknown|does not apply|not applicable|-+|0+|1+|x+)$/;
const MIN_PART_NUMBER_CHARACTERS = 3;
const MAX_VALUE_CHARACTERS = 250;

/** What names the item of a listing exactly, wherever else it is sold; similar titles name nothing. */
export function identifiersOf(listing: { source: string; product: string; facts: ProductFacts }): LinkedBy[] {
  const { product, facts } = listing;
  const market = amazonMarket(listing);
  const gtins = new Set(
    [gtin14(facts.gtin), market !== undefined && isIsbn10(product) ? isbnAsGtin(product) : undefined].filter(
      (gtin) => gtin !== undefined,
    ),
  );
  const identifiers: LinkedBy[] = [...gtins].map((value) => ({ kind: 'gtin', value }));
  if (market !== undefined && isAsin(product)) {
    const group = Object.keys(ASIN_GROUPS).find((name) => ASIN_GROUPS[name]!.includes(market)) ?? market;
    identifiers.push({ kind: 'asin', value: `${group} ${product}` });
  }
  const partNumber = brandAndPartNumber(facts);
  if (partNumber !== undefined) identifiers.push({ kind: 'mpn', value: partNumber });
  return identifiers;
}

/** Where at Amazon a listing is: by its page there, whatever its source is called, else by the source's name. */
function amazonMarket(listing: { source: string; product: string; facts: ProductFacts }): string | undefined {
  const { source, product, facts } = listing;
  const isAtPage = isAsin(product) && facts.url?.includes(`/${product}`) === true;
  const byPage = isAtPage ? marketplaceAt(facts.url!)?.country.toLowerCase() : undefined;
  return byPage ?? AMAZON_SOURCE.exec(source)?.[1];
}

/** A GTIN of any length in 14 digits; undefined for numbers that are not unique in the world. */
export function gtin14(gtin: string | undefined): string | undefined {
  if (gtin === undefined || !isGtin(gtin)) return undefined;
  const digits = gtin.padStart(14, '0');
  const isOwn = SHORT.test(digits) ? SHORT_GIVEN_BY_SHOPS.test(digits) : GIVEN_BY_SHOPS.test(digits);
  return isOwn || /^0+$/.test(digits) ? undefined : digits;
}

/** ISBN-10 as ISBN-13: 978 before it, and another check digit (ISO 2108:2005, annex C). */
function isbnAsGtin(isbn: string): string | undefined {
  const digits = `978${isbn.slice(0, 9)}`;
  const found = Array.from({ length: 10 }, (_, digit) => `${digits}${digit}`).find(isGtin);
  return gtin14(found);
}

/** Brand and part number as written, but for case and spaces. */
function brandAndPartNumber({ brand, mpn }: ProductFacts): string | undefined {
  if (brand === undefined || mpn === undefined) return undefined;
  const [maker, part] = [normal(brand), normal(mpn)];
  if (maker === '' || part.length < MIN_PART_NUMBER_CHARACTERS || NO_PART_NUMBER.test(part)) return undefined;
  const value = `${maker}\n${part}`;
  return value.length <= MAX_VALUE_CHARACTERS ? value : undefined;
}

const normal = (text: string): string => text.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ');
