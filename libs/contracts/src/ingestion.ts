import { z } from 'zod';
import { event } from './event.ts';
import {
  AccountId,
  Instant,
  MinorAmount,
  Mode,
  ProductCode,
  ProductId,
  productIdOf,
  SourceName,
} from './ids.ts';
import { CollectedObservation, Provenance, SourcePolicy } from './observation.ts';
import { query, FieldProblem } from './query.ts';
import { Priority } from './quota.ts';

export const MAX_OBSERVATIONS_PER_MESSAGE = 100;

/** Prices as they were posted or fetched, all of one source and one partition; money in minor units. */
export const ObservationsCollected = event('ingestion.observations-collected.v1', {
  summary: 'Prices were posted or fetched; form checked, not yet tied to products.',
  data: z.object({
    source: SourceName,
    fetchId: z.uuid(),
    origin: z.enum(['posted', 'fetched']),
    collectedAt: Instant,
    mode: Mode,
    observations: z.array(CollectedObservation).max(MAX_OBSERVATIONS_PER_MESSAGE),
    /** Items of a fetched answer that could not be read; enrichment quarantines them. */
    unreadable: z
      .array(
        z.object({ product: z.string(), field: z.string(), problem: z.string(), raw: z.string().max(2_000) }),
      )
      .max(MAX_OBSERVATIONS_PER_MESSAGE)
      .default([]),
    ...Provenance,
  }),
  orderKeys: (data, accountId) => [
    ...new Set(data.observations.map((o) => productIdOf(accountId, data.source, o.product))),
  ],
});

export const SourceFailed = event('ingestion.source-failed.v1', {
  summary: 'A source could not be read any more; prices of it grow old.',
  data: z.object({ source: SourceName, reason: z.string(), failedAt: Instant, failures: z.int().positive() }),
});

export const SourceRecovered = event('ingestion.source-recovered.v1', {
  summary: 'A failed source was read again.',
  data: z.object({ source: SourceName, recoveredAt: Instant }),
});

/** The body is NDJSON: one posted observation a line, at most 512 KiB; answered once they are durable. */
export const AcceptObservations = query('ingestion.accept-observations', {
  summary: 'Store a chunk of posted observation lines.',
  hasBody: true,
  // A client that waits ten seconds gets a 503 to repeat, and not silence.
  deadlineMs: 8_000,
  request: z.object({
    accountId: AccountId,
    mode: Mode,
    /** Line number, in the client's body, of the chunk's first line; lines count from 1. */
    firstLine: z.int().positive(),
  }),
  response: z.object({
    accepted: z.int().nonnegative(),
    rejected: z.array(z.object({ line: z.int(), problems: z.array(FieldProblem) })),
  }),
});

/** A product that is known to be there, asked for regularly to see that the source can still be read. */
export const CanaryState = z.object({
  products: z.array(ProductCode),
  checkedAt: Instant.nullable(),
  /** Cycles in a row in which one of them did not come with a price. */
  failures: z.int(),
  lastError: z.string().nullable(),
});

export const SourceState = z.object({
  source: SourceName,
  adapter: z.string(),
  intervalMs: z.int(),
  lastPolledAt: Instant.nullable(),
  lastSucceededAt: Instant.nullable(),
  failures: z.int(),
  lastError: z.string().nullable(),
  adapterVersion: z.string().optional(),
  /** What can be asked of it: its whole catalogue, products by code, a search. */
  abilities: z.array(z.enum(['catalogue', 'lookup', 'search', 'variations', 'categories'])).optional(),
  upstream: z.string().optional(),
  /** Country of the Amazon marketplace whose products it has, by their ASINs: `IN`. */
  marketplace: z.string().optional(),
  /** Of several sources of an item the lowest is asked first. */
  order: z.int().optional(),
  policy: SourcePolicy.optional(),
  canaries: CanaryState.nullable().optional(),
  /** The last run that was set apart as a whole; null once a good one followed. */
  quarantinedRun: z
    .object({ at: Instant, reason: z.string(), items: z.int(), expected: z.int().nullable() })
    .nullable()
    .optional(),
  /** Watched products that linked listings of other sources stand in for at present. */
  servedElsewhere: z.int().optional(),
  /** What the operator should know, and what to do about it. */
  warnings: z.array(z.string()).optional(),
});

export type SourceState = z.infer<typeof SourceState>;

export const ListSources = query('ingestion.list-sources', {
  summary: 'The sources that Souk polls, and how they fare.',
  request: z.object({}),
  response: z.object({ sources: z.array(SourceState) }),
});

/** Why a product could not be looked up. */
export const LookUpProblem = z.object({
  reason: z.enum([
    'invalid-product',
    'unknown-source',
    'no-lookup',
    'not-found',
    'not-accessible',
    'no-offer',
    'unreadable',
    'no-permit',
    'source-failed',
    'too-many-waiting',
  ]),
  detail: z.string().max(600),
  retryAfterMs: z.number().nonnegative().optional(),
});
export type LookUpProblem = z.infer<typeof LookUpProblem>;

/** What a look-up told of one product. */
export const LookedUpProduct = z.object({
  source: SourceName,
  product: ProductCode,
  productId: ProductId,
  /** Its offers, stored durably before they are told; empty when there is a problem. */
  observations: z.array(CollectedObservation),
  fetchedAt: Instant.nullable(),
  fetchId: z.uuid().nullable(),
  /** Told from an earlier look-up that is not older than `maxAgeMs`. */
  isCached: z.boolean(),
  problem: LookUpProblem.nullable(),
  policy: SourcePolicy.nullable(),
});
export type LookedUpProduct = z.infer<typeof LookedUpProduct>;

export const MAX_LOOKUPS = 100;

export const LookUpProducts = query('ingestion.look-up-products', {
  summary: 'Look products up at their sources now, in full batches, each once however often it is asked for.',
  deadlineMs: 25_000,
  request: z.object({
    accountId: AccountId,
    products: z
      .array(z.object({ source: SourceName, product: ProductCode }))
      .min(1)
      .max(MAX_LOOKUPS),
    priority: Priority,
    /** An earlier look-up of at most this age will do. */
    maxAgeMs: z.int().nonnegative().default(0),
    /** Ask linked listings at other sources when the first cannot tell. */
    failover: z.boolean().default(false),
  }),
  response: z.object({
    /** In the order of the request. */
    products: z.array(
      LookedUpProduct.extend({
        /** With `failover`: a linked listing of another source that was told instead of this one. */
        substitute: LookedUpProduct.nullable(),
      }),
    ),
  }),
});

export const SearchSource = query('ingestion.search-source', {
  summary: 'Search a source by words; what is found is stored like any other price.',
  deadlineMs: 25_000,
  request: z.object({
    accountId: AccountId,
    source: SourceName,
    text: z.string().min(1).max(200),
    minPriceMinor: MinorAmount.optional(),
    maxPriceMinor: MinorAmount.optional(),
    page: z.int().min(1).max(10).default(1),
    priority: Priority.default('user'),
  }),
  response: z.object({
    items: z.array(CollectedObservation.extend({ productId: ProductId })),
    total: z.int().nullable(),
    fetchedAt: Instant,
    policy: SourcePolicy,
  }),
});
