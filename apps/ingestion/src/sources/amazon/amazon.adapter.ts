import { asinProblem, pathOf } from '@souk/amazon';
import type { SourceAdapter } from '../adapter.ts';
import { amazonAnswer, found, lookedUp } from './amazon.answers.ts';
import { AmazonConfig } from './amazon.config.ts';
import { amazonRequest } from './amazon.requests.ts';
import { amazonToken } from './amazon.token.ts';

const PER_CALL = 10;
const CACHE_MS = 24 * 3_600_000;
const ATTRIBUTION =
  'Prices and availability at Amazon are of the time shown and may change. As an Amazon Associate the operator earns from qualifying purchases.';

/**
 * Amazon's Creators API, one marketplace per source. Its policy is that of the Associates Program: prices live for
 * 24 hours, make no history and raise no alerts; source-policy.ts loosens it where Amazon agreed.
 */
export const amazonAdapter: SourceAdapter<AmazonConfig> = {
  version: 'amazon-creators/1',
  config: AmazonConfig,
  policy: () => ({
    mayStoreHistory: false,
    cacheLifetimeMs: CACHE_MS,
    mayAlert: false,
    attribution: ATTRIBUTION,
  }),
  // Of an account's first 30 days; later Amazon allows more to who sells more.
  defaultBudget: () => ({
    ratePerSecond: 1,
    burst: 10,
    windows: [{ calls: 1, seconds: 1 }],
    dailyBudget: 8_640,
  }),
  authorize: amazonToken,
  checkProduct: (_config, product) => asinProblem(product),
  lookup: {
    maxProducts: PER_CALL,
    request: (config, products, auth) =>
      amazonRequest(config, 'getItems', { itemIds: products, itemIdType: 'ASIN' }, auth),
    read: lookedUp,
  },
  search: {
    request(config, { text, minPriceMinor, maxPriceMinor, page }, auth) {
      const prices = { minPrice: minPriceMinor, maxPrice: maxPriceMinor };
      const fields = { keywords: text, itemCount: PER_CALL, itemPage: page, ...prices };
      return amazonRequest(config, 'searchItems', fields, auth);
    },
    read: found,
  },
  variations: {
    request: (config, { product, page }, auth) =>
      amazonRequest(
        config,
        'getVariations',
        { asin: product, variationCount: PER_CALL, variationPage: page },
        auth,
      ),
    read: found,
  },
  categories: {
    maxCategories: PER_CALL,
    request: (config, ids, auth) => amazonRequest(config, 'getBrowseNodes', { browseNodeIds: ids }, auth),
    read: (_config, answer) =>
      amazonAnswer(answer).nodes.map((node) => ({
        id: node.id,
        name: node.displayName,
        path: pathOf(node),
      })),
  },
};
