import type { NatsConnection } from '@nats-io/transport-node';
import { quantile } from '../statistics.ts';
import { type FloorPlan, monotonicMs, readEvents } from './messages.ts';
import { pull } from './wire.ts';

const ACK_EVERY = 64;

export interface Sunk {
  duplicates: number;
  latencyMs: { p50: number; p99: number };
}

/** Takes results until each event was seen once. */
export function sinkAll(nats: NatsConnection, plan: FloorPlan): Promise<Sunk> {
  const seen = new Uint8Array(plan.events);
  const latencies: number[] = [];
  let duplicates = 0;
  let unacknowledged = 0;
  return new Promise((resolve) => {
    pull(nats, 'RESULTS', 's', Math.max(1, Math.floor(plan.batch / plan.perMessage)), (message) => {
      const now = monotonicMs();
      for (const { id, t } of readEvents(message.string())) {
        if (seen[id]) duplicates += 1;
        else latencies.push(now - t);
        seen[id] = 1;
      }
      unacknowledged += 1;
      const isLast = latencies.length >= plan.events;
      if (unacknowledged >= ACK_EVERY || isLast) {
        message.respond();
        unacknowledged = 0;
      }
      if (isLast)
        resolve({ duplicates, latencyMs: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) } });
    });
  });
}
