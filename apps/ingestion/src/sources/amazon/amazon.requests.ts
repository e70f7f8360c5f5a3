import type { SourceRequest } from '../adapter.ts';
import { type AmazonConfig, marketplaceOf } from './amazon.config.ts';
import { authorization } from './amazon.token.ts';

/** What is asked for of every item. Review stars and the Prime badge are not to be had. */
const itemResources = [
  'browseNodeInfo.browseNodes',
  'browseNodeInfo.browseNodes.ancestor',
  'browseNodeInfo.browseNodes.salesRank',
  'browseNodeInfo.websiteSalesRank',
  'images.primary.large',
  'itemInfo.byLineInfo',
  'itemInfo.externalIds',
  'itemInfo.title',
  'offersV2.listings.availability',
  'offersV2.listings.condition',
  'offersV2.listings.dealDetails',
  'offersV2.listings.isBuyBoxWinner',
  'offersV2.listings.loyaltyPoints',
  'offersV2.listings.merchantInfo',
  'offersV2.listings.price',
  'offersV2.listings.type',
  'parentASIN',
];

export type Operation = 'getItems' | 'searchItems' | 'getVariations' | 'getBrowseNodes';

const resources: Readonly<Record<Operation, readonly string[]>> = {
  getItems: itemResources,
  searchItems: itemResources,
  getVariations: [
    ...itemResources,
    'variationSummary.price.highestPrice',
    'variationSummary.price.lowestPrice',
    'variationSummary.variationDimension',
  ],
  getBrowseNodes: ['browseNodes.ancestor', 'browseNodes.children'],
};

/** One call of the Creators API; `fields` are the operation's own. */
export function amazonRequest(
  config: AmazonConfig,
  operation: Operation,
  fields: Record<string, unknown>,
  auth: string | undefined,
): SourceRequest {
  const { host } = marketplaceOf(config);
  const url = new URL(config.apiUrl);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/catalog/v1/${operation}`;
  return {
    operation,
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      'x-marketplace': host,
      ...(auth !== undefined && { authorization: authorization(config, auth) }),
    },
    body: JSON.stringify({
      ...fields,
      marketplace: host,
      partnerTag: config.partnerTag,
      resources: resources[operation],
    }),
  };
}
