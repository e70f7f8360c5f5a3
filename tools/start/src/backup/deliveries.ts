import type { Client } from 'pg';
import { columnsOf, pagesOf, sharedColumns } from './shared-tables.ts';

const TABLE = 'alerting.delivery';
const UNFINISHED = `state in ('waiting', 'sending')`;
/** A message may be there of which no answer came. */
const MAY_HAVE_ARRIVED = `(d.state = 'sending' or d.unknown > 0)`;
/** So much older than the backup may be what is missing in it: clocks differ, and transactions take their time. */
const SAFETY_MS = 3 * 86_400_000;

/**
 * Makes a restored database know how far deliveries have come in the present one: what was sent since the backup is
 * not sent again. One that was unfinished in the backup and that the present database does not know may have been sent,
 * so it is marked as begun: alerting sends it once more, as a possible repeat.
 */
export async function carryDeliveriesOver(present: Client, restored: Client, takenAt: Date): Promise<void> {
  if ((await columnsOf(restored, TABLE)).length === 0) return;
  const columns = await sharedColumns(present, restored, TABLE);
  const unfinished = await restored.query<{ id: string }>(`select id from ${TABLE} where ${UNFINISHED}`);
  const forgotten = new Set(unfinished.rows.map(({ id }) => id));
  if (columns.length > 0) {
    for (const id of await continued(present, restored, columns, [...forgotten])) forgotten.delete(id);
    await addEnded(present, restored, columns, new Date(takenAt.getTime() - SAFETY_MS));
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
 * Adds those that the backup does not know and that have ended, or may have arrived. What was on its way to alerting
 * when the backup was taken, or is posted again, raises the same alert with the same deliveries: alerting finds them
 * here, leaves those that have ended alone, and marks the message of the others.
 */
async function addEnded(
  present: Client,
  restored: Client,
  columns: readonly string[],
  since: Date,
): Promise<void> {
  const names = columns.join();
  const rows = `select d.* from ${TABLE} d where d.created_at >= $3 and (not d.${UNFINISHED} or ${MAY_HAVE_ARRIVED})
    and ${understood(columns)}`;
  for await (const page of pagesOf(present, rows, 'id', [since])) {
    await restored.query(
      `insert into ${TABLE} (${names})
       select ${names} from jsonb_populate_recordset(null::${TABLE}, $1::jsonb) as p
       where exists (select from alerting.channel c where c.id = p.channel_id)
       on conflict (id) do nothing`,
      [page],
    );
  }
}

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
