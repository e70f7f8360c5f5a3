import type { Client } from 'pg';
import { pagesOf, sharedColumns } from './shared-tables.ts';

/** Rows of alerting's match index that tell when an offer is armed again, as it numbers them. */
const REARM_ABOVE = 20;
const REARM_BELOW = 21;

/**
 * What watches remember of their alerts, so that one that spoke after the backup was taken restrains itself as it would
 * have done: when they spoke, and which offers wait until their price has moved away. Only of watches in both.
 */
export async function carryRestraintOver(present: Client, restored: Client): Promise<void> {
  const tables = ['alerting.alert_pace', 'alerting.disarmed_offer'];
  for (const table of tables) if ((await sharedColumns(present, restored, table)).length === 0) return;
  const spoke = 'select * from alerting.alert_pace where cardinality(raised_at) > 0';
  for await (const page of pagesOf(present, spoke, 'watch_id')) {
    const { rows } = await restored.query<{ id: string }>(
      `insert into alerting.alert_pace as known (watch_id, account_id, raised_at)
       select p.watch_id, p.account_id, p.raised_at
       from jsonb_populate_recordset(null::alerting.alert_pace, $1::jsonb) as p
       join alerting.watch w on w.id = p.watch_id
       on conflict (watch_id) do update set raised_at = excluded.raised_at
         where coalesce(known.raised_at[1], '-infinity') < excluded.raised_at[1]
       returning watch_id as id`,
      [page],
    );
    await disarm(
      present,
      restored,
      rows.map(({ id }) => id),
    );
  }
}

/** Offers of which these watches speak again only later, with the rows of the index by which they notice that. */
async function disarm(present: Client, restored: Client, watchIds: readonly string[]): Promise<void> {
  const { rows } = await present.query<{ offers: string | null }>(
    `select jsonb_agg(to_jsonb(d))::text as offers from alerting.disarmed_offer d where watch_id = any ($1)`,
    [watchIds],
  );
  await restored.query('delete from alerting.disarmed_offer where watch_id = any ($1)', [watchIds]);
  await restored.query('delete from alerting.match_index where watch_id = any ($1) and kind = any ($2)', [
    watchIds,
    [REARM_ABOVE, REARM_BELOW],
  ]);
  await restored.query(
    `with disarmed as (
       insert into alerting.disarmed_offer (watch_id, offer_id, account_id, product_id, currency, level, rearms_above)
       select p.watch_id, p.offer_id, p.account_id, p.product_id, p.currency, p.level, p.rearms_above
       from jsonb_populate_recordset(null::alerting.disarmed_offer, $1::jsonb) as p
       join alerting.watch w on w.id = p.watch_id and w.hysteresis_percent is not null
       returning *
     ), indexed as (
       insert into alerting.match_index (product_id, kind, threshold, watch_id, account_id, currency)
       select product_id, case when rearms_above then $2::smallint else $3::smallint end, level, watch_id, account_id, currency
       from disarmed on conflict do nothing returning kind
     )
     insert into alerting.row_kind select distinct kind from indexed on conflict do nothing`,
    [rows[0]?.offers ?? '[]', REARM_ABOVE, REARM_BELOW],
  );
}
