import type { Job, Priority } from '@souk/contracts';
import { plainArray, type Tx } from '@souk/service';
import type { CheckedLine } from './check-lines.ts';

/** Lines that are worked on, and settled, together: each slice has a claim and a hold of credits of its own. */
export const SLICE_ITEMS = 500;

export interface NewJob {
  accountId: string;
  jobId: string;
  priority: Priority;
  createdAt: Date;
  expiresAt: Date;
  lines: readonly CheckedLine[];
  /** One for each slice. */
  holdIds: readonly string[];
}

interface JobRow {
  id: string;
  priority: Priority;
  lines: number;
  items: number;
  isRunning: boolean;
  createdAt: Date;
  cancelledAt: Date | null;
  finishedAt: Date | null;
  expiresAt: Date;
  found: number;
  failed: number;
  cancelled: number;
  captured: number;
  refunded: number;
  settledSlices: number;
}

/** Everything but the right to begin: credits are set aside first. */
export async function insertJob(tx: Tx, job: NewJob): Promise<void> {
  const { accountId, jobId, lines, holdIds } = job;
  const good = lines.filter(({ rejected }) => rejected === null);
  await tx.query(
    `insert into job (account_id, id, priority, lines, items, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [accountId, jobId, job.priority, lines.length, good.length, job.createdAt, job.expiresAt],
  );
  await tx.query(
    `insert into job_slice (account_id, job_id, number, items, hold_id)
     select $1, $2, (n - 1)::integer, least($4::integer, $3::integer - (n - 1)::integer * $4::integer), hold
     from unnest($5::uuid[]) with ordinality as h(hold, n)`,
    [accountId, jobId, good.length, SLICE_ITEMS, plainArray(holdIds, (id) => id)],
  );
  let seen = 0;
  const slices = lines.map(({ rejected }) => (rejected ? null : Math.floor(seen++ / SLICE_ITEMS)));
  await tx.query(
    `insert into job_item (account_id, job_id, line, slice, source, product, is_fnsku, state, reason, detail)
     select $1, $2, line, slice, source, product, is_fnsku,
       case when slice is null then 'rejected' else 'pending' end,
       case when slice is null then 'rejected' end, detail
     from unnest($3::integer[], $4::integer[], $5::text[], $6::text[], $7::boolean[], $8::text[])
       as l(line, slice, source, product, is_fnsku, detail)`,
    [
      accountId,
      jobId,
      plainArray(lines, ({ line }) => line),
      plainArray(slices, (slice) => slice),
      lines.map(({ source }) => source),
      lines.map(({ product }) => product),
      lines.map((line) => line.isFnsku),
      lines.map(({ rejected }) => rejected && `${rejected.field} ${rejected.problem}`),
    ],
  );
}

/** Slices whose credits are not set aside yet. */
export async function slicesToReserve(
  tx: Tx,
  accountId: string,
  jobId: string,
): Promise<{ number: number; holdId: string; items: number }[]> {
  return tx.query(
    `select number, hold_id as "holdId", items from job_slice
     where account_id = $1 and job_id = $2 and hold_until is null order by number`,
    [accountId, jobId],
  );
}

export async function noteReserved(
  tx: Tx,
  accountId: string,
  jobId: string,
  { number, until }: { number: number; until: Date },
): Promise<void> {
  await tx.query(
    'update job_slice set hold_until = $4 where account_id = $1 and job_id = $2 and number = $3',
    [accountId, jobId, number, until],
  );
}

/** A job that has not begun, with its holds: they are given back by whoever keeps up. */
export async function giveUpJob(tx: Tx, accountId: string, jobId: string): Promise<void> {
  const given = await tx.query(
    `insert into hold_release (account_id, hold_id)
     select s.account_id, hold_id from job_slice s
     where account_id = $1 and job_id = $2 and exists (
       select from job where account_id = $1 and id = $2 and not is_running for update)
     on conflict do nothing returning hold_id`,
    [accountId, jobId],
  );
  if (given.length > 0) await deleteJob(tx, accountId, jobId);
}

/** Answers whether it begins now: false when it has begun before or is gone. */
export async function beginJob(tx: Tx, accountId: string, jobId: string): Promise<boolean> {
  const begun = await tx.query(
    'update job set is_running = true where account_id = $1 and id = $2 and not is_running returning id',
    [accountId, jobId],
  );
  if (begun.length === 0) return false;
  await tx.query(
    `insert into job_due (account_id, job_id, slice)
     select account_id, job_id, number from job_slice where account_id = $1 and job_id = $2`,
    [accountId, jobId],
  );
  return true;
}

export async function deleteJob(tx: Tx, accountId: string, jobId: string): Promise<void> {
  const of = [accountId, jobId];
  await tx.query('delete from job_due where account_id = $1 and job_id = $2', of);
  await tx.query('delete from job_upkeep where account_id = $1 and job_id = $2', of);
  await tx.query('delete from job where account_id = $1 and id = $2', of);
}

const JOBS = `
select j.id, priority, lines, j.items, is_running as "isRunning", created_at as "createdAt",
  cancelled_at as "cancelledAt", finished_at as "finishedAt", expires_at as "expiresAt",
  found, failed, cancelled, captured, refunded, "settledSlices"
from job j cross join lateral (
  select sum(s.found)::integer as found, sum(s.failed)::integer as failed, sum(s.cancelled)::integer as cancelled,
    sum(s.captured)::integer as captured, count(s.settled_at)::integer as "settledSlices",
    coalesce(sum(s.items - s.captured) filter (where s.settled_at is not null), 0)::integer as refunded
  from job_slice s where s.account_id = j.account_id and s.job_id = j.id
) s`;

export async function findJob(tx: Tx, accountId: string, jobId: string): Promise<Job | undefined> {
  const [row] = await tx.query<JobRow>(`${JOBS} where j.account_id = $1 and j.id = $2`, [accountId, jobId]);
  return row && jobOf(row);
}

/** Newest first, from the place of the one given on. */
export async function listJobs(
  tx: Tx,
  accountId: string,
  before: readonly [string, string] | undefined,
  limit: number,
): Promise<Job[]> {
  const rows = await tx.query<JobRow>(
    `${JOBS} where j.account_id = $1 and ($2::timestamptz is null or (j.created_at, j.id) < ($2, $3::uuid))
     order by j.created_at desc, j.id desc limit $4`,
    [accountId, before?.[0] ?? null, before?.[1] ?? null, limit],
  );
  return rows.map(jobOf);
}

/** What is left of it is given back by whoever works on it next; answers whether anything is. */
export async function cancelJob(tx: Tx, accountId: string, jobId: string, at: Date): Promise<boolean> {
  const cancelled = await tx.query(
    `update job set cancelled_at = $3
     where account_id = $1 and id = $2 and cancelled_at is null and finished_at is null returning id`,
    [accountId, jobId, at],
  );
  if (cancelled.length === 0) return false;
  await tx.query(
    'update job_due set due_at = now() where account_id = $1 and job_id = $2 and claim_id is null',
    [accountId, jobId],
  );
  return true;
}

function jobOf(row: JobRow): Job {
  const { found, failed, cancelled, captured, items, lines, refunded, settledSlices } = row;
  const done = found + failed + cancelled;
  const ranks = Number(row.isRunning) + Number(row.cancelledAt !== null) + Number(row.finishedAt !== null);
  return {
    id: row.id,
    state: stateOf(row),
    priority: row.priority,
    lines,
    items,
    rejected: lines - items,
    pending: items - done,
    found,
    failed,
    cancelled,
    credits: { price: items, captured, refunded },
    position: done + settledSlices + ranks,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt.toISOString(),
  };
}

function stateOf({ isRunning, cancelledAt, finishedAt }: JobRow): Job['state'] {
  if (finishedAt) return cancelledAt ? 'cancelled' : 'completed';
  if (cancelledAt) return 'cancelling';
  return isRunning ? 'running' : 'reserving';
}
