import { z } from 'zod';
import { event } from './event.ts';
import { AccountId, Instant, Mode, productIdOf, SourceName } from './ids.ts';
import { CollectedObservation } from './observation.ts';
import { query, FieldProblem } from './query.ts';

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
  deadlineMs: 15_000,
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

export const SourceState = z.object({
  source: SourceName,
  adapter: z.string(),
  intervalMs: z.int(),
  lastPolledAt: Instant.nullable(),
  lastSucceededAt: Instant.nullable(),
  failures: z.int(),
  lastError: z.string().nullable(),
});

export type SourceState = z.infer<typeof SourceState>;

export const ListSources = query('ingestion.list-sources', {
  summary: 'The sources that Souk polls, and how they fare.',
  request: z.object({}),
  response: z.object({ sources: z.array(SourceState) }),
});
