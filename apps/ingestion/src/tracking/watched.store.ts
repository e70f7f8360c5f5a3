import { plainArray, type Tx } from '@souk/service';
import { storableText } from '../storable-text.ts';

const MAX_PROBLEM_CHARACTERS = 300;

export interface WatchedProduct {
  productId: string;
  product: string;
}

/** Watched products of a source whose time has come, the longest due first. */
export const dueProducts = (tx: Tx, source: string, limit: number): Promise<WatchedProduct[]> =>
  tx.query<WatchedProduct>(
    `select product_id as "productId", product from tracked
     where source = $1 and next_lookup_at <= now() order by next_lookup_at limit $2`,
    [source, limit],
  );

/** Plans the next look-up of all that were asked for and notes why there was no price; those told have no stand-in any more. */
export async function noteLookedUp(
  tx: Tx,
  {
    told,
    asked,
    now,
    intervalMs,
  }: {
    told: readonly string[];
    asked: readonly { productId: string; problem: { detail: string } | null }[];
    now: Date;
    intervalMs: number;
  },
): Promise<void> {
  await tx.query(
    `update tracked set next_lookup_at = clock_timestamp() + make_interval(secs => $2 / 1000.0),
       looked_up_at = case when tracked.product_id = any($3::uuid[]) then $4 else looked_up_at end,
       served_by = case when tracked.product_id = any($3::uuid[]) then null else served_by end,
       problem = asked.problem
     from unnest($1::uuid[], $5::text[]) as asked (product_id, problem)
     where tracked.product_id = asked.product_id`,
    [
      plainArray(asked, ({ productId }) => productId),
      intervalMs,
      plainArray(told, (id) => id),
      now,
      asked.map(({ problem }) => problem && storableText(problem.detail, MAX_PROBLEM_CHARACTERS)),
    ],
  );
}

/** Brings the next look-up of watched products forward, to a minute after the last one at the earliest. */
export async function readAgainSoon(tx: Tx, productIds: readonly string[]): Promise<void> {
  await tx.query(
    `with due as (
       update tracked set next_lookup_at = least(next_lookup_at,
         greatest(clock_timestamp(), looked_up_at + interval '1 minute'))
       where product_id = any($1::uuid[]) returning source, next_lookup_at
     )
     update source set next_poll_at = least(next_poll_at, due.at)
     from (select source, min(next_lookup_at) as at from due group by source) as due
     where source.source = due.source`,
    [plainArray(productIds, (id) => id)],
  );
}

/**
 * Whether a failure is these products' own: they had a problem before, while other products of the source have a price.
 * Asked before their new problems are noted.
 */
export async function isTheirOwnProblem(
  tx: Tx,
  source: string,
  productIds: readonly string[],
): Promise<boolean> {
  const [row] = await tx.query<{ own: boolean | null }>(
    `select bool_and(problem is not null) filter (where product_id = any($2::uuid[]))
       and bool_or(problem is null and looked_up_at is not null) filter (where product_id <> all($2::uuid[])) as own
     from tracked where source = $1`,
    [source, plainArray(productIds, (id) => id)],
  );
  return row?.own === true;
}

/** Watched products of a source that have listings elsewhere. */
export const linkedProducts = (tx: Tx, source: string, limit: number): Promise<WatchedProduct[]> =>
  tx.query<WatchedProduct>(
    `select product_id as "productId", product from tracked
     where source = $1 and exists (select 1 from link where link.product_id = tracked.product_id)
     order by looked_up_at nulls first limit $2`,
    [source, limit],
  );

export async function noteStandIn(tx: Tx, productId: string, linkedId: string): Promise<void> {
  await tx.query('update tracked set served_by = $2 where product_id = $1', [productId, linkedId]);
}

/** The source is back: none of its products needs another one. Answers how many did. */
export async function endStandIns(tx: Tx, source: string): Promise<number> {
  const rows = await tx.query(
    'update tracked set served_by = null where source = $1 and served_by is not null returning 1',
    [source],
  );
  return rows.length;
}
