import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { eventText, type FloorPlan, monotonicMs } from './messages.ts';
import { AckedPublisher } from './wire.ts';

/** Sends all events; returns when the broker has acknowledged the last. */
export async function publishAll(nats: NatsConnection, plan: FloorPlan): Promise<void> {
  const publisher = new AckedPublisher(nats, plan.inFlight);
  if (plan.ratePerSecond > 0) await atRate(publisher, plan);
  else await saturating(publisher, plan);
  await publisher.drained();
}

async function saturating(publisher: AckedPublisher, { events, perMessage }: FloorPlan): Promise<void> {
  for (let first = 0; first < events; first += perMessage) {
    const count = Math.min(perMessage, events - first);
    const texts = Array.from({ length: count }, (_, index) => eventText(first + index, monotonicMs()));
    publisher.publish('prices.x', perMessage === 1 ? texts[0]! : `[${texts.join(',')}]`);
    const room = publisher.room();
    if (room) await room;
  }
}

/** Open loop: an event carries when it was due, so that a slow moment is not left out of the latency. */
async function atRate(publisher: AckedPublisher, { events, ratePerSecond }: FloorPlan): Promise<void> {
  const start = monotonicMs();
  for (let sent = 0; sent < events; await delay(1)) {
    const due = Math.min(events, Math.floor(((monotonicMs() - start) * ratePerSecond) / 1_000));
    for (; sent < due; sent += 1)
      publisher.publish('prices.x', eventText(sent, start + (sent * 1_000) / ratePerSecond));
  }
}
