import type { DeadLetter, ReplayDeadLettersResponse } from '@souk/contracts';
import type { Database, Tx } from '@souk/service';
import { z } from 'zod';
import { pageOf, readCursor } from './cursor.ts';
import { keepUntil } from './kept-payloads.ts';

/** What is known of a message that is given up. */
export interface GivenUp {
  consumer: string;
  partition: number;
  messageId: string;
  eventType: string;
  accountId: string | null;
  traceId: string | null;
  reason: string;
  attempts: number;
  payload: string;
  keys: string[];
}

/**
 * Writes a message to the dead letters. One that failed again after a replay takes its old place; one that a broker
 * without memory delivers again is there already, and stays as it is.
 */
export async function giveUp(tx: Tx, letter: GivenUp): Promise<void> {
  await tx.query(
    `insert into bus_dead_letter
       (consumer, message_id, part, event_type, account_id, reason, attempts, trace_id, payload, keys,
        keep_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (consumer, message_id) do update set reason = excluded.reason, attempts = excluded.attempts,
       failed_at = excluded.failed_at, replayed_at = null where bus_dead_letter.replayed_at is not null`,
    [
      letter.consumer,
      letter.messageId,
      letter.partition,
      letter.eventType,
      letter.accountId,
      letter.reason.slice(0, 1_000),
      letter.attempts,
      letter.traceId,
      letter.payload,
      letter.keys,
      keepUntil(letter.payload),
    ],
  );
}

/** When it was given up, in microseconds since 1970, as Postgres knows it, and its id. */
const Place = z.tuple([z.number().int(), z.uuid()]);

/** Dead letters of a service, newest first. */
export async function listDeadLetters(
  database: Database,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ items: DeadLetter[]; next: string | null }> {
  const [failedBefore, idBefore] = readCursor(Place, page.cursor) ?? [];
  const rows = await database.read([], (tx) =>
    tx.query<Omit<DeadLetter, 'failedAt' | 'replayedAt'> & { failedAt: number; replayedAt: Date | null }>(
      `select message_id as id, consumer, event_type as "eventType", account_id as "accountId", reason, attempts,
         trace_id as "traceId", payload, (extract(epoch from failed_at) * 1000000)::bigint as "failedAt",
         replayed_at as "replayedAt"
       from bus_dead_letter
       where $2::bigint is null
         or (failed_at, message_id) < (timestamptz 'epoch' + $2 * interval '1 microsecond', $3::uuid)
       order by failed_at desc, message_id desc limit $1`,
      [page.limit + 1, failedBefore ?? null, idBefore ?? null],
    ),
  );
  const { items, next } = pageOf(rows, page.limit, ({ failedAt, id }) => [failedAt, id]);
  return {
    items: items.map((row) => ({
      ...row,
      failedAt: new Date(Math.floor(row.failedAt / 1_000)).toISOString(),
      replayedAt: row.replayedAt?.toISOString() ?? null,
    })),
    next,
  };
}

/** Puts dead letters back to be handled again, by all readers that gave them up; one that was put back already is left alone. */
export async function replayDeadLetters(
  database: Database,
  ids: string[] | undefined,
): Promise<ReplayDeadLettersResponse> {
  const rows = await database.transaction([], (tx) =>
    tx.query<{ id: string }>(
      `with chosen as (
         update bus_dead_letter set replayed_at = clock_timestamp()
         where replayed_at is null and ($1::uuid[] is null or message_id = any ($1))
         returning consumer, part, message_id, keys, payload, keep_until
       )
       insert into bus_parked (consumer, part, message_id, keys, payload, attempts, next_attempt_at, last_error,
         keep_until)
       select consumer, part, message_id, keys, payload, 0, clock_timestamp(), 'replayed by the operator', keep_until
       from chosen
       on conflict (consumer, message_id) do nothing returning message_id as id`,
      [ids ?? null],
    ),
  );
  return { replayed: rows.length, ids: ids ? [...new Set(rows.map(({ id }) => id))] : [] };
}
