import type { Tx } from '@souk/service';

export interface JobRef {
  accountId: string;
  jobId: string;
}

export async function scheduleUpkeep(tx: Tx, { accountId, jobId }: JobRef, at: Date): Promise<void> {
  await tx.query(
    `insert into job_upkeep (account_id, job_id, due_at) values ($1, $2, $3)
     on conflict (account_id, job_id) do update set due_at = excluded.due_at`,
    [accountId, jobId, at],
  );
}

/** Of any account; put off for a minute, so that one that fails does not hold up the others. */
export async function takeDueUpkeep(tx: Tx, now: Date, limit: number): Promise<JobRef[]> {
  return tx.query<JobRef>(
    `update job_upkeep u set due_at = $1::timestamptz + interval '1 minute'
     from (select account_id, job_id from job_upkeep where due_at <= $1 order by due_at limit $2
       for update skip locked) n
     where u.account_id = n.account_id and u.job_id = n.job_id
     returning u.account_id as "accountId", u.job_id as "jobId"`,
    [now, limit],
  );
}

/** Takes prices out that may not be kept any more; answers when the next ones end. */
export async function dropEndedResults(
  tx: Tx,
  { accountId, jobId }: JobRef,
  now: Date,
): Promise<Date | null> {
  await tx.query(
    `update job_item set observations = null, ends_at = null
     where account_id = $1 and job_id = $2 and ends_at <= $3`,
    [accountId, jobId, now],
  );
  const [row] = await tx.query<{ at: Date | null }>(
    'select min(ends_at) as at from job_item where account_id = $1 and job_id = $2',
    [accountId, jobId],
  );
  return row?.at ?? null;
}

/** Whoever schedules for this job at the same time waits until this transaction is over. */
export async function lockUpkeep(tx: Tx, { accountId, jobId }: JobRef): Promise<void> {
  await tx.query('select due_at from job_upkeep where account_id = $1 and job_id = $2 for update', [
    accountId,
    jobId,
  ]);
}

/** Holds that are to be given back; put off for a minute, should it not come to that. */
export async function takeHoldsToRelease(
  tx: Tx,
  limit: number,
): Promise<{ accountId: string; holdId: string }[]> {
  return tx.query(
    `update hold_release r set due_at = now() + interval '1 minute'
     from (select account_id, hold_id from hold_release where due_at <= now() order by due_at limit $1
       for update skip locked) n
     where r.account_id = n.account_id and r.hold_id = n.hold_id
     returning r.account_id as "accountId", r.hold_id as "holdId"`,
    [limit],
  );
}

export async function dropHoldToRelease(tx: Tx, accountId: string, holdId: string): Promise<void> {
  await tx.query('delete from hold_release where account_id = $1 and hold_id = $2', [accountId, holdId]);
}
