import { type JobItem, OPERATOR_ACCOUNT_ID, productIdOf } from '@souk/contracts';
import type { Tx } from '@souk/service';

interface ItemRow {
  line: number;
  source: string | null;
  product: string;
  state: JobItem['state'];
  reason: string | null;
  detail: string | null;
  observations: JobItem['observations'];
  attribution: string | null;
  fetchedAt: Date | null;
}

/** In the order of the input. A price past its end is never told, whether it is deleted already or not. */
export async function listItems(
  tx: Tx,
  { accountId, jobId, after, limit }: { accountId: string; jobId: string; after: number; limit: number },
  now: Date,
): Promise<JobItem[]> {
  const rows = await tx.query<ItemRow>(
    `select line, source, product, state, reason, detail, attribution, fetched_at as "fetchedAt",
       case when ends_at is null or ends_at > $5 then observations end as observations
     from job_item where account_id = $1 and job_id = $2 and line > $3 order by line limit $4`,
    [accountId, jobId, after, limit, now],
  );
  return rows.map(({ reason, detail, fetchedAt, ...row }) => ({
    ...row,
    credits: row.state === 'found' ? 1 : 0,
    productId:
      row.source === null || row.state === 'rejected'
        ? null
        : productIdOf(OPERATOR_ACCOUNT_ID, row.source, row.product),
    fetchedAt: fetchedAt?.toISOString() ?? null,
    problem: problemOf(row, reason, detail),
  }));
}

function problemOf(
  { state, observations }: Pick<ItemRow, 'state' | 'observations'>,
  reason: string | null,
  detail: string | null,
): JobItem['problem'] {
  if (state === 'found' && observations === null)
    return { reason: 'expired', detail: 'its source does not let prices be kept for longer' };
  // Of an item that waits to be tried again: why.
  return state === 'found' || reason === null ? null : { reason, detail: detail ?? '' };
}
