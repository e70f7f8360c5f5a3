import type { Consumer, JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { durableOf, type EventContract, type ServiceName } from '@souk/contracts';
import { provision } from './provisioning.ts';

/** A service's way to the broker; it may look at, read from and acknowledge to its own consumers. */
export interface Broker {
  nats: NatsConnection;
  jetstream: JetStreamClient;
  manager: JetStreamManager;
}

/**
 * The durable consumer of one partition, ready to be read by whoever holds the partition now. One that still has
 * messages in the hands of a dead process is made anew from its acknowledged floor: they come again at once and in
 * order, instead of after the ack wait and behind others.
 */
export async function durableConsumer(
  { nats, jetstream, manager }: Broker,
  service: ServiceName,
  contract: EventContract,
  partition: number,
): Promise<Consumer> {
  const durable = durableOf(service, contract, partition);
  const info = await manager.consumers.info(contract.stream, durable);
  if (info.num_ack_pending > 0) await provision(nats, service, { resume: [durable] });
  return jetstream.consumers.get(contract.stream, durable);
}
