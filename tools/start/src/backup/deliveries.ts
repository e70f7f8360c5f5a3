import type { Client } from 'pg';

/** How far a delivery has come, as alerting records it. */
interface Progress {
  id: string;
  state: string;
  attempts: number;
  throttled: number;
  unknown: number;
  reason: string | null;
  finished_at: Date | null;
}

const UNFINISHED = `state in ('waiting', 'sending')`;

/**
 * Makes a restored database know how far its unfinished deliveries have come in the present one: what was sent
 * since the backup is not sent again. A delivery that the present database does not know may have been sent, so it
 * is marked as begun: alerting sends it once more, as a possible repeat.
 */
export async function carryDeliveriesOver(present: Client, restored: Client): Promise<void> {
  const unfinished = await restored.query<{ id: string }>(
    `select id from alerting.delivery where ${UNFINISHED}`,
  );
  const ids = unfinished.rows.map(({ id }) => id);
  const known = await progressOf(present, ids);
  await restored.query('begin');
  await restored.query(
    `update alerting.delivery d set state = p.state, attempts = p.attempts, throttled = p.throttled,
       unknown = p.unknown, reason = p.reason, finished_at = p.finished_at
     from jsonb_populate_recordset(null::alerting.delivery, $1::jsonb) as p where d.id = p.id`,
    [JSON.stringify(known)],
  );
  const forgotten = new Set(ids);
  for (const { id } of known) forgotten.delete(id);
  await restored.query(`update alerting.delivery set state = 'sending' where id = any ($1)`, [
    [...forgotten],
  ]);
  await restored.query(
    `delete from alerting.delivery_queue q using alerting.delivery d where d.id = q.delivery_id and not d.${UNFINISHED}`,
  );
  await restored.query('commit');
}

async function progressOf(present: Client, ids: readonly string[]): Promise<Progress[]> {
  const { rows } = await present.query<{ found: boolean }>(
    `select to_regclass('alerting.delivery') is not null as found`,
  );
  if (!rows[0]?.found) return [];
  const progress = await present.query<Progress>(
    `select id, state, attempts, throttled, unknown, reason, finished_at from alerting.delivery where id = any ($1)`,
    [ids],
  );
  return progress.rows;
}
