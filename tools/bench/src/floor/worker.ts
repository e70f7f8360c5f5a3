import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { Client } from 'pg';
import { copyIn } from './copy-in.ts';
import { type FloorEvent, type FloorPlan, readEvents, resultText } from './messages.ts';
import { AckedPublisher, pull } from './wire.ts';

/** Stores batches and passes results on; the input is acknowledged after the commit and the results' acks. */
export async function runWorker(nats: NatsConnection, plan: FloorPlan): Promise<void> {
  const database = new Client({ connectionString: plan.postgresUrl });
  await database.connect();
  const publisher = new AckedPublisher(nats, Number.POSITIVE_INFINITY);
  const messagesAtOnce = Math.max(1, Math.floor(plan.batch / plan.perMessage));
  let queue: Msg[] = [];
  let isBusy = false;
  let timer: NodeJS.Timeout | undefined;

  const handle = async (messages: Msg[]): Promise<void> => {
    const events = messages.flatMap((message) => readEvents(message.string()));
    await store(database, events);
    for (let at = 0; at < events.length; at += plan.perMessage) {
      const results = events.slice(at, at + plan.perMessage).map(resultText);
      publisher.publish('results.x', plan.perMessage === 1 ? results[0]! : `[${results.join(',')}]`);
    }
    await publisher.drained();
    messages.at(-1)?.respond(); // acknowledges all before it too
  };
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    isBusy = true;
    while (queue.length > 0) {
      const messages = queue.splice(0, messagesAtOnce);
      await handle(messages);
      if (queue.length < messagesAtOnce) break;
    }
    isBusy = false;
    if (queue.length > 0) timer = setTimeout(() => void flush(), plan.lingerMs);
  };
  pull(nats, 'PRICES', 'w', messagesAtOnce, (message) => {
    queue.push(message);
    if (isBusy) return;
    if (queue.length >= messagesAtOnce) void flush();
    else timer ??= setTimeout(() => void flush(), plan.lingerMs);
  });
}

function store(database: Client, events: readonly FloorEvent[]): Promise<void> {
  let rows = '';
  for (const { pid, t, c, st, id } of events)
    rows += `${pid}\t${Math.floor(t / 1_000)}\t${c}\t${st}\t${id}\n`;
  return copyIn(database, 'copy floor_obs from stdin', rows);
}
