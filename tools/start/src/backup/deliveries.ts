import type { Client } from 'pg';
import { carryAlertsOver } from './alerts.ts';
import { columnsOf, pagesOf, sharedColumns } from './shared-tables.ts';

const TABLE = 'alerting.delivery';
const UNFINISHED = `state in ('waiting', 'sending')`;
/** A message may be there of which no answer came. */
const MAY_HAVE_ARRIVED = `(d.state = 'sending' or d.unknown > 0)`;
const HAS_ALERT = `exists (select from alerting.alert a where a.id = d.alert_id)`;

/**
 * Makes a restored database know how far deliveries have come in the present one: what was sent since the backup is
 * not sent again. One that was unfinished in the backup and that the present database does not know may have been sent,
 * so it is marked as begun: alerting sends it once more, as a possible repeat.
 */
export async function carryDeliveriesOver(present: Client, restored: Client, since: Date): Promise<void> {
  if ((await columnsOf(restored, TABLE)).length === 0) return;
  const columns = await sharedColumns(present, restored, TABLE);
  const unfinished = await restored.query<{ id: string }>(`select id from ${TABLE} where ${UNFINISHED}`);
  const forgotten = new Set(unfinished.rows.map(({ id }) => id));
  if (columns.length > 0) {
    for (const id of await continued(present, restored, columns, [...forgotten])) forgotten.delete(id);
    if (holdsAll(columns)) await carryAlertsOver(present, restored, since);
    await addNews(present, restored, columns, since);
    if (holdsAll(columns)) await takeUp(restored, since);
  }
  await restored.query(`update ${TABLE} set state = 'sending' where id = any ($1)`, [[...forgotten]]);
  await restored.query(
    `delete from alerting.delivery_queue q using ${TABLE} d where d.id = q.delivery_id and not d.${UNFINISHED}`,
  );
}

/** Those that are in both are what the present database says of them. @returns their ids */
async function continued(
  present: Client,
  restored: Client,
  columns: readonly string[],
  ids: readonly string[],
): Promise<string[]> {
  const known: string[] = [];
  const rows = `select d.* from ${TABLE} d where d.id = any ($3) and ${understood(columns)}`;
  for await (const page of pagesOf(present, rows, 'id', [ids])) {
    const updated = await restored.query<{ id: string }>(
      `update ${TABLE} d set ${columns.map((name) => `${name} = p.${name}`).join()}
       from jsonb_populate_recordset(null::${TABLE}, $1::jsonb) as p where d.id = p.id returning d.id`,
      [page],
    );
    known.push(...updated.rows.map(({ id }) => id));
  }
  return known;
}

/**
 * Adds those that the backup does not know and that have ended, or may have arrived, or whose alert is there. What was on
 * its way to alerting when the backup was taken, or is posted again, finds its alert and its deliveries here and raises
 * nothing.
 */
async function addNews(
  present: Client,
  restored: Client,
  columns: readonly string[],
  since: Date,
): Promise<void> {
  const names = columns.join();
  const wanted = holdsAll(columns) ? 'true' : understood(columns);
  const rows = `select d.* from ${TABLE} d where d.created_at >= $3 and ${wanted}`;
  for await (const page of pagesOf(present, rows, 'id', [since])) {
    await restored.query(
      `insert into ${TABLE} (${names})
       select ${names} from jsonb_populate_recordset(null::${TABLE}, $1::jsonb) as d
       where exists (select from alerting.channel c where c.id = d.channel_id)
         and (not d.${UNFINISHED} or ${MAY_HAVE_ARRIVED} or ${HAS_ALERT})
       on conflict (id) do nothing`,
      [page],
    );
  }
}

/** Those that have not ended go on; what was to be told together with one that is not here is told by itself. */
async function takeUp(restored: Client, since: Date): Promise<void> {
  const isAlone = `d.state = 'merged' and d.created_at >= $1
    and not exists (select from ${TABLE} other where other.id = d.merged_into)`;
  await restored.query(`delete from ${TABLE} d where ${isAlone} and not ${HAS_ALERT}`, [since]);
  await restored.query(
    `update ${TABLE} d set state = 'waiting', merged_into = null, finished_at = null where ${isAlone}`,
    [since],
  );
  await restored.query(
    `insert into alerting.delivery_queue (delivery_id, lane, channel_id, account_id, due_at)
     select d.id, c.type, d.channel_id, d.account_id, now() from ${TABLE} d
     join alerting.channel c on c.id = d.channel_id
     where d.${UNFINISHED} and d.created_at >= $1 and (d.digest is not null or ${HAS_ALERT})
     on conflict (delivery_id) do nothing`,
    [since],
  );
}

/** Whether both databases tell what is told together, and digests: then deliveries can be carried over as they are. */
const holdsAll = (columns: readonly string[]): boolean =>
  columns.includes('digest') && columns.includes('merged_into');

/**
 * What the restored tables can hold, and what is true there as well: what is told together with another one that waits
 * itself has not been told.
 */
function understood(columns: readonly string[]): string {
  const hasDigests = columns.includes('digest');
  const isMergedKnown = columns.includes('merged_into');
  return [
    hasDigests ? 'true' : 'd.alert_id is not null',
    isMergedKnown
      ? `not exists (select from ${TABLE} other where other.id = d.merged_into and other.${UNFINISHED})`
      : `d.state not in ('withheld', 'merged')`,
  ].join(' and ');
}
