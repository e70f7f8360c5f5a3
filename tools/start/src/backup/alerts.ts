import type { Client } from 'pg';
import { pagesOf, sharedColumns } from './shared-tables.ts';

const TABLE = 'alerting.alert';

/**
 * Alerts that were raised since the backup, of watches that are in it, under the positions that readers of the inbox saw.
 * What their watches remember is carried over too, so that not every one of them would be raised again.
 */
export async function carryAlertsOver(present: Client, restored: Client, since: Date): Promise<void> {
  const columns = await sharedColumns(present, restored, TABLE);
  if (columns.length === 0) return;
  const rows = `select a.* from ${TABLE} a where a.raised_at >= $3`;
  for await (const page of pagesOf(present, rows, 'id', [since])) {
    await restored.query(
      `insert into ${TABLE} (${columns.join()})
       select ${columns.join()} from jsonb_populate_recordset(null::${TABLE}, $1::jsonb) as p
       where exists (select from alerting.watch w where w.id = p.watch_id)
       on conflict do nothing`,
      [page],
    );
  }
}
