/**
 * How currencies are written, beside their ISO 4217 codes. Sources: the symbols and names of Unicode CLDR in each
 * currency's own languages, and abbreviations that shops there use. `*` stands for any ending of the word.
 */

/** Names one currency whatever stands around it; upper and lower case differ ("Ft" is money, "ft" is a foot). */
export const exactSigns: Record<string, string> = {
  USD: 'US$ U$S',
  EUR: '€',
  GBP: '£',
  INR: '₹',
  JPY: '円 JP¥',
  CNY: '元 CN¥ RMB 人民币',
  KRW: '₩ 원',
  BRL: 'R$',
  CAD: 'CA$ C$ CDN$',
  AUD: 'AU$ A$',
  NZD: 'NZ$',
  HKD: 'HK$',
  TWD: 'NT$',
  SGD: 'S$ SG$',
  MXN: 'MX$ Mex$',
  ARS: 'AR$',
  CLP: 'CL$',
  COP: 'CO$ COL$',
  DOP: 'RD$',
  TTD: 'TT$',
  JMD: 'J$',
  BBD: 'Bds$',
  BND: 'BN$',
  BZD: 'BZ$',
  NAD: 'N$',
  TOP: 'T$',
  UYU: '$U',
  PEN: 'S/.',
  CRC: '₡',
  PYG: '₲',
  RUB: '₽ р. Р. р Р',
  UAH: '₴',
  BYN: 'Br',
  KZT: '₸ тг. тг',
  GEL: '₾',
  AMD: '֏',
  AZN: '₼',
  MNT: '₮',
  TRY: '₺ TL',
  ILS: '₪',
  THB: '฿',
  VND: '₫ đ VNĐ',
  PHP: '₱',
  LAK: '₭',
  KHR: '៛',
  BDT: '৳',
  NGN: '₦',
  GHS: '₵ GH₵',
  KES: 'KSh Ksh KSh.',
  UGX: 'USh',
  TZS: 'TSh',
  MYR: 'RM',
  HUF: 'Ft',
  CZK: 'Kč KČ kč',
  CHF: 'SFr Sfr Fr. SFr.',
  XOF: 'FCFA CFA',
  BAM: 'KM',
  KWD: 'KD د.ك. د.ك',
  BHD: 'BD د.ب. د.ب',
  AED: 'Dhs Dh DH د.إ. د.إ',
  SAR: 'SR ر.س. ر.س',
  QAR: 'QR ر.ق. ر.ق',
  OMR: 'ر.ع. ر.ع',
  JOD: 'JD د.أ. د.أ',
  IQD: 'د.ع. د.ع',
  EGP: 'LE L.E. E£ ج.م. ج.م',
  MAD: 'د.م. د.م',
  TND: 'DT د.ت. د.ت',
  DZD: 'د.ج. د.ج',
  LYD: 'د.ل. د.ل',
  LBP: 'L£ LL ل.ل. ل.ل',
  SYP: 'ل.س. ل.س',
  IRR: '﷼ ریال',
  AFN: '؋',
};

/** The same, in any case. */
export const anyCaseSigns: Record<string, string> = {
  EUR: 'euro* евро ευρώ',
  GBP: 'pound* фунт*',
  INR: 'rupee* रुपये रुपए रु.',
  IDR: 'rp rupiah',
  RUB: 'руб. руб*',
  UAH: 'грн. грн гривен гривень гривні',
  PLN: 'zł złot*',
  CZK: 'korun*',
  HUF: 'forint*',
  BGN: 'лв. лв лева',
  RSD: 'дин. дин динар* din. rsd.',
  MKD: 'ден. ден',
  MDL: 'лей',
  KZT: 'тенге тңг. тңг',
  UZS: 'сум soʻm so‘m',
  KGS: 'сом',
  AZN: 'ман. manat',
  RON: 'lei leu',
  SEK: 'kronor',
  NOK: 'kroner',
  ISK: 'krón*',
  HRK: 'kn',
  THB: 'baht บาท',
  VND: 'đồng vnđ',
  TRY: 'lira türk*',
  BRL: 'reais',
  JPY: 'yen',
  KRW: 'won',
  MYR: 'ringgit',
  ZAR: 'rand',
  ILS: 'שח ש"ח ש״ח',
  GEL: 'ლარი',
  EGP: 'جنيه*',
  AED: 'درهم*',
  SAR: 'ريال*',
  KWD: 'دينار*',
  BDT: 'টাকা tk tk.',
  CHF: 'franken',
};

/** One or two letters that name a currency only at the start of a price, right before its digits. */
export const leadingSigns: Record<string, string> = {
  ZAR: 'R',
  PEN: 'S/',
  GTQ: 'Q',
  HNL: 'L',
  ZMW: 'K',
  BOB: 'Bs',
  PAB: 'B/.',
};

/**
 * Shared by several currencies: something more precise around it wins, then the shop's own one where it is among them,
 * then the usual one. Where none is usual the sign alone names no currency.
 */
export const sharedSigns: readonly { signs: string; usual: string | undefined; users: string }[] = [
  {
    signs: '$ dollar* bucks',
    usual: 'USD',
    users:
      'USD AUD BBD BMD BND BSD BZD CAD CLP COP ARS DOP FJD GYD HKD JMD KYD LRD MXN NAD NZD SBD SGD SRD TTD TWD UYU XCD',
  },
  { signs: '¥', usual: 'JPY', users: 'JPY CNY' },
  { signs: 'rs ₨', usual: 'INR', users: 'INR LKR MUR NPR PKR SCR' },
  { signs: 'kr', usual: undefined, users: 'DKK ISK NOK SEK' },
  { signs: 'peso*', usual: undefined, users: 'ARS CLP COP CUP DOP MXN PHP UYU' },
];

/** French Canada writes the country after the sign: "12,99 $ CA". */
export const dollarsByCountry: Record<string, string> = {
  CA: 'CAD',
  US: 'USD',
  AU: 'AUD',
  NZ: 'NZD',
  HK: 'HKD',
};

/** Named, and yet no currency can be told for sure: such an amount must never get the one that is usual there. */
export const unknownSigns = '₤ ₶ ₷ ₣ ₧ ¤ fr kč. تومان';

/** Withdrawn codes that old pages still carry. They stay what they are, for nobody converts them. */
export const withdrawnCodes = new Set(
  'ATS BEF CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK ZWL'.split(' '),
);

/** Codes that are far more often a word: "TOP 10", "ALL 3 for 10". */
export const codesThatAreWords = new Set(['ALL', 'CUP', 'TOP', 'XXX', 'XTS', 'MOP']);

/** Codes that are read in lower case too, beside an amount; most others are words in some language. */
export const codesInAnyCase =
  'aed aud brl cad chf clp cny czk dkk eur gbp hkd huf idr ils inr jpy krw kwd myr nok nzd php pln qar rub sar sek sgd thb twd uah usd vnd zar';
