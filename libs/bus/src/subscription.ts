import { Logger } from '@nestjs/common';
import type { ConsumerMessages, JetStreamClient, JetStreamManager, JsMsg } from '@nats-io/jetstream';
import { consumerOf, type EventContract, type ServiceName } from '@souk/contracts';
import { isDependencyFailure } from '@souk/service';
import { v5 as uuidV5 } from 'uuid';
import { Fenced } from './batch.ts';
import { type BatchGround, type BatchHandler, runBatch } from './batch-runner.ts';
import { giveUp } from './dead-letters.ts';
import { ACK_WAIT_MS, durableConsumer } from './durable-consumer.ts';
import { type Delivery, park, receive } from './inbox.ts';
import { MalformedMessage, readMessage } from './incoming.ts';
import type { Lease, LeaseHolder } from './leases.ts';
import { RETRY_DELAYS_MS, retryParked } from './parking.ts';
import { isNotFound } from './streams.ts';

const FETCHED_AHEAD = 100;
const MESSAGES_AT_ONCE = 100;
const PARKED_POLL_MS = 500;
const MALFORMED_NAMESPACE = '5a9d6a3c-9f44-5c8e-9f3d-0b6e6f1f7a03';

export interface SubscriptionOptions {
  /** Messages handled in one transaction. */
  maxMessages?: number;
}

interface Raw {
  partition: number;
  msg: JsMsg;
}

/**
 * A service's durable reading of one event: all partitions it holds, in batches, each in one transaction.
 * A batch that fails is tried message by message; what fails alone is parked. Nothing is acknowledged before it
 * is committed, and acknowledging a message acknowledges all before it in its partition, since order is kept.
 */
export class Subscription implements LeaseHolder {
  readonly consumer: string;
  private readonly logger: Logger;
  private readonly epochs = new Map<number, number>();
  private readonly pulls = new Map<number, ConsumerMessages>();
  private readonly queue: Raw[] = [];
  private inHand: Raw[] = [];
  private working: Promise<void> = Promise.resolve();
  private pumping = false;
  private stopping = false;
  private parkedTimer: NodeJS.Timeout | undefined;
  private keepAliveTimer: NodeJS.Timeout | undefined;
  private readonly maxMessages: number;

  constructor(
    private readonly service: ServiceName,
    readonly contract: EventContract,
    private readonly handler: BatchHandler,
    private readonly ground: BatchGround & {
      replicaId: string;
      jetstream: JetStreamClient;
      manager: JetStreamManager;
      deliverTwice: boolean;
    },
    options: SubscriptionOptions = {},
  ) {
    this.consumer = consumerOf(service, contract);
    this.logger = new Logger(this.consumer);
    this.maxMessages = options.maxMessages ?? MESSAGES_AT_ONCE;
  }

  start(): void {
    const poll = (): void => {
      this.parkedTimer = setTimeout(() => {
        void this.exclusively(() => this.retryParked()).finally(() => {
          if (!this.stopping) poll();
        });
      }, PARKED_POLL_MS);
    };
    poll();
    // What waits in memory during an outage must not be delivered again meanwhile.
    this.keepAliveTimer = setInterval(() => {
      for (const { msg } of [...this.inHand, ...this.queue]) msg.working();
    }, ACK_WAIT_MS / 3);
  }

  async hold(leases: Lease[]): Promise<void> {
    const held = new Map(leases.map((lease) => [lease.partition, lease.epoch]));
    for (const [partition, epoch] of this.epochs) {
      if (held.get(partition) !== epoch) await this.drop(partition);
    }
    for (const [partition, epoch] of held) {
      if (this.epochs.has(partition) || this.stopping) continue;
      // First ours, then read: what arrives before it is known to be ours would be passed over.
      this.epochs.set(partition, epoch);
      try {
        await this.open(partition);
      } catch (error) {
        this.epochs.delete(partition);
        // The stream's owner may not have started yet; the next beat tries again.
        if (!isNotFound(error)) this.logger.warn({ partition, error }, 'partition cannot be read yet');
      }
    }
  }

  async giveUp(partition: number): Promise<void> {
    await this.drop(partition);
    await this.working;
  }

  /** The connection came back, perhaps to a broker that forgot its consumers. */
  async reopen(): Promise<void> {
    for (const partition of this.epochs.keys()) await this.drop(partition);
  }

  /** Finishes the batch in hand and stops. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.parkedTimer);
    clearInterval(this.keepAliveTimer);
    this.queue.length = 0;
    await Promise.all([...this.pulls.values()].map((pull) => pull.close()));
    await this.working;
  }

  /** Messages fetched and not yet handled. */
  waiting(): number {
    return this.queue.length + this.inHand.length;
  }

  private async drop(partition: number): Promise<void> {
    this.epochs.delete(partition);
    const pull = this.pulls.get(partition);
    this.pulls.delete(partition);
    for (let at = this.queue.length - 1; at >= 0; at--) {
      if (this.queue[at]!.partition === partition) this.queue.splice(at, 1);
    }
    await pull?.close();
  }

  private async open(partition: number): Promise<void> {
    const consumer = await durableConsumer(this.ground, this.service, this.contract, partition);
    const pull = await consumer.consume({
      max_messages: FETCHED_AHEAD,
      callback: (msg) => {
        this.queue.push({ partition, msg });
        this.pump();
      },
    });
    this.pulls.set(partition, pull);
  }

  private pump(): void {
    if (this.pumping || this.stopping) return;
    this.pumping = true;
    void this.exclusively(async () => {
      while (this.queue.length > 0 && !this.stopping) {
        this.inHand = this.queue.splice(0, this.maxMessages);
        try {
          await this.handle(this.inHand);
          if (this.ground.deliverTwice) await this.handle(this.inHand);
        } catch (error) {
          if (!(error instanceof Fenced)) throw error;
          for (const partition of new Set(this.inHand.map((raw) => raw.partition)))
            await this.drop(partition);
        } finally {
          this.inHand = [];
        }
      }
    }).finally(() => {
      this.pumping = false;
      if (this.queue.length > 0) this.pump();
    });
  }

  /** One piece of work at a time: a batch, or the retry of parked messages. */
  private async exclusively(work: () => Promise<void>): Promise<void> {
    const before = this.working;
    const mine = (async () => {
      await before;
      try {
        await work();
      } catch (error) {
        if (!this.stopping) this.logger.error({ error }, 'batch loop failed');
      }
    })();
    this.working = mine;
    await mine;
  }

  private async handle(raws: Raw[]): Promise<void> {
    const held = raws.filter((raw) => this.epochs.has(raw.partition));
    const deliveries: Delivery[] = [];
    for (const raw of held) {
      try {
        deliveries.push({ partition: raw.partition, message: readMessage(this.contract, raw.msg.string()) });
      } catch (error) {
        if (!(error instanceof MalformedMessage)) throw error;
        await this.untilDependenciesAnswer(() => this.giveUpMalformed(raw, error));
      }
    }
    await this.deliver(deliveries);
    const lastOfPartition = new Map(held.map((raw) => [raw.partition, raw.msg]));
    for (const msg of lastOfPartition.values()) msg.ack();
  }

  private async deliver(deliveries: Delivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    try {
      await this.untilDependenciesAnswer(() => this.inOneTransaction(deliveries));
    } catch (error) {
      if (error instanceof Fenced || this.stopping) throw error;
      if (deliveries.length > 1) {
        for (const delivery of deliveries) await this.deliver([delivery]);
        return;
      }
      await this.untilDependenciesAnswer(() => this.parkFailed(deliveries[0]!, error));
    }
  }

  private inOneTransaction(deliveries: Delivery[]): Promise<void> {
    return runBatch(
      this.ground,
      { contract: this.contract, consumer: this.consumer, handler: this.handler },
      deliveries.map(({ message }) => message),
      (tx) => receive(tx, { ...this.proof(deliveries), deliveries }),
    );
  }

  private async parkFailed(delivery: Delivery, error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    this.logger.warn({ messageId: delivery.message.id, traceId: delivery.message.traceId, error }, 'parked');
    await runBatch(
      this.ground,
      { contract: this.contract, consumer: this.consumer, handler: async () => undefined },
      [delivery.message],
      async (tx) => {
        const ready = await receive(tx, { ...this.proof([delivery]), deliveries: [delivery] });
        if (ready.length > 0) {
          await park(tx, this.consumer, [delivery], {
            attempts: 1,
            error: reason,
            retryInMs: RETRY_DELAYS_MS[0]!,
          });
        }
        return [];
      },
    );
  }

  private async giveUpMalformed(raw: Raw, error: MalformedMessage): Promise<void> {
    this.logger.error(
      { subject: raw.msg.subject, sequence: raw.msg.seq, reason: error.message },
      'malformed message',
    );
    await this.ground.database.transaction([], (tx) =>
      giveUp(tx, {
        consumer: this.consumer,
        partition: raw.partition,
        messageId: uuidV5(`${raw.msg.info.stream} ${raw.msg.seq}`, MALFORMED_NAMESPACE),
        eventType: this.contract.type,
        accountId: null,
        traceId: error.traceId,
        reason: `malformed: ${error.message}`,
        attempts: 1,
        payload: raw.msg.string().slice(0, 1_000_000),
        keys: [],
      }),
    );
  }

  private proof(deliveries: readonly Delivery[]): { consumer: string; replicaId: string; leases: Lease[] } {
    const partitions = [...new Set(deliveries.map((delivery) => delivery.partition))];
    return {
      consumer: this.consumer,
      replicaId: this.ground.replicaId,
      leases: partitions.map((partition) => ({ partition, epoch: this.epochs.get(partition) ?? -1 })),
    };
  }

  /** Waits and tries again while Postgres is away; only what the work itself did wrong comes out. */
  private async untilDependenciesAnswer(work: () => Promise<void>): Promise<void> {
    for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Fenced || this.stopping) throw error;
        if (!isDependencyFailure(error) && (await this.postgresAnswers())) throw error;
        this.logger.warn({ error }, 'a dependency is away; the batch waits');
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  private async postgresAnswers(): Promise<boolean> {
    try {
      await this.ground.database.ping();
      return true;
    } catch {
      return false;
    }
  }

  private retryParked(): Promise<void> {
    const leases = [...this.epochs].map(([partition, epoch]) => ({ partition, epoch }));
    if (leases.length === 0) return Promise.resolve();
    return retryParked(
      this.ground,
      { contract: this.contract, consumer: this.consumer, handler: this.handler },
      { replicaId: this.ground.replicaId, leases },
    ).catch((error: unknown) => {
      if (!isDependencyFailure(error)) this.logger.error({ error }, 'parked messages could not be looked at');
    });
  }
}
