import { z } from 'zod';
import { AccountId, Instant } from './ids.ts';

/** A message that failed for good, as every service lists it under `query.<service>.list-dead-letters`. */
export const DeadLetter = z.object({
  id: z.uuid(),
  consumer: z.string(),
  eventType: z.string(),
  accountId: AccountId.nullable(),
  reason: z.string(),
  attempts: z.int(),
  traceId: z.string().nullable(),
  payload: z.string(),
  failedAt: Instant,
  replayedAt: Instant.nullable(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;

export const ListDeadLettersRequest = z.object({
  limit: z.int().min(1).max(200),
  cursor: z.string().max(500).optional(),
});
export const ListDeadLettersResponse = z.object({ items: z.array(DeadLetter), next: z.string().nullable() });

/** Replays these dead letters, or all that were not replayed yet; safe to repeat. */
export const ReplayDeadLettersRequest = z.object({ ids: z.array(z.uuid()).min(1).max(1_000).optional() });
export const ReplayDeadLettersResponse = z.object({
  /** Dead letters that were put back; a message may be one of several readers. */
  replayed: z.int(),
  /** Which of the ids that were asked for; empty where all were. */
  ids: z.array(z.uuid()),
});
export type ReplayDeadLettersResponse = z.infer<typeof ReplayDeadLettersResponse>;
