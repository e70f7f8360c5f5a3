import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { AckPolicy, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Client } from 'pg';
import { meterCpu } from '../cpu-meter.ts';
import type { FloorServers } from './servers.ts';
import type { FloorPlan, FloorResult } from './messages.ts';
import type { Sunk } from './sink.ts';

const ROLE = fileURLToPath(new URL('role.ts', import.meta.url));
const MAX_ACK_PENDING = 50_000;
const ACK_WAIT_NS = 60e9;
const DEADLINE_MS = 120_000;

/**
 * The smallest pipeline that keeps the guarantees of the product: publish, JetStream file stream, COPY into
 * PostgreSQL, publish the result, sink, acknowledge. No key, no validation, no matching, no inbox.
 */
export async function runFloor(
  servers: FloorServers,
  sizes: Omit<FloorPlan, 'natsUrl' | 'postgresUrl'>,
): Promise<FloorResult> {
  const plan = { ...sizes, natsUrl: servers.natsUrl, postgresUrl: servers.postgresUrl };
  await makeStreams(plan);
  const database = new Client({ connectionString: plan.postgresUrl });
  await database.connect();
  await database.query(
    'drop table if exists floor_obs; create table floor_obs (pid int not null, t int not null, c int not null, st smallint not null, id bigint not null); create index on floor_obs (pid, t)',
  );
  const children: ChildProcess[] = [];
  try {
    for (const role of ['publisher', 'worker', 'sink']) {
      const child = fork(ROLE, [role, JSON.stringify(plan)]);
      children.push(child);
      await once(child, 'message', { signal: AbortSignal.timeout(DEADLINE_MS) });
    }
    const [publisher, worker, sink] = children as [ChildProcess, ChildProcess, ChildProcess];
    const pids = { publisher: publisher.pid!, worker: worker.pid!, sink: sink.pid!, ...servers.pids };
    const use = meterCpu(pids);
    const done = once(sink, 'message', { signal: AbortSignal.timeout(DEADLINE_MS) });
    publisher.send('go');
    const [{ done: sunk }] = (await done) as [{ done: Sunk }];
    const { elapsedSeconds, totalSeconds, othersShare } = use();
    const { rows } = await database.query<{ rows: number }>('select count(*)::int as rows from floor_obs');
    const stored = rows[0]?.rows ?? 0;
    if (stored !== plan.events) throw new Error(`the floor stored ${stored} of ${plan.events} events`);
    return {
      events: plan.events,
      eventsPerSecond: plan.events / elapsedSeconds,
      rows: stored,
      ...sunk,
      cpuMicrosPerEvent: (totalSeconds * 1e6) / plan.events,
      othersShare,
    };
  } finally {
    for (const child of children) if (child.connected) child.disconnect();
    await Promise.all(children.map(ended));
    await database.end();
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function makeStreams(plan: FloorPlan): Promise<void> {
  const nats = await connect({ servers: plan.natsUrl });
  const manager = await jetstreamManager(nats);
  for (const [name, subject, consumer] of [
    ['PRICES', 'prices.>', 'w'],
    ['RESULTS', 'results.>', 's'],
  ] as const) {
    await manager.streams.delete(name).catch(() => false);
    await manager.streams.add({
      name,
      subjects: [subject],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
    });
    await manager.consumers.add(name, {
      durable_name: consumer,
      ack_policy: AckPolicy.All,
      max_ack_pending: MAX_ACK_PENDING,
      ack_wait: ACK_WAIT_NS,
    });
  }
  await nats.close();
}
