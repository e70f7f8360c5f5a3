import { plainArray, type Tx } from '@souk/service';
import type { CheckHistory } from './volatility.ts';

export interface PlannedProduct extends CheckHistory {
  productId: string;
  source: string;
  product: string;
  watchers: number;
  intervalMs: number | null;
}

export interface CheckedProduct extends CheckHistory {
  productId: string;
  priceMinor: number | null;
  checkedAt: Date | null;
}

const HISTORY = `coalesce(checks, 0) as checks, coalesce(changes, 0) as changes,
  coalesce(watched_hours, 0) as "watchedHours", coalesce(moved, 0) as moved`;

/** Products that are tracked of these sources, the most watched first. */
export const plannedProducts = (
  tx: Tx,
  sources: readonly string[],
  limit: number,
): Promise<PlannedProduct[]> =>
  tx.query<PlannedProduct>(
    `select product_id as "productId", source, product, watchers, interval_ms as "intervalMs", ${HISTORY}
     from tracked left join check_plan using (product_id)
     where source = any($1::text[]) order by watchers desc, product_id limit $2`,
    [sources, limit],
  );

/** Sets intervals, and brings forward look-ups that are now due earlier. */
export async function saveIntervals(
  tx: Tx,
  planned: readonly { productId: string; intervalMs: number }[],
): Promise<void> {
  const params = [
    plainArray(planned, ({ productId }) => productId),
    plainArray(planned, ({ intervalMs }) => Math.round(intervalMs)),
  ];
  await tx.query(
    `insert into check_plan (product_id, interval_ms)
     select product_id, interval_ms from unnest($1::uuid[], $2::bigint[]) as t (product_id, interval_ms)
     where exists (select 1 from tracked where tracked.product_id = t.product_id)
     on conflict (product_id) do update set interval_ms = excluded.interval_ms`,
    params,
  );
  await tx.query(
    `update tracked set next_lookup_at = looked_up_at + make_interval(secs => t.interval_ms / 1000.0)
     from unnest($1::uuid[], $2::bigint[]) as t (product_id, interval_ms)
     where tracked.product_id = t.product_id
       and next_lookup_at > looked_up_at + make_interval(secs => t.interval_ms / 1000.0)`,
    params,
  );
}

/** What is known of these products' checks, those that have none included. */
export const checkedProducts = (tx: Tx, productIds: readonly string[]): Promise<CheckedProduct[]> =>
  tx.query<CheckedProduct>(
    `select product_id as "productId", price_minor as "priceMinor", checked_at as "checkedAt", ${HISTORY}
     from tracked left join check_plan using (product_id) where product_id = any($1::uuid[])`,
    [plainArray(productIds, (id) => id)],
  );

export async function saveChecks(tx: Tx, checked: readonly CheckedProduct[]): Promise<void> {
  await tx.query(
    `insert into check_plan (product_id, checks, changes, watched_hours, moved, price_minor, checked_at)
     select * from unnest($1::uuid[], $2::int[], $3::int[], $4::float8[], $5::float8[], $6::bigint[], $7::timestamptz[])
     on conflict (product_id) do update set checks = excluded.checks, changes = excluded.changes,
       watched_hours = excluded.watched_hours, moved = excluded.moved, price_minor = excluded.price_minor,
       checked_at = excluded.checked_at`,
    [
      checked.map((row) => row.productId),
      checked.map((row) => row.checks),
      checked.map((row) => row.changes),
      checked.map((row) => row.watchedHours),
      checked.map((row) => row.moved),
      checked.map((row) => row.priceMinor),
      checked.map((row) => row.checkedAt),
    ],
  );
}

/** Puts the planned intervals in place of the source's own. */
export async function applyIntervals(tx: Tx, productIds: readonly string[]): Promise<void> {
  await tx.query(
    `update tracked set next_lookup_at = clock_timestamp() + make_interval(secs => interval_ms / 1000.0)
     from check_plan where tracked.product_id = check_plan.product_id and interval_ms is not null
       and tracked.product_id = any($1::uuid[])`,
    [plainArray(productIds, (id) => id)],
  );
}
