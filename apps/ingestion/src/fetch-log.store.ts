import type { Tx } from '@souk/service';

/** Where prices came from: one post or one fetched page. */
export interface FetchRecord {
  fetchId: string;
  accountId: string;
  sources: readonly string[];
  origin: 'posted' | 'fetched';
  mode: 'live' | 'backfill';
  collectedAt: Date;
  traceId: string | undefined;
  observations: number;
  /** Lines or items that could not be read. */
  unreadable: number;
}

/** Old records go a few at a time with every new one, so that nothing else has to clean up. */
const PRUNED_AT_ONCE = 5;

/** Adds a record and drops the account's oldest ones that are past `keepDays`. */
export async function logFetch(tx: Tx, record: FetchRecord, keepDays: number): Promise<void> {
  await tx.query(
    `with pruned as (
       delete from fetch_log where fetch_id in (
         select fetch_id from fetch_log
         where account_id = $2 and collected_at < now() - make_interval(days => $10)
         order by collected_at limit ${PRUNED_AT_ONCE})
     )
     insert into fetch_log (fetch_id, account_id, sources, origin, mode, collected_at, trace_id, observations, unreadable)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      record.fetchId,
      record.accountId,
      record.sources,
      record.origin,
      record.mode,
      record.collectedAt,
      record.traceId,
      record.observations,
      record.unreadable,
      keepDays,
    ],
  );
}
