import { z } from 'zod';
import type { SourceAdapter, SourceRequest } from '../adapter.ts';
import { readDetail, readVariations } from './tokopedia.detail.ts';
import { detailQuery, searchQuery } from './tokopedia.queries.ts';
import { readSearch } from './tokopedia.search.ts';

const ROWS = 60;

export const TokopediaConfig = z.object({
  /** Tokopedia offers no catalogue interface: who uses this one says so here. */
  unofficial: z.literal(true, {
    error: 'must be true: Tokopedia offers no interface for this and may block it',
  }),
  apiUrl: z.url({ protocol: /^https?$/ }).default('https://gql.tokopedia.com'),
});
type Config = z.infer<typeof TokopediaConfig>;

/** What Tokopedia's own pages ask its GraphQL server. Products are its numeric ids. */
export const tokopediaAdapter: SourceAdapter<Config> = {
  version: 'tokopedia/1',
  config: TokopediaConfig,
  policy: () => ({ mayStoreHistory: true, cacheLifetimeMs: null, mayAlert: true, attribution: null }),
  // It states no limit: rather less than a person who browses.
  defaultBudget: () => ({ ratePerSecond: 0.5, burst: 2, dailyBudget: 10_000 }),
  checkProduct: (_config, product) =>
    /^[1-9]\d{0,18}$/.test(product) ? null : 'is no product id of Tokopedia: digits only',
  search: {
    request(config, { text, minPriceMinor, maxPriceMinor, page }) {
      const params = new URLSearchParams({
        device: 'desktop',
        q: text,
        page: String(page),
        rows: String(ROWS),
        start: String((page - 1) * ROWS),
        source: 'search',
        st: 'product',
        safe_search: 'false',
        ...(minPriceMinor !== undefined && { pmin: rupiah(minPriceMinor) }),
        ...(maxPriceMinor !== undefined && { pmax: rupiah(maxPriceMinor) }),
      });
      return ask(config, 'SearchProductV5Query', searchQuery, { params: params.toString() });
    },
    read: (_config, answer) => readSearch(answer),
  },
  lookup: {
    maxProducts: 1,
    request: (config, [product]) => ask(config, 'PDPGetLayoutQuery', detailQuery, { productID: product }),
    read: (_config, products, answer) => readDetail(products, answer),
  },
  variations: {
    request: (config, { product }) => ask(config, 'PDPGetLayoutQuery', detailQuery, { productID: product }),
    read: (_config, answer) => readVariations(answer),
  },
};

/** ISO 4217 gives the rupiah two decimals; Tokopedia's bounds are whole rupiah. */
const rupiah = (minor: number): string => String(Math.round(minor / 100));

function ask(
  { apiUrl }: Config,
  operationName: string,
  query: string,
  variables: Record<string, unknown>,
): SourceRequest {
  const url = new URL(apiUrl);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/graphql/${operationName}`;
  return {
    operation: operationName,
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', 'x-source': 'tokopedia-lite', 'x-device': 'desktop-0.0' },
    body: JSON.stringify([{ operationName, query, variables }]),
  };
}
