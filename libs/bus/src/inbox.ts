import type { Database, Tx } from '@souk/service';
import type { Message } from './incoming.ts';
import { keepUntil } from './kept-payloads.ts';
import type { Lease } from './leases.ts';

/** A message with the partition it was read from. */
export interface Delivery {
  partition: number;
  message: Message;
}

/**
 * Opens the handling of deliveries: proves that the partitions are still ours, records the messages in the
 * inbox, parks those that concern what an earlier failed message concerns, and answers the rest in order.
 */
export async function receive(
  tx: Tx,
  options: { consumer: string; replicaId: string; leases: readonly Lease[]; deliveries: readonly Delivery[] },
): Promise<Message[]> {
  const { consumer, deliveries, leases } = options;
  const [row] = await tx.query<{ fresh: string[]; parked_keys: string[] }>(
    'select fresh, parked_keys from bus_receive($1, $2, $3, $4, $5, $6)',
    [
      consumer,
      options.replicaId,
      leases.map((lease) => lease.partition),
      leases.map((lease) => lease.epoch),
      deliveries.map(({ message }) => message.id),
      deliveries.map(({ message }) => message.time),
    ],
  );
  const fresh = new Set(row!.fresh);
  const blockedKeys = new Set(row!.parked_keys);
  const ready: Message[] = [];
  const behind: Delivery[] = [];
  for (const delivery of deliveries) {
    // The same message twice in one batch: only its first copy counts.
    if (!fresh.delete(delivery.message.id)) continue;
    if (blockedKeys.size > 0 && delivery.message.keys.some((key) => blockedKeys.has(key))) {
      for (const key of delivery.message.keys) blockedKeys.add(key);
      behind.push(delivery);
    } else ready.push(delivery.message);
  }
  await park(tx, consumer, behind, { attempts: 0, error: 'waits behind a failed message', retryInMs: 0 });
  return ready;
}

/** Which of these messages were received before. That some is not among them proves nothing: only `receive` does. */
export async function receivedBefore(
  database: Database,
  consumer: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const rows = await database.read([], (tx) =>
    tx.query<{ message_id: string }>(
      'select message_id from bus_inbox where consumer = $1 and message_id = any ($2::uuid[])',
      [consumer, ids],
    ),
  );
  return new Set(rows.map(({ message_id }) => message_id));
}

/** Sets messages aside in Postgres; they are acknowledged to the broker and retried from here. */
export async function park(
  tx: Tx,
  consumer: string,
  deliveries: readonly Delivery[],
  state: { attempts: number; error: string; retryInMs: number },
): Promise<void> {
  if (deliveries.length === 0) return;
  await tx.query(
    // In their order: what is parked is tried again by position.
    `insert into bus_parked (consumer, part, message_id, keys, payload, attempts, next_attempt_at, last_error,
       keep_until)
     select $1, part, id, array(select jsonb_array_elements_text(keys)), payload, $6,
       clock_timestamp() + make_interval(secs => $7), $8, keep_until
     from unnest($2::smallint[], $3::uuid[], $4::jsonb[], $5::text[], $9::timestamptz[])
       with ordinality as d(part, id, keys, payload, keep_until, place) order by place
     on conflict (consumer, message_id) do nothing`,
    [
      consumer,
      deliveries.map(({ partition }) => partition),
      deliveries.map(({ message }) => message.id),
      deliveries.map(({ message }) => JSON.stringify(message.keys)),
      deliveries.map(({ message }) => message.payload),
      state.attempts,
      state.retryInMs / 1_000,
      state.error.slice(0, 1_000),
      deliveries.map(({ message }) => keepUntil(message.payload)),
    ],
  );
}
