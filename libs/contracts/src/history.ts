import { z } from 'zod';
import {
  AccountId,
  Availability,
  Condition,
  Currency,
  Instant,
  MinorAmount,
  ProductId,
  SourceName,
} from './ids.ts';
import { query } from './query.ts';

export const PricePoint = z.object({
  offerId: z.uuid(),
  observedAt: Instant,
  /**
   * When it was observed last before, where nobody looked for longer than its usual pauses explain: what the price was
   * in between is not known.
   */
  gapSince: Instant.optional(),
  priceMinor: MinorAmount,
  currency: Currency,
  listPriceMinor: MinorAmount.nullable(),
  availability: Availability.nullable(),
  seller: z.string().nullable(),
  condition: Condition.nullable(),
  /** `posted` by an account, `fetched` from the source by Souk, `imported` by a backfill. */
  origin: z.enum(['posted', 'fetched', 'imported']),
  source: SourceName.optional(),
  /** When it was posted or fetched. */
  collectedAt: Instant.optional(),
  fetchId: z.uuid().optional(),
  /** Name and version of the reading; absent for posted prices. */
  adapterVersion: z.string().optional(),
  traceId: z.string(),
});
export type PricePoint = z.infer<typeof PricePoint>;

export const GetHistory = query('scoring.get-history', {
  summary: 'Price points of a listing, oldest first.',
  request: z.object({
    accountId: AccountId,
    productId: ProductId,
    from: Instant.optional(),
    to: Instant.optional(),
    limit: z.int().min(1).max(1_000),
    cursor: z.string().max(500).optional(),
  }),
  response: z.object({ points: z.array(PricePoint), next: z.string().nullable() }),
});
