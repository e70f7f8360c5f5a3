import { setTimeout as delay } from 'node:timers/promises';
import { SERVICE_NAMES } from '@souk/contracts';
import type { System } from './system.ts';
import { SOURCE } from './workload.ts';

const POLL_MS = 250;

/** How far the system has come with all that was accepted. */
interface Progress {
  points: number;
  alerts: number;
  unpublished: number;
  parked: number;
  /** Hand-overs that are not decided yet. */
  open: number;
  delivered: number;
  charged: number;
}

const perSchema = (sql: (schema: string) => string): string => SERVICE_NAMES.map(sql).join(' + ');

/** Counts events that wait in the outboxes. */
export const UNPUBLISHED = `select (${perSchema(
  (schema) => `(select count(*) from ${schema}.bus_outbox o join ${schema}.bus_cursor c using (part)
      where o.position > c.position)`,
)})::int as count`;

const PROGRESS = `select
  (select coalesce(sum(points), 0) from scoring.offer where source = '${SOURCE}')::int as points,
  (select count(*) from alerting.alert)::int as alerts,
  (${UNPUBLISHED}) as unpublished,
  (${perSchema((schema) => `(select count(*) from ${schema}.bus_parked)`)})::int as parked,
  (select count(*) from alerting.delivery where state in ('waiting', 'sending'))::int as open,
  (select count(*) from alerting.delivery where state in ('delivered', 'merged'))::int as delivered,
  (select count(*) from billing.usage where operation in ('alert.webhook', 'alert.telegram'))::int as charged`;

/** Waits for a fact; answers when it came true, undefined when the deadline passed first or nothing moved any more. */
export async function untilProgress(
  { sql }: System,
  isTrue: (progress: Progress) => boolean,
  deadlineMs: number,
  patienceMs = deadlineMs,
): Promise<{ at: number | undefined; last: Progress | undefined }> {
  let last: Progress | undefined;
  let movedAt = Date.now();
  for (const end = Date.now() + deadlineMs; Date.now() < end; await delay(POLL_MS)) {
    const before = JSON.stringify(last);
    last = (await sql<Progress>(PROGRESS).catch(() => [last]))[0];
    if (JSON.stringify(last) !== before) movedAt = Date.now();
    else if (Date.now() - movedAt > patienceMs) break;
    if (last && isTrue(last)) return { at: Date.now(), last };
  }
  return { at: undefined, last };
}
