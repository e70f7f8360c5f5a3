import type { SourceState } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { FAILURES_TO_ANNOUNCE, type PollPlan } from './poll-plan.ts';

/** A source as the settings describe it. */
export interface SourceSettings {
  source: string;
  adapter: string;
  config: unknown;
  intervalMs: number;
  /** Account whose budget its calls use. */
  upstream: string;
}

/** A source that one process may poll until the claim runs out. */
export interface ClaimedSource extends SourceSettings {
  claimId: string;
  cursor: string | null;
  failures: number;
}

const CHANGED = `(source.adapter, source.config, source.interval_ms)
  is distinct from (excluded.adapter, excluded.config, excluded.interval_ms)`;

/** Sources named by the settings are polled, all others no longer. What is known of them stays. */
export async function registerSources(tx: Tx, sources: readonly SourceSettings[]): Promise<void> {
  await tx.query(
    `insert into source (source, adapter, config, interval_ms, upstream)
     select * from unnest($1::text[], $2::text[], $3::jsonb[], $4::int[], $5::text[])
     on conflict (source) do update set adapter = excluded.adapter, config = excluded.config,
       interval_ms = excluded.interval_ms, upstream = excluded.upstream, enabled = true,
       -- Another address or interval: what was learned of the old one no longer holds.
       next_poll_at = case when ${CHANGED} then now() else source.next_poll_at end,
       cursor = case when ${CHANGED} then null else source.cursor end`,
    [
      sources.map((row) => row.source),
      sources.map((row) => row.adapter),
      sources.map((row) => JSON.stringify(row.config)),
      sources.map((row) => row.intervalMs),
      sources.map((row) => row.upstream),
    ],
  );
  await tx.query('update source set enabled = false where source <> all($1::text[])', [
    sources.map((row) => row.source),
  ]);
}

/** Takes sources that are due, each for one process. The database's clock decides, it is the same for all of them. */
export function claimDueSources(tx: Tx, limit: number, claimMs: number): Promise<ClaimedSource[]> {
  return tx.query<ClaimedSource>(
    `with due as (
       select source from source
       where enabled and next_poll_at <= now() and (claimed_until is null or claimed_until <= now())
       order by next_poll_at limit $1 for update skip locked
     )
     update source set claim_id = gen_random_uuid(), claimed_until = now() + make_interval(secs => $2 / 1000.0),
       last_polled_at = now()
     from due where source.source = due.source
     returning source.source, adapter, config, interval_ms as "intervalMs", upstream, claim_id as "claimId",
       cursor, failures`,
    [limit, claimMs],
  );
}

/** Notes how far the poll is and holds the claim longer. False: another process has it now. */
export async function advanceClaim(
  tx: Tx,
  claim: { source: string; claimId: string },
  cursor: string | null,
  claimMs: number,
): Promise<boolean> {
  const rows = await tx.query(
    `update source set cursor = $3, claimed_until = now() + make_interval(secs => $4 / 1000.0)
     where source = $1 and claim_id = $2 returning 1`,
    [claim.source, claim.claimId, cursor, claimMs],
  );
  return rows.length === 1;
}

/** Gives the claim back with the next poll's time. False: it was not ours any more, nothing is changed. */
export async function releaseClaim(
  tx: Tx,
  claim: { source: string; claimId: string },
  plan: PollPlan,
  succeeded: boolean,
): Promise<boolean> {
  const rows = await tx.query(
    `update source set claim_id = null, claimed_until = null, failures = $3, last_error = $4,
       next_poll_at = clock_timestamp() + make_interval(secs => $5 / 1000.0),
       last_succeeded_at = case when $6 then clock_timestamp() else last_succeeded_at end,
       -- A place that cannot be read again and again may be a bad place: begin at the first page.
       cursor = case when $3 >= ${FAILURES_TO_ANNOUNCE} then null else cursor end
     where source = $1 and claim_id = $2 returning 1`,
    [claim.source, claim.claimId, plan.failures, plan.lastError, plan.pauseMs, succeeded],
  );
  return rows.length === 1;
}

export async function listSources(tx: Tx): Promise<SourceState[]> {
  const rows = await tx.query<
    Omit<SourceState, 'lastPolledAt' | 'lastSucceededAt'> & Record<'polled' | 'succeeded', Date | null>
  >(
    `select source, adapter, interval_ms as "intervalMs", last_polled_at as polled, last_succeeded_at as succeeded,
       failures, last_error as "lastError"
     from source where enabled order by source`,
  );
  return rows.map(({ polled, succeeded, ...row }) => ({
    ...row,
    lastPolledAt: polled?.toISOString() ?? null,
    lastSucceededAt: succeeded?.toISOString() ?? null,
  }));
}
