import { shortName } from './item.ts';
import type { PageAvailability, PageCondition } from './reading.ts';

/** schema.org's ItemAvailability and what Facebook, Google and Pinterest write in meta tags. */
const availabilities: Record<string, PageAvailability> = {
  instock: 'in_stock',
  instoreonly: 'in_stock',
  onlineonly: 'in_stock',
  availablefororder: 'in_stock',
  available: 'in_stock',
  madetoorder: 'in_stock',
  instoreandonline: 'in_stock',
  yes: 'in_stock',
  limitedavailability: 'limited',
  limited: 'limited',
  preorder: 'preorder',
  presale: 'preorder',
  backorder: 'preorder',
  outofstock: 'out_of_stock',
  oos: 'out_of_stock',
  soldout: 'out_of_stock',
  discontinued: 'out_of_stock',
  reserved: 'out_of_stock',
  unavailable: 'out_of_stock',
  notavailable: 'out_of_stock',
  no: 'out_of_stock',
};

const conditions: Record<string, PageCondition> = {
  newcondition: 'new',
  new: 'new',
  refurbishedcondition: 'refurbished',
  refurbished: 'refurbished',
  usedcondition: 'used',
  used: 'used',
  damagedcondition: 'used',
  openbox: 'open_box',
  collectible: 'collectible',
};

/** What a page reads to people where nothing else is said; tried on texts that a selector found. */
const sentences: readonly (readonly [RegExp, PageAvailability])[] = [
  [/out of stock|sold out|not available|unavailable|ausverkauft|nicht (?:verfügbar|lieferbar)|épuisé|rupture|agotado|esaurito|uitverkocht|нет в наличии|habis|stok habis|売り切れ|品切れ|缺货/iu, 'out_of_stock'],
  [/pre-?order|vorbestell|précommande/iu, 'preorder'],
  [/only \d+ left|few left|nur noch \d+|limited/iu, 'limited'],
  [/in stock|available|auf lager|lieferbar|verfügbar|en stock|disponible|disponibile|op voorraad|skladem|в наличии|tersedia|在庫あり|有货/iu, 'in_stock'],
]; // prettier-ignore

export function availabilityOf(text: string | undefined): PageAvailability | undefined {
  if (text === undefined) return undefined;
  return availabilities[key(text)] ?? sentences.find(([pattern]) => pattern.test(text.slice(0, 300)))?.[1];
}

export function conditionOf(text: string | undefined): PageCondition | undefined {
  return text === undefined ? undefined : conditions[key(text)];
}

const key = (text: string): string =>
  shortName(text)
    .replace(/^.*[/#]/u, '')
    .replaceAll(/[^\p{L}]/gu, '')
    .toLowerCase();
