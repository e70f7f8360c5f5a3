import { isCurrency } from './currencies.ts';

/** Signs and words that name one currency. Longer ones first: "R$" must win over "$". */
const preciseSigns: readonly (readonly [RegExp, string])[] = [
  [/US\s?\$/, 'USD'],
  [/R\$/, 'BRL'],
  [/(?:CA|C)\$/, 'CAD'],
  [/(?:AU|A)\$/, 'AUD'],
  [/NZ\$/, 'NZD'],
  [/HK\$/, 'HKD'],
  [/NT\$/, 'TWD'],
  [/S\$/, 'SGD'],
  [/Mex\$|MX\$/i, 'MXN'],
  [/€|\beuros?\b/i, 'EUR'],
  [/£/, 'GBP'],
  [/₹|\bRs\b|\bRs\.?\s?(?=\d)|\brupees?\b/i, 'INR'],
  [/\bRp\b|\bRp\.?\s?(?=\d)/i, 'IDR'],
  [/\bRM\s?(?=\d)|\d\s?RM\b|^RM$/, 'MYR'],
  [/₽|руб|(?<!\p{L})[рР](?:\.|(?!\p{L}))/u, 'RUB'],
  [/₴|грн/i, 'UAH'],
  [/Kč/i, 'CZK'],
  [/zł/i, 'PLN'],
  [/\bFt\b/, 'HUF'],
  [/₫|(?<=\d\s?)đ/i, 'VND'],
  [/₪/, 'ILS'],
  [/฿/, 'THB'],
  [/₩/, 'KRW'],
  [/₺|(?:^|[\d\s])TL\b/, 'TRY'],
  [/₦/, 'NGN'],
  [/₱/, 'PHP'],
  [/円/, 'JPY'],
  [/\blei\b/i, 'RON'],
  [/\bKD\b/, 'KWD'],
];

/** Signs that several currencies share: the most common one, unless something more precise is present. */
const sharedSigns: readonly (readonly [RegExp, string])[] = [
  [/\$/, 'USD'],
  [/[¥¥]/, 'JPY'],
];

/**
 * The ISO code that a price text names, and failing that the text around it. A precise sign anywhere wins
 * over a shared one: "$4.00" near "AUD" is Australian.
 */
export function currencyHint(priceText: string, nearbyText: string): string | undefined {
  return (
    isoCode(priceText) ??
    sign(preciseSigns, priceText) ??
    isoCode(nearbyText) ??
    sign(preciseSigns, nearbyText) ??
    sign(sharedSigns, priceText) ??
    sign(sharedSigns, nearbyText)
  );
}

/** Codes that are far more often the English word: "TOP 10", "ALL 3 for 10". */
const words = new Set(['ALL', 'CUP', 'TOP']);

/** A code beside a number or at the start; elsewhere three capitals may be any word. */
function isoCode(text: string): string | undefined {
  const beside =
    /(?<![A-Za-z])([A-Z]{3})(?=[\s$€£:.]{0,3}\d)|\d[\s$€£]{0,3}([A-Z]{3})(?![A-Za-z])|^([A-Z]{3})(?![A-Za-z])/g;
  for (const match of text.matchAll(beside)) {
    const code = match[1] ?? match[2] ?? match[3]!;
    if (isCurrency(code) && !words.has(code)) return code;
  }
  return undefined;
}

function sign(signs: typeof preciseSigns, text: string): string | undefined {
  return signs.find(([pattern]) => pattern.test(text))?.[1];
}
