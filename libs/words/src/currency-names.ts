import { parsePriceText } from '@souk/money';

/** What people say beside what shops write (libs/money knows those): lower-case name to ISO 4217 code. */
const names: Readonly<Record<string, string | null>> = {
  euro: 'EUR', euros: 'EUR', eur: 'EUR', dollar: 'USD', dollars: 'USD', dollor: 'USD', doller: 'USD', dollers: 'USD', dolar: 'USD', dolars: 'USD',
  bucks: 'USD', buck: 'USD', usd: 'USD', pound: 'GBP', pounds: 'GBP', quid: 'GBP', gbp: 'GBP', pfund: 'GBP',
  rupees: 'INR', rupee: 'INR', rupaye: 'INR', rupaiye: 'INR', rupay: 'INR', rupya: 'INR', rupiya: 'INR',
  eruo: 'EUR', euor: 'EUR', euronen: 'EUR', rupes: 'INR', rupess: 'INR', ruppees: 'INR', ruppee: 'INR', ruppes: 'INR', rupia: 'IDR',
  rupe: 'INR', rupaya: 'INR', rupaiya: 'INR', rs: 'INR', inr: 'INR', rp: 'IDR', idr: 'IDR', rupiah: 'IDR',
  rm: 'MYR', myr: 'MYR', ringgit: 'MYR', yen: 'JPY', jpy: 'JPY', cny: 'CNY', rmb: 'CNY', yuan: 'CNY',
  won: 'KRW', krw: 'KRW', baht: 'THB', thb: 'THB', php: 'PHP', sgd: 'SGD', hkd: 'HKD', twd: 'TWD', vnd: 'VND',
  aud: 'AUD', cad: 'CAD', nzd: 'NZD', chf: 'CHF', franken: 'CHF', sfr: 'CHF', sek: 'SEK', kronor: 'SEK', nok: 'NOK',
  kroner: null, dkk: 'DKK', kr: null, pln: 'PLN', zł: 'PLN', zl: 'PLN', złotych: 'PLN', złoty: 'PLN', zloty: 'PLN',
  czk: 'CZK', kč: 'CZK', huf: 'HUF', ft: 'HUF', ron: 'RON', lei: 'RON', try: 'TRY', tl: 'TRY', lira: 'TRY',
  rub: 'RUB', uah: 'UAH', brl: 'BRL', reais: 'BRL', mxn: 'MXN', ars: 'ARS', clp: 'CLP', cop: 'COP', pesos: null,
  peso: null, zar: 'ZAR', rand: 'ZAR', ngn: 'NGN', naira: 'NGN', kes: 'KES', ksh: 'KES', egp: 'EGP',
  aed: 'AED', dirham: 'AED', dirhams: 'AED', dhs: 'AED', sar: 'SAR', riyal: 'SAR', riyals: 'SAR', qar: 'QAR', kwd: 'KWD',
  bhd: 'BHD', omr: 'OMR', ils: 'ILS', shekel: 'ILS', shekels: 'ILS', pkr: 'PKR', bdt: 'BDT', taka: 'BDT', lkr: 'LKR',
  npr: 'NPR',
}; // prettier-ignore

/** Units of length and weight too: money only where a budget is spoken of. */
export const ambiguousNames = new Set(['pound', 'pounds', 'pfund', 'ft', 'try', 'won', 'rand', 'lei']);

const letters = Object.keys(names)
  .toSorted((left, right) => right.length - left.length)
  .join('|');
const symbols = 'R\\$|(?:US|CA|C|AU|A|NZ|HK|NT|SG|S|MX)\\$|[$€£₹¥₱₦₩₫₺₽₴₸₪฿৳₨₲₵]|円|元|원';
/** A currency right before a number, or right after one with its `/-` and `,-`. */
export const currencyBefore = new RegExp(`(?:${symbols}|(?<!\\p{L})(?:${letters})\\.?)\\s?$`, 'iu');
export const currencyAfter = new RegExp(`^\\s?(?:${symbols}|(?:${letters})(?!\\p{L}))\\.?`, 'iu');

/** ISO 4217 code of a currency as it is written; null where several currencies are called so. */
export function currencyNamed(written: string): string | null {
  const sign = written.trim().replace(/\.$/u, '');
  const known = names[sign.toLowerCase()];
  if (known !== undefined) return known;
  const read = parsePriceText(`${sign.toUpperCase()}1`);
  return 'problem' in read ? null : (read.currency ?? null);
}
