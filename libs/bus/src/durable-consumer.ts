import {
  AckPolicy,
  type Consumer,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { durableOf, type EventContract, type ServiceName, subjectOf } from '@souk/contracts';
import { isNotFound } from './streams.ts';

/** A message that is neither acknowledged nor said to be in work for this long comes again. */
export const ACK_WAIT_MS = 60_000;
const UNACKNOWLEDGED_AT_MOST = 10_000;

/**
 * The durable consumer of one partition, ready to be read by whoever holds the partition now. One that still has
 * messages in the hands of a dead process is made anew from its acknowledged floor: they come again at once and in
 * order, instead of after the ack wait and behind others. So is one that is ahead of a stream that was set back.
 */
export async function durableConsumer(
  { jetstream, manager }: { jetstream: JetStreamClient; manager: JetStreamManager },
  service: ServiceName,
  contract: EventContract,
  partition: number,
): Promise<Consumer> {
  const { stream } = contract;
  const durable = durableOf(service, contract, partition);
  const settings = {
    durable_name: durable,
    filter_subject: subjectOf(contract, partition),
    ack_policy: AckPolicy.All,
    ack_wait: nanos(ACK_WAIT_MS),
    max_ack_pending: UNACKNOWLEDGED_AT_MOST,
  };
  const lastSequence = (await manager.streams.info(stream)).state.last_seq;
  const info = await manager.consumers.info(stream, durable).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (!info) await manager.consumers.add(stream, { ...settings, deliver_policy: DeliverPolicy.All });
  else if (info.num_ack_pending > 0 || info.delivered.stream_seq > lastSequence) {
    const floor = info.delivered.stream_seq > lastSequence ? 0 : info.ack_floor.stream_seq;
    await manager.consumers.delete(stream, durable);
    await manager.consumers.add(stream, {
      ...settings,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: floor + 1,
    });
  }
  return jetstream.consumers.get(stream, durable);
}
