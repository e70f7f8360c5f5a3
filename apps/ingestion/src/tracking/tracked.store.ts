import type { Tx } from '@souk/service';

/** What one watch wants tracked, after its latest change; nothing when it was deleted. */
export interface TrackedWatch {
  accountId: string;
  watchId: string;
  products: { productId: string; source: string; product: string }[];
}

/**
 * Replaces what these watches track and moves the products' counts by the difference. The same state stored
 * again changes nothing. Each watch may be named once.
 */
export async function replaceTracked(tx: Tx, watches: readonly TrackedWatch[]): Promise<void> {
  const rows = watches.flatMap(({ accountId, watchId, products }) =>
    products.map((product) => ({ accountId, watchId, ...product })),
  );
  const before = await tx.query<{ productId: string }>(
    'delete from tracked_watch where watch_id = any($1::uuid[]) returning product_id as "productId"',
    [watches.map(({ watchId }) => watchId)],
  );
  await tx.query(
    `insert into tracked_watch (account_id, watch_id, product_id)
     select * from unnest($1::uuid[], $2::uuid[], $3::uuid[])`,
    [rows.map((row) => row.accountId), rows.map((row) => row.watchId), rows.map((row) => row.productId)],
  );
  await changeCounts(
    tx,
    before.map((row) => row.productId),
    rows,
  );
}

async function changeCounts(tx: Tx, removed: string[], added: TrackedWatch['products']): Promise<void> {
  // Locked in the order of their ids, so that two transactions never wait for each other in a ring.
  await tx.query('select 1 from tracked where product_id = any($1::uuid[]) order by product_id for update', [
    [...removed, ...added.map((row) => row.productId)],
  ]);
  await tx.query(
    `update tracked set watchers = watchers - gone.count
     from (select product_id, count(*)::int as count from unnest($1::uuid[]) as product_id group by 1) as gone
     where tracked.product_id = gone.product_id`,
    [removed],
  );
  await tx.query(
    `insert into tracked (product_id, source, product, watchers)
     select product_id, min(source), min(product), count(*)
     from unnest($1::uuid[], $2::text[], $3::text[]) as t (product_id, source, product)
     group by product_id order by product_id
     on conflict (product_id) do update set watchers = tracked.watchers + excluded.watchers`,
    [added.map((row) => row.productId), added.map((row) => row.source), added.map((row) => row.product)],
  );
  await tx.query('delete from tracked where product_id = any($1::uuid[]) and watchers <= 0', [removed]);
}
