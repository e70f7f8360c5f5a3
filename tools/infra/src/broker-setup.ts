import { isDeepStrictEqual } from 'node:util';
import {
  type ConsumerConfig,
  type ConsumerInfo,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';

/** Settings in JetStream's own terms. */
type Settings = Readonly<Record<string, unknown>>;

export interface ConsumerPlan {
  durable: string;
  /** Who reads through it. */
  reader: string;
  settings: Settings;
}

export interface StreamPlan {
  name: string;
  owner: string;
  settings: Settings;
  /** Size from which what every reader has handled is dropped. */
  relieveAboveBytes: number;
  consumers: readonly ConsumerPlan[];
}

/** What is there contradicts the plan and cannot be changed without losing something: a person has to decide. */
export class BrokerConflict extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BrokerConflict';
  }
}

/** Brings one stream and its consumers into the state that is planned; answers what it did, for people. */
export async function setUpStream(manager: JetStreamManager, plan: StreamPlan): Promise<string[]> {
  const done: string[] = [];
  const existing = await orMissing(manager.streams.info(plan.name));
  if (!existing) {
    await manager.streams.add({ name: plan.name, ...plan.settings });
    done.push(`made the stream ${plan.name}`);
  } else if (!isAsPlanned(existing, plan)) {
    await manager.streams.update(plan.name, plan.settings);
    done.push(`changed the stream ${plan.name}`);
  }
  const consumers = await consumersOf(manager, plan.name);
  for (const wanted of plan.consumers) {
    const found = consumers.get(wanted.durable);
    if (!found) {
      // From the first message: what was there before it, if anything, every inbox recognises.
      await addConsumer(manager, plan.name, wanted, 1);
    } else if (
      !matches(found.config, wanted.settings) ||
      // Looked at twice: the stream has grown while its consumers were listed.
      (isAhead(found, existing) && isAhead(found, await manager.streams.info(plan.name)))
    ) {
      await remakeConsumer(manager, plan.name, wanted, 1);
      done.push(`made the consumer ${wanted.durable} anew`);
    }
  }
  if (existing) await relieve(manager, plan, existing, consumers);
  return done;
}

/** Makes consumers anew that have messages in the hands of a dead reader: those come at once and in order. */
export async function resumeConsumer(
  manager: JetStreamManager,
  stream: string,
  plan: ConsumerPlan,
): Promise<void> {
  const info = await orMissing(manager.consumers.info(stream, plan.durable));
  if (!info) await addConsumer(manager, stream, plan, 1);
  else if (info.num_ack_pending > 0)
    await remakeConsumer(manager, stream, plan, info.ack_floor.stream_seq + 1);
}

/** The stream was set back: its numbers mean other messages now, so everybody begins anew. */
export async function replayStream(manager: JetStreamManager, plan: StreamPlan): Promise<void> {
  for (const consumer of plan.consumers) await remakeConsumer(manager, plan.name, consumer, 1);
}

async function remakeConsumer(
  manager: JetStreamManager,
  stream: string,
  plan: ConsumerPlan,
  fromSequence: number,
): Promise<void> {
  await orMissing(manager.consumers.delete(stream, plan.durable));
  await addConsumer(manager, stream, plan, fromSequence);
}

async function addConsumer(
  manager: JetStreamManager,
  stream: string,
  plan: ConsumerPlan,
  fromSequence: number,
): Promise<void> {
  const start =
    fromSequence > 1
      ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: fromSequence }
      : { deliver_policy: DeliverPolicy.All };
  await manager.consumers.add(stream, { ...plan.settings, ...start });
}

/** Whether nothing needs to be updated: an update makes nats-server 2.9 forget, at its next start, the stream's age. */
function isAsPlanned({ config }: StreamInfo, plan: StreamPlan): boolean {
  if (config.discard !== DiscardPolicy.New || config.max_bytes <= 0) {
    // nats-server takes the new setting, but its store goes on dropping the oldest (seen on 2.9.10).
    throw new BrokerConflict(
      `stream ${plan.name} was made without our limits: delete it, the outbox fills it again`,
    );
  }
  if (config.description !== plan.settings.description) {
    throw new BrokerConflict(
      `stream ${plan.name} was made with ${config.description ?? 'no partitions'}, SOUK_PARTITIONS asks for ` +
        `${String(plan.settings.description)}: set it back, order cannot be kept across a change`,
    );
  }
  return matches(config, plan.settings);
}

const matches = (config: StreamConfig | ConsumerConfig, settings: Settings): boolean =>
  Object.entries(settings).every(([name, value]) =>
    isDeepStrictEqual((config as unknown as Settings)[name], value),
  );

/** The consumer has been given messages that the stream does not have (any more): it would pass over as many. */
const isAhead = (consumer: ConsumerInfo, stream: StreamInfo | undefined): boolean =>
  consumer.delivered.stream_seq > (stream?.state.last_seq ?? 0);

/** Drops what every reader has handled once the stream is filled to its mark; the outbox still has it. */
async function relieve(
  manager: JetStreamManager,
  plan: StreamPlan,
  { state }: StreamInfo,
  consumers: ReadonlyMap<string, ConsumerInfo>,
): Promise<void> {
  if (state.bytes < plan.relieveAboveBytes) return;
  const floors = plan.consumers.map(({ durable }) => {
    const consumer = consumers.get(durable);
    if (!consumer) return 0;
    const isIdle = consumer.num_pending === 0 && consumer.num_ack_pending === 0;
    return isIdle ? state.last_seq : consumer.ack_floor.stream_seq;
  });
  const handledUpTo = Math.min(state.last_seq, ...floors);
  if (handledUpTo >= state.first_seq) await manager.streams.purge(plan.name, { seq: handledUpTo + 1 });
}

async function consumersOf(manager: JetStreamManager, stream: string): Promise<Map<string, ConsumerInfo>> {
  const found = new Map<string, ConsumerInfo>();
  for await (const consumer of manager.consumers.list(stream)) found.set(consumer.name, consumer);
  return found;
}

/** JetStream's answer, or undefined for a stream or consumer that does not exist. */
async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && /not found/i.test(error.message)) return undefined;
    throw error;
  }
}
