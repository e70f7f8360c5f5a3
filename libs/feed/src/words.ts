import type { Availability, PostedObservation } from '@souk/contracts';

type Condition = NonNullable<PostedObservation['condition']>;

/** Letters and digits in lower case with single blanks between: `g:Sale_Price` is `sale price`. */
export const plainWords = (text: string): string =>
  text
    .toLowerCase()
    .replace(/^g:/, '')
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const AVAILABILITY: Record<Availability, string> = {
  in_stock:
    'in stock|instock|available|yes|true|y|1|online only|onlineonly|in store only|instoreonly|auf lager|lagernd|verfugbar|sofort lieferbar|sofort verfugbar|lieferbar|ja|vorratig|tersedia|stok tersedia|ada|ada stok|ready|ready stock|ya',
  limited:
    'limited|limited availability|limitedavailability|low stock|low in stock|in stock scarce|few left|wenige|nur noch wenige|nur noch wenige verfugbar|geringer bestand|begrenzt|stok terbatas|terbatas|hampir habis',
  preorder:
    'preorder|pre order|presale|pre sale|backorder|back order|onbackorder|on backorder|available for order|made to order|special order|vorbestellbar|vorbestellung|nachbestellt|auf bestellung|pesan dulu|indent',
  out_of_stock:
    'out of stock|outofstock|sold out|soldout|unavailable|not available|discontinued|reserved|no|false|n|0|nicht auf lager|nicht verfugbar|nicht lieferbar|ausverkauft|vergriffen|nein|habis|stok habis|tidak tersedia|kosong|stok kosong|tidak',
  unknown: 'unknown|unbekannt|tidak diketahui|n a',
};

const CONDITION: Record<Condition, string> = {
  new: 'new|newcondition|neu|neuware|baru|brand new',
  refurbished: 'refurbished|refurbishedcondition|renewed|generaluberholt|refurb|rekondisi',
  used: 'used|usedcondition|gebraucht|second hand|pre owned|preowned|bekas',
  open_box: 'open box|openbox|offene verpackung|b ware',
  collectible: 'collectible|sammlerstuck|koleksi',
};

const byWord = <Value extends string>(words: Record<Value, string>): ReadonlyMap<string, Value> =>
  new Map(
    Object.entries<string>(words).flatMap(([value, list]) =>
      list.split('|').map((word) => [word, value as Value] as const),
    ),
  );
const availabilityByWord = byWord(AVAILABILITY);
const conditionByWord = byWord(CONDITION);

/** What a shop calls in stock, in English, German or Indonesian; a count of pieces; an address of schema.org. */
export function availabilityOf(
  text: string,
  own: Readonly<Record<string, Availability>>,
): Availability | undefined {
  const words = plainWords(text.replace(/^https?:\/\/schema\.org\//i, ''));
  for (const [word, meaning] of Object.entries(own)) if (plainWords(word) === words) return meaning;
  const known = availabilityByWord.get(words);
  if (known !== undefined) return known;
  const pieces = /^(-?)\s*(\d{1,9})(?:[.,]0+)?$/.exec(text.trim());
  if (!pieces) return undefined;
  return pieces[1] === '' && Number(pieces[2]) > 0 ? 'in_stock' : 'out_of_stock';
}

export const conditionOf = (text: string): Condition | undefined =>
  conditionByWord.get(plainWords(text.replace(/^https?:\/\/schema\.org\//i, '')));
