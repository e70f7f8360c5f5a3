import { z } from 'zod';
import { event } from './event.ts';
import {
  AccountId,
  Availability,
  Condition,
  Currency,
  Instant,
  MinorAmount,
  Mode,
  ProductCode,
  ProductId,
  SourceName,
} from './ids.ts';
import { AcceptedOffer, ProductFacts, Provenance, QuarantinedObservation } from './observation.ts';
import { query } from './query.ts';

/** Clean prices, tied to a listing and an offer; one message per collected message, in its order. */
export const OffersAccepted = event('enrichment.offers-accepted.v1', {
  summary: 'Prices were checked and tied to listings.',
  data: z.object({
    source: SourceName,
    fetchId: z.uuid(),
    origin: z.enum(['posted', 'fetched']),
    collectedAt: Instant,
    mode: Mode,
    offers: z.array(AcceptedOffer).min(1).max(100),
    ...Provenance,
  }),
  orderKeys: (data) => [...new Set(data.offers.map((offer) => offer.productId))],
});

export const FormQuarantined = event('enrichment.observations-quarantined.v1', {
  summary: 'Observations were set apart for their form.',
  data: z.object({
    source: SourceName,
    fetchId: z.uuid(),
    mode: Mode,
    observations: z.array(QuarantinedObservation).min(1).max(200),
  }),
});

/** A snapshot of what is known of a listing; sent when it is new or something other than the price changed. */
export const ProductChanged = event('enrichment.product-changed.v1', {
  summary: 'A listing is new, or its facts changed.',
  data: z.object({
    products: z
      .array(
        z.object({
          productId: ProductId,
          source: SourceName,
          product: ProductCode,
          facts: ProductFacts,
          changedAt: Instant,
        }),
      )
      .min(1)
      .max(100),
  }),
  orderKeys: (data) => data.products.map((product) => product.productId),
});

type ChangedProduct = z.infer<typeof ProductChanged.data>['products'][number];

/** The last news of each listing in a batch, whose account it is with it: one statement must not touch a row twice. */
export function newestNews(
  messages: readonly { accountId: string; data: z.infer<typeof ProductChanged.data> }[],
): (ChangedProduct & { accountId: string })[] {
  const newest = new Map<string, ChangedProduct & { accountId: string }>();
  for (const { accountId, data } of messages) {
    for (const product of data.products) {
      const before = newest.get(product.productId);
      if (before && Date.parse(before.changedAt) > Date.parse(product.changedAt)) continue;
      newest.set(product.productId, { ...product, accountId });
    }
  }
  return [...newest.values()];
}

/** What two listings have in common that says they sell the same item. */
export const LinkedBy = z.object({
  kind: z.enum(['gtin', 'asin', 'mpn']),
  /** `gtin`: 14 digits; `asin`: marketplace group and code; `mpn`: brand and part number. */
  value: z.string(),
});
export type LinkedBy = z.infer<typeof LinkedBy>;

export const MAX_LINKS = 50;

/** A snapshot of a listing's links, both ways: sent when they changed. Listings are linked, never merged. */
export const ProductLinked = event('enrichment.product-linked.v1', {
  summary: 'Listings of the same item were linked by an exact identifier, or a link ended.',
  data: z.object({
    productId: ProductId,
    source: SourceName,
    product: ProductCode,
    links: z
      .array(z.object({ productId: ProductId, source: SourceName, product: ProductCode, by: LinkedBy }))
      .max(MAX_LINKS),
    linkedAt: Instant,
  }),
  orderKeys: (data) => [data.productId],
});

/** The latest price of one offer. */
export const Offer = z.object({
  offerId: z.uuid(),
  seller: z.string().nullable(),
  condition: Condition.nullable(),
  priceMinor: MinorAmount,
  currency: Currency,
  listPriceMinor: MinorAmount.nullable(),
  shippingMinor: MinorAmount.nullable(),
  availability: Availability.nullable(),
  observedAt: Instant,
  origin: z.enum(['posted', 'fetched', 'imported']).optional(),
  /** When it was posted or fetched. */
  collectedAt: Instant.optional(),
  fetchId: z.uuid().optional(),
  adapterVersion: z.string().optional(),
  /** To be shown beside the price. */
  attribution: z.string().optional(),
  /** When it is deleted, as its source demands. */
  expiresAt: Instant.optional(),
});
export type Offer = z.infer<typeof Offer>;

export const Product = z.object({
  id: ProductId,
  source: SourceName,
  product: ProductCode,
  shared: z.boolean(),
  facts: ProductFacts,
  /** Newest first; the first one is the product's current offer. */
  offers: z.array(Offer),
});
export type Product = z.infer<typeof Product>;

export const FindProducts = query('enrichment.find-products', {
  summary:
    'Listings of the account and shared ones, by source, code or words of their title; own ones first.',
  request: z.object({
    accountId: AccountId,
    source: z.string().optional(),
    product: z.string().optional(),
    text: z.string().max(200).optional(),
    /** `any`: titles with some of the words, those with most of them first; one page, no cursor. */
    match: z.enum(['all', 'any']).optional(),
    limit: z.int().min(1).max(200),
    cursor: z.string().max(500).optional(),
  }),
  response: z.object({ products: z.array(Product), next: z.string().nullable() }),
});

export const GetProducts = query('enrichment.get-products', {
  summary: 'Listings by id; those that do not exist or belong to another account are left out.',
  request: z.object({ accountId: AccountId, productIds: z.array(ProductId).min(1).max(200) }),
  response: z.object({ products: z.array(Product) }),
});

export const GetLinkedProducts = query('enrichment.get-linked-products', {
  summary: 'Listings of the account and shared ones that sell the same item, by exact identifiers.',
  request: z.object({ accountId: AccountId, productId: ProductId }),
  response: z.object({ products: z.array(Product.extend({ by: LinkedBy })).max(MAX_LINKS) }),
});

export const ListQuarantined = query('enrichment.list-quarantined', {
  summary: 'Observations set apart for their form, newest first.',
  request: z.object({
    accountId: AccountId,
    limit: z.int().min(1).max(200),
    cursor: z.string().max(500).optional(),
  }),
  response: z.object({
    items: z.array(
      QuarantinedObservation.extend({ source: SourceName, quarantinedAt: Instant, traceId: z.string() }),
    ),
    next: z.string().nullable(),
  }),
});
