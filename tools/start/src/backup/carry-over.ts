import type { Client } from 'pg';
import { carryDeliveriesOver } from './deliveries.ts';
import { carryRestraintOver } from './restraint.ts';

/** So much older than the backup may be what is missing in it: clocks differ, and transactions take their time. */
const SAFETY_MS = 3 * 86_400_000;

/** Tells a restored database, as a whole or not at all, what must not be forgotten of the time since its backup. */
export async function carryOver(present: Client, restored: Client, takenAt: Date): Promise<void> {
  const since = new Date(takenAt.getTime() - SAFETY_MS);
  await restored.query('begin');
  await carryDeliveriesOver(present, restored, since);
  await carryRestraintOver(present, restored);
  await carryPositionOver(present, restored);
  await restored.query('commit');
}

/** Whoever reads the inbox goes on after the last position it saw: what comes now lies beyond all that there were. */
async function carryPositionOver(present: Client, restored: Client): Promise<void> {
  const position = await lastPosition(present);
  if (position === null || (await lastPosition(restored)) === null) return;
  await restored.query(
    `select setval('alerting.alert_position', greatest(last_value, $1)) from alerting.alert_position`,
    [position],
  );
}

async function lastPosition(client: Client): Promise<string | null> {
  const known = await client.query<{ isThere: boolean }>(
    `select to_regclass('alerting.alert_position') is not null as "isThere"`,
  );
  if (!known.rows[0]?.isThere) return null;
  const { rows } = await client.query<{ last: string }>(
    'select last_value as last from alerting.alert_position',
  );
  return rows[0]!.last;
}
