import { asinProblem, marketplaceAt } from '@souk/amazon';
import type { SourceState } from '@souk/contracts';

const TRACKING =
  /^(?:utm_.*|gclid|fbclid|msclkid|ref|ref_|tag|linkcode|psc|smid|th|_encoding|pf_rd_.*|pd_rd_.*|aff.*|cmpid)$/i;
const ASIN_IN_PATH = /\/(?:dp|gp\/product|gp\/aw\/d|exec\/obidos\/asin|d)\/([A-Z0-9]{10})(?=[/?]|$)/i;
const MAX_CODE = 200;

/** A pasted link, read as far as it can be without asking anybody. */
export interface ReadLink {
  /** Addresses that shops and feeds may have written for the same page, the plain one first. */
  addresses: string[];
  /** Of a link to an Amazon marketplace: the country, and the code of the product. */
  amazon: { country: string; asin: string } | null;
}

/** Without what only says where the link was clicked. */
export function readLink(link: string): ReadLink {
  const url = new URL(link);
  const given = url.href;
  url.hash = '';
  url.username = '';
  url.password = '';
  const withoutHash = url.href;
  for (const name of [...url.searchParams.keys()]) if (TRACKING.test(name)) url.searchParams.delete(name);
  const plain = url.href;
  const bare = plain.replace(/\/$/, '');
  const country = marketplaceAt(plain)?.country;
  const asin = ASIN_IN_PATH.exec(url.pathname)?.[1]?.toUpperCase();
  const isAmazon = country !== undefined && asin !== undefined && asinProblem(asin) === null;
  return {
    addresses: [...new Set([plain, bare, `${bare}/`, withoutHash, given])],
    amazon: isAmazon ? { country, asin } : null,
  };
}

/** A source that can look pages or products up, as far as links go. */
export type LinkSource = Pick<SourceState, 'source' | 'adapter' | 'marketplace' | 'abilities' | 'order'>;

/** The product that a link means at one of the sources there are; null when none of them reads such pages. */
export function productOfLink(
  { addresses, amazon }: ReadLink,
  sources: readonly LinkSource[],
): { source: string; product: string } | null {
  if (amazon) {
    const there = sources
      .filter(({ marketplace, abilities }) => marketplace === amazon.country && abilities?.includes('lookup'))
      .toSorted((one, other) => (one.order ?? 0) - (other.order ?? 0));
    // Without such a source the watch waits for prices that somebody posts under the usual name.
    return { source: there[0]?.source ?? `amazon-${amazon.country.toLowerCase()}`, product: amazon.asin };
  }
  const page = sources.find(({ adapter }) => adapter === 'page');
  const [plain = ''] = addresses;
  return page && plain.length <= MAX_CODE ? { source: page.source, product: plain } : null;
}
