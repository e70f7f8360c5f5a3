import type { Priority } from '@souk/contracts';
import { plainArray, type Tx } from '@souk/service';
import type { ItemOutcome } from './item-outcome.ts';

/** One process's right to work on a slice until it runs out. */
export interface SliceClaim {
  accountId: string;
  jobId: string;
  slice: number;
  claimId: string;
}

export interface Slice {
  priority: Priority;
  createdAt: Date;
  isCancelled: boolean;
  pending: number;
  found: number;
  captured: number;
  writtenOff: number;
  holdId: string;
  /** Null: not set aside yet. */
  holdUntil: Date | null;
  closing: number | null;
}

export interface PendingItem {
  line: number;
  source: string;
  product: string;
  isFnsku: boolean;
  attempts: number;
}

/** Slices that are due: the first ones of every job before the later ones of any, so that a large job holds up no small one. */
export async function claimSlices(
  tx: Tx,
  claimId: string,
  limit: number,
  claimMs: number,
): Promise<SliceClaim[]> {
  return tx.query<SliceClaim>(
    `update job_due d set claim_id = $1, claimed_until = now() + make_interval(secs => $3::double precision / 1000)
     from (
       select account_id, job_id, slice from job_due
       where due_at <= now() and (claimed_until is null or claimed_until < now())
       order by slice, created_at limit $2 for update skip locked
     ) n
     where d.account_id = n.account_id and d.job_id = n.job_id and d.slice = n.slice
     returning d.account_id as "accountId", d.job_id as "jobId", d.slice, d.claim_id as "claimId"`,
    [claimId, limit, claimMs],
  );
}

const HELD = 'account_id = $1 and job_id = $2 and slice = $3 and claim_id = $4';
const heldBy = ({ accountId, jobId, slice, claimId }: SliceClaim) => [accountId, jobId, slice, claimId];
const OF = 'account_id = $1 and job_id = $2 and number = $3';
const of = ({ accountId, jobId, slice }: SliceClaim) => [accountId, jobId, slice];

/** Locks the claim and makes it last; false when another process has it. Nothing is written without it. */
export async function keepClaim(tx: Tx, claim: SliceClaim, claimMs: number): Promise<boolean> {
  const kept = await tx.query(
    `update job_due set claimed_until = now() + make_interval(secs => $5::double precision / 1000)
     where ${HELD} returning slice`,
    [...heldBy(claim), claimMs],
  );
  return kept.length > 0;
}

/** Gives it to whoever comes from then on. */
export async function releaseClaim(tx: Tx, claim: SliceClaim, inMs: number): Promise<void> {
  await tx.query(
    `update job_due set claim_id = null, claimed_until = null,
       due_at = now() + make_interval(secs => $5::double precision / 1000)
     where ${HELD}`,
    [...heldBy(claim), inMs],
  );
}

export async function readSlice(tx: Tx, claim: SliceClaim): Promise<Slice | undefined> {
  const [slice] = await tx.query<Slice>(
    `select priority, j.created_at as "createdAt", j.cancelled_at is not null as "isCancelled",
       s.items - found - failed - cancelled as pending, found, captured, written_off as "writtenOff",
       hold_id as "holdId", hold_until as "holdUntil", closing
     from job_slice s join job j on j.account_id = s.account_id and j.id = s.job_id
     where s.account_id = $1 and s.job_id = $2 and s.number = $3 and s.settled_at is null`,
    of(claim),
  );
  return slice;
}

/** Items that may be looked up now, in their order. */
export async function nextItems(tx: Tx, claim: SliceClaim, now: Date, limit: number): Promise<PendingItem[]> {
  return tx.query<PendingItem>(
    `select line, source, product, is_fnsku as "isFnsku", attempts from job_item
     where account_id = $1 and job_id = $2 and slice = $3 and state = 'pending'
       and (next_try_at is null or next_try_at <= $4)
     order by line limit $5`,
    [...of(claim), now, limit],
  );
}

/** Milliseconds until the first of its items may be tried again. */
export async function nextTryInMs(tx: Tx, claim: SliceClaim, now: Date): Promise<number> {
  const [row] = await tx.query<{ at: Date | null }>(
    `select min(next_try_at) as at from job_item
     where account_id = $1 and job_id = $2 and slice = $3 and state = 'pending'`,
    of(claim),
  );
  return row?.at ? Math.max(0, row.at.getTime() - now.getTime()) : 0;
}

/** Each item ends once: what has ended already stays as it is, and is not counted again. */
export async function noteOutcomes(
  tx: Tx,
  claim: SliceClaim,
  outcomes: readonly ItemOutcome[],
): Promise<void> {
  await tx.query(
    `with ended as (
       update job_item i set state = o.state, attempts = o.attempts, next_try_at = o.next_try_at, reason = o.reason,
         detail = o.detail, observations = o.observations::jsonb, attribution = o.attribution,
         fetched_at = o.fetched_at, ends_at = o.ends_at
       from unnest($4::integer[], $5::text[], $6::integer[], $7::timestamptz[], $8::text[], $9::text[], $10::text[],
           $11::text[], $12::timestamptz[], $13::timestamptz[])
         as o(line, state, attempts, next_try_at, reason, detail, observations, attribution, fetched_at, ends_at)
       where i.account_id = $1 and i.job_id = $2 and i.slice = $3 and i.line = o.line and i.state = 'pending'
       returning i.state
     ), kept as (
       update job_upkeep u set due_at = least(due_at, (select min(e) from unnest($13::timestamptz[]) e))
       where u.account_id = $1 and u.job_id = $2 and exists (select from unnest($13::timestamptz[]) e where e < due_at)
     )
     update job_slice s set found = s.found + e.found, failed = s.failed + e.failed
     from (select count(*) filter (where state = 'found') as found, count(*) filter (where state = 'failed') as failed
       from ended) e
     where s.account_id = $1 and s.job_id = $2 and s.number = $3`,
    [
      ...of(claim),
      plainArray(outcomes, ({ line }) => line),
      plainArray(outcomes, ({ state }) => state),
      plainArray(outcomes, ({ attempts }) => attempts),
      outcomes.map(({ nextTryAt }) => nextTryAt ?? null),
      outcomes.map(({ problem }) => problem?.reason ?? null),
      outcomes.map(({ problem }) => problem?.detail ?? null),
      outcomes.map(({ observations }) => (observations ? JSON.stringify(observations) : null)),
      outcomes.map(({ attribution }) => attribution ?? null),
      outcomes.map(({ fetchedAt }) => fetchedAt ?? null),
      outcomes.map(({ endsAt }) => endsAt ?? null),
    ],
  );
}

/** All that has not ended yet, with one reason. */
export async function endPending(
  tx: Tx,
  claim: SliceClaim,
  state: 'cancelled' | 'failed',
  problem: { reason: string; detail: string } | null,
): Promise<void> {
  await tx.query(
    `with ended as (
       update job_item set state = $4, reason = $5, detail = $6, next_try_at = null
       where account_id = $1 and job_id = $2 and slice = $3 and state = 'pending' returning 1
     )
     update job_slice set cancelled = cancelled + case when $4 = 'cancelled' then n else 0 end,
       failed = failed + case when $4 = 'failed' then n else 0 end
     from (select count(*)::integer as n from ended) e where ${OF}`,
    [...of(claim), state, problem?.reason ?? null, problem?.detail ?? null],
  );
}

export async function noteHold(tx: Tx, claim: SliceClaim, until: Date): Promise<void> {
  await tx.query(`update job_slice set hold_until = $4 where ${OF}`, [...of(claim), until]);
}

/** Decides what is captured from the present hold; the first decision stays. */
export async function decideClosing(tx: Tx, claim: SliceClaim): Promise<number> {
  const [row] = await tx.query<{ closing: number }>(
    `update job_slice set closing = coalesce(closing, found - captured - written_off) where ${OF} returning closing`,
    of(claim),
  );
  return row!.closing;
}

/** The present hold has ended. */
export async function noteClosed(
  tx: Tx,
  claim: SliceClaim,
  { isPaid, nextHoldId }: { isPaid: boolean; nextHoldId: string },
): Promise<void> {
  await tx.query(
    `update job_slice set captured = captured + case when $4 then closing else 0 end,
       written_off = written_off + case when $4 then 0 else closing end,
       closing = null, hold_id = $5, hold_until = null
     where ${OF}`,
    [...of(claim), isPaid, nextHoldId],
  );
}

/** The slice is done; with the last one so is the job. */
export async function settleSlice(tx: Tx, claim: SliceClaim, now: Date): Promise<void> {
  // One after the other: of two that end at the same time one must see the other.
  await tx.query('select id from job where account_id = $1 and id = $2 for update', [
    claim.accountId,
    claim.jobId,
  ]);
  await tx.query(`update job_slice set settled_at = $4 where ${OF}`, [...of(claim), now]);
  await tx.query(`delete from job_due where ${HELD}`, heldBy(claim));
  await tx.query(
    `update job set finished_at = $3 where account_id = $1 and id = $2 and not exists (
       select from job_slice where account_id = $1 and job_id = $2 and settled_at is null)`,
    [claim.accountId, claim.jobId, now],
  );
}
