/** Where credentials are valid: the Americas, Europe with India and the Middle East, the Far East. */
export type CredentialRegion = 'NA' | 'EU' | 'FE';

export interface Marketplace {
  /** ISO 3166 code of the country; the United Kingdom is `GB`. */
  readonly country: string;
  /** As the header `x-marketplace` and the addresses of products have it. */
  readonly host: string;
  readonly currency: string;
  readonly region: CredentialRegion;
  /** Keepa's number for it, where Keepa records it. */
  readonly keepaDomain?: number;
}

type Row = readonly [string, string, string, CredentialRegion, number?];

const rows: readonly Row[] = [
  ['US', 'www.amazon.com', 'USD', 'NA', 1],
  ['CA', 'www.amazon.ca', 'CAD', 'NA', 6],
  ['MX', 'www.amazon.com.mx', 'MXN', 'NA', 11],
  ['BR', 'www.amazon.com.br', 'BRL', 'NA', 12],
  ['GB', 'www.amazon.co.uk', 'GBP', 'EU', 2],
  ['DE', 'www.amazon.de', 'EUR', 'EU', 3],
  ['FR', 'www.amazon.fr', 'EUR', 'EU', 4],
  ['IT', 'www.amazon.it', 'EUR', 'EU', 8],
  ['ES', 'www.amazon.es', 'EUR', 'EU', 9],
  ['NL', 'www.amazon.nl', 'EUR', 'EU'],
  ['BE', 'www.amazon.com.be', 'EUR', 'EU'],
  ['IE', 'www.amazon.ie', 'EUR', 'EU'],
  ['SE', 'www.amazon.se', 'SEK', 'EU'],
  ['PL', 'www.amazon.pl', 'PLN', 'EU'],
  ['TR', 'www.amazon.com.tr', 'TRY', 'EU'],
  ['IN', 'www.amazon.in', 'INR', 'EU', 10],
  ['AE', 'www.amazon.ae', 'AED', 'EU'],
  ['SA', 'www.amazon.sa', 'SAR', 'EU'],
  ['EG', 'www.amazon.eg', 'EGP', 'EU'],
  ['JP', 'www.amazon.co.jp', 'JPY', 'FE', 5],
  ['AU', 'www.amazon.com.au', 'AUD', 'FE'],
  ['SG', 'www.amazon.sg', 'SGD', 'FE'],
];

/** Every marketplace of Amazon that its product interfaces serve. */
export const marketplaces: readonly Marketplace[] = rows.map(
  ([country, host, currency, region, keepaDomain]) => ({
    country,
    host,
    currency,
    region,
    ...(keepaDomain !== undefined && { keepaDomain }),
  }),
);

const byCountry = new Map(marketplaces.map((place) => [place.country, place]));
const byHost = new Map(marketplaces.map((place) => [place.host, place]));

/** By country (`IN`; `UK` is understood), or undefined. */
export const marketplaceIn = (country: string): Marketplace | undefined =>
  byCountry.get(country === 'UK' ? 'GB' : country);

/** By the address of one of its pages, or undefined. */
export function marketplaceAt(address: string): Marketplace | undefined {
  const host = URL.parse(address)?.hostname;
  return host === undefined ? undefined : (byHost.get(host) ?? byHost.get(`www.${host}`));
}

export const marketplaceOfKeepa = (domain: number): Marketplace | undefined =>
  marketplaces.find(({ keepaDomain }) => keepaDomain === domain);
