import type { Tx } from '@souk/service';
import type { PollPlan } from './poll-plan.ts';
import type { Source } from './source-registry.ts';

/** A source that one process may poll until the claim runs out. */
export interface ClaimedSource {
  source: string;
  claimId: string;
  intervalMs: number;
  cursor: string | null;
  failures: number;
  givenUp: boolean;
  /** Readable items of the run under way, as far as it is published. */
  runItems: number;
  goodRunItems: number | null;
  lastSucceededAt: Date | null;
  canaryCheckedAt: Date | null;
  canaryFailures: number;
}

const CHANGED = `(source.adapter, source.config, source.interval_ms)
  is distinct from (excluded.adapter, excluded.config, excluded.interval_ms)`;

/** Sources named by the settings are polled, all others no longer. What is known of them stays. */
export async function registerSources(tx: Tx, sources: readonly Source[]): Promise<void> {
  await tx.query(
    `insert into source (source, adapter, config, interval_ms, upstream)
     select * from unnest($1::text[], $2::text[], $3::jsonb[], $4::int[], $5::text[])
     on conflict (source) do update set adapter = excluded.adapter, config = excluded.config,
       interval_ms = excluded.interval_ms, upstream = excluded.upstream, enabled = true,
       -- Another address or interval: what was learned of the old one no longer holds.
       next_poll_at = case when ${CHANGED} then now() else source.next_poll_at end,
       cursor = case when ${CHANGED} then null else source.cursor end,
       run_items = case when ${CHANGED} then 0 else source.run_items end,
       good_run_items = case when ${CHANGED} then null else source.good_run_items end`,
    [
      sources.map(({ name }) => name),
      sources.map(({ entry }) => entry.adapter),
      // As the operator wrote it: secrets stay references.
      sources.map(({ entry }) => JSON.stringify(entry.config)),
      sources.map(({ entry }) => entry.intervalMs),
      sources.map(({ upstream }) => upstream),
    ],
  );
  await tx.query('update source set enabled = false where source <> all($1::text[])', [
    sources.map(({ name }) => name),
  ]);
}

/** Takes sources of these that are due, each for one process. The database's clock decides, the same for all of them. */
export function claimDueSources(
  tx: Tx,
  names: readonly string[],
  limit: number,
  claimMs: number,
): Promise<ClaimedSource[]> {
  return tx.query<ClaimedSource>(
    `with due as (
       select source from source
       where enabled and source = any($3::text[]) and next_poll_at <= now() and (claimed_until is null or claimed_until <= now())
       order by next_poll_at limit $1 for update skip locked
     )
     update source set claim_id = gen_random_uuid(), claimed_until = now() + make_interval(secs => $2 / 1000.0),
       last_polled_at = now()
     from due where source.source = due.source
     returning source.source, interval_ms as "intervalMs", claim_id as "claimId", cursor, failures,
       given_up as "givenUp", run_items as "runItems", good_run_items as "goodRunItems",
       last_succeeded_at as "lastSucceededAt", canary_checked_at as "canaryCheckedAt",
       canary_failures as "canaryFailures"`,
    [limit, claimMs, names],
  );
}

/** The right to write of a source: a claim that another process took over has none. */
type Claim = Pick<ClaimedSource, 'source' | 'claimId'>;

/** Holds the claim longer. False: another process has it now. */
export async function renewClaim(tx: Tx, claim: Claim, claimMs: number): Promise<boolean> {
  const rows = await tx.query(
    `update source set claimed_until = now() + make_interval(secs => $3 / 1000.0)
     where source = $1 and claim_id = $2 returning 1`,
    [claim.source, claim.claimId, claimMs],
  );
  return rows.length === 1;
}

/** Notes how far the run is and holds the claim longer; after its last page the run is a good one. False as above. */
export async function advanceClaim(
  tx: Tx,
  claim: Claim,
  place: { cursor: string | null; runItems: number },
  claimMs: number,
): Promise<boolean> {
  const rows = await tx.query(
    `update source set cursor = $3, claimed_until = now() + make_interval(secs => $5 / 1000.0),
       run_items = case when $3::text is null then 0 else $4 end,
       good_run_items = case when $3::text is null then $4 else good_run_items end,
       quarantined_at = case when $3::text is null then null else quarantined_at end,
       quarantine_reason = case when $3::text is null then null else quarantine_reason end
     where source = $1 and claim_id = $2 returning 1`,
    [claim.source, claim.claimId, place.cursor, place.runItems, claimMs],
  );
  return rows.length === 1;
}

/** Notes a run that was set apart; the next one begins at the first page. */
export async function quarantineRun(
  tx: Tx,
  claim: Claim,
  run: { at: Date; reason: string; items: number },
): Promise<void> {
  await tx.query(
    `update source set cursor = null, run_items = 0, quarantined_at = $3, quarantine_reason = $4,
       quarantined_items = $5
     where source = $1 and claim_id = $2`,
    [claim.source, claim.claimId, run.at, run.reason, run.items],
  );
}

/** Notes how the canaries were; no error: they are alive. */
export async function noteCanaries(
  tx: Tx,
  claim: Claim,
  check: { at: Date; error: string | null },
): Promise<void> {
  await tx.query(
    `update source set canary_checked_at = $3, canary_error = $4,
       canary_failures = case when $4::text is null then 0 else canary_failures + 1 end
     where source = $1 and claim_id = $2`,
    [claim.source, claim.claimId, check.at, check.error],
  );
}

/** Gives the claim back with the next poll's time. False: it was not ours any more, nothing is changed. */
export async function releaseClaim(
  tx: Tx,
  claim: Claim,
  plan: PollPlan,
  succeeded: boolean,
): Promise<boolean> {
  const rows = await tx.query(
    `update source set claim_id = null, claimed_until = null, failures = $3, last_error = $4, given_up = $7,
       next_poll_at = clock_timestamp() + make_interval(secs => $5 / 1000.0),
       last_succeeded_at = case when $6 then clock_timestamp() else last_succeeded_at end,
       -- A place that cannot be read again and again may be a bad place: begin at the first page.
       cursor = case when $7 then null else cursor end,
       run_items = case when $7 then 0 else run_items end
     where source = $1 and claim_id = $2 returning 1`,
    [claim.source, claim.claimId, plan.failures, plan.lastError, plan.pauseMs, succeeded, plan.givenUp],
  );
  return rows.length === 1;
}

/** A source as the database knows it. */
export interface SourceRow {
  source: string;
  adapter: string;
  intervalMs: number;
  polledAt: Date | null;
  succeededAt: Date | null;
  failures: number;
  lastError: string | null;
  goodRunItems: number | null;
  quarantinedAt: Date | null;
  quarantineReason: string | null;
  quarantinedItems: number | null;
  canaryCheckedAt: Date | null;
  canaryFailures: number;
  canaryError: string | null;
  servedElsewhere: number;
  /** Watched products whose last look-up brought no price, and why, for the first few. */
  withoutPrice: number;
  problems: { product: string; problem: string }[];
}

export const listSources = (tx: Tx): Promise<SourceRow[]> =>
  tx.query<SourceRow>(
    `select source, adapter, interval_ms as "intervalMs", last_polled_at as "polledAt",
       last_succeeded_at as "succeededAt", failures, last_error as "lastError",
       good_run_items as "goodRunItems", quarantined_at as "quarantinedAt",
       quarantine_reason as "quarantineReason", quarantined_items as "quarantinedItems",
       canary_checked_at as "canaryCheckedAt", canary_failures as "canaryFailures", canary_error as "canaryError",
       (select count(*) from tracked where tracked.source = source.source and served_by is not null)
         as "servedElsewhere",
       (select count(*) from tracked where tracked.source = source.source and problem is not null) as "withoutPrice",
       (select coalesce(jsonb_agg(jsonb_build_object('product', product, 'problem', problem)), '[]')
        from (select product, problem from tracked where tracked.source = source.source and problem is not null
              order by product limit 5) as first) as problems
     from source where enabled order by source`,
  );
