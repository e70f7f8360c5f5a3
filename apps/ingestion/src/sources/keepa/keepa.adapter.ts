import { asinProblem, marketplaceIn } from '@souk/amazon';
import { z } from 'zod';
import type { SourceAdapter } from '../adapter.ts';
import { readProducts } from './keepa.answers.ts';

export const KeepaConfig = z.object({
  /** Country of the Amazon marketplace. */
  marketplace: z
    .string()
    .refine((country) => marketplaceIn(country)?.keepaDomain !== undefined, 'is no marketplace of Keepa’s'),
  accessKey: z.string().min(1).max(500),
  /** Tokens that the subscription refills each minute. */
  tokensPerMinute: z.int().min(1).max(100_000).default(20),
  apiUrl: z.url({ protocol: /^https?$/ }).default('https://api.keepa.com'),
});
type Config = z.infer<typeof KeepaConfig>;

/** One token each, from a bucket that holds an hour's refill. */
const PRODUCTS_PER_CALL = 100;
const SECONDS_PER_MINUTE = 60;
/** A hundred products without their history have a few MB at most. */
const MAX_BYTES = 50_000_000;

/** Keepa: prices of now at one Amazon marketplace, as of Keepa's last look. Its past is imported, not fetched. */
export const keepaAdapter: SourceAdapter<Config> = {
  version: 'keepa/1',
  config: KeepaConfig,
  policy: () => ({
    mayStoreHistory: true,
    cacheLifetimeMs: null,
    mayAlert: true,
    attribution: 'Price data by Keepa',
    secondHand: true,
  }),
  // Tokens, not calls. No more at once than one call holds: of its hour's reserve other users of the key may live.
  defaultBudget: ({ tokensPerMinute }) => ({
    ratePerSecond: tokensPerMinute / SECONDS_PER_MINUTE,
    burst: Math.min(PRODUCTS_PER_CALL, tokensPerMinute),
  }),
  checkProduct: (_config, product) => asinProblem(product),
  lookup: {
    maxProducts: PRODUCTS_PER_CALL,
    cost: (products) => products,
    request({ apiUrl, accessKey, marketplace }, products) {
      const url = new URL(apiUrl);
      url.pathname = `${url.pathname.replace(/\/$/, '')}/product`;
      const fields = {
        key: accessKey,
        domain: String(marketplaceIn(marketplace)!.keepaDomain),
        asin: products.join(','),
        history: '0',
        stats: '1',
      };
      return {
        operation: 'product',
        // Keepa takes its parameters in the address too, but that is no place for a key.
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields).toString(),
        maxBytes: MAX_BYTES,
      };
    },
    read: readProducts,
  },
};
