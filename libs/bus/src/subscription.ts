import { Logger } from '@nestjs/common';
import { ACK_WAIT_MS, consumerOf, type EventContract, type ServiceName } from '@souk/contracts';
import { isDependencyFailure } from '@souk/service';
import { Fenced } from './batch.ts';
import { type BatchGround, type BatchHandler, runBatch } from './batch-runner.ts';
import { giveUp } from './dead-letters.ts';
import { type Broker, durableConsumer } from './durable-consumer.ts';
import { type Delivery, park, receive } from './inbox.ts';
import { MalformedMessage, readMessage } from './incoming.ts';
import type { Lease, LeaseHolder } from './leases.ts';
import { letterOfMalformed } from './malformed.ts';
import { RETRY_DELAYS_MS, retryParked } from './parking.ts';
import { type Raw, Reading } from './reading.ts';
import { isNotFound } from './streams.ts';

const MESSAGES_AT_ONCE = 100;
const PARKED_POLL_MS = 500;

export interface SubscriptionOptions {
  /** Messages handled in one transaction. */
  maxMessages?: number;
}

/**
 * A service's durable reading of one event: all partitions it holds, in batches, each in one transaction.
 * A batch that fails is tried message by message; what fails alone is parked. Nothing is acknowledged before it
 * is committed, and acknowledging a message acknowledges all before it in its partition, since order is kept.
 */
export class Subscription implements LeaseHolder {
  readonly consumer: string;
  private readonly logger: Logger;
  private readonly readings = new Map<number, Reading>();
  private lastProblem: string | undefined;
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
    private readonly ground: BatchGround & Broker & { replicaId: string; deliverTwice: boolean },
    options: SubscriptionOptions = {},
  ) {
    this.consumer = consumerOf(service, contract);
    this.logger = new Logger(this.consumer);
    this.maxMessages = options.maxMessages ?? MESSAGES_AT_ONCE;
  }

  start(): void {
    const poll = (inMs: number): void => {
      this.parkedTimer = setTimeout(() => {
        let isMoreDue = false;
        const retry = async (): Promise<void> => void (isMoreDue = await this.retryParked());
        void this.exclusively(retry).finally(() => {
          if (!this.stopping) poll(isMoreDue ? 0 : PARKED_POLL_MS);
        });
      }, inMs);
    };
    poll(PARKED_POLL_MS);
    // What waits in memory during an outage must not be delivered again meanwhile.
    this.keepAliveTimer = setInterval(() => {
      for (const { msg } of [...this.inHand, ...this.queue]) msg.working();
    }, ACK_WAIT_MS / 3);
  }

  async hold(leases: Lease[]): Promise<void> {
    const held = new Map(leases.map((lease) => [lease.partition, lease.epoch]));
    for (const { partition, epoch } of this.readings.values()) {
      if (held.get(partition) !== epoch) await this.drop(partition);
    }
    this.lastProblem = undefined;
    for (const [partition, epoch] of held) {
      if (!this.readings.has(partition) && !this.stopping) await this.open(new Reading(partition, epoch));
    }
  }

  /** Why a partition that is ours is not read, and what to do about it. */
  problem(): string | undefined {
    return this.lastProblem;
  }

  async giveUp(partition: number): Promise<void> {
    await this.drop(partition);
    await this.working;
  }

  /**
   * The connection is lost, perhaps with all that the broker knows: what it delivered so far is not acknowledged to
   * whatever comes back, and the next beat reads anew.
   */
  async disconnected(): Promise<void> {
    await Promise.all([...this.readings.keys()].map((partition) => this.drop(partition)));
  }

  /** Finishes the batch in hand and stops. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.parkedTimer);
    clearInterval(this.keepAliveTimer);
    this.queue.length = 0;
    // In-hand messages stay ours until they are acknowledged.
    await Promise.all([...this.readings.values()].map((reading) => reading.close()));
    await this.working;
  }

  /** Messages fetched and not yet handled. */
  waiting(): number {
    return this.queue.length + this.inHand.length;
  }

  private async drop(partition: number): Promise<void> {
    const reading = this.readings.get(partition);
    this.readings.delete(partition);
    for (let at = this.queue.length - 1; at >= 0; at--) {
      if (this.queue[at]!.reading === reading) this.queue.splice(at, 1);
    }
    await reading?.close();
  }

  private async open(reading: Reading): Promise<void> {
    const { partition } = reading;
    // First ours, then read: what arrives before it is known to be ours would be passed over.
    this.readings.set(partition, reading);
    try {
      const consumer = await durableConsumer(this.ground, this.service, this.contract, partition);
      await reading.open(
        consumer,
        (raw) => {
          this.queue.push(raw);
          this.pump();
        },
        () => void this.dropIfOurs(reading),
      );
    } catch (error) {
      await this.dropIfOurs(reading);
      // The next beat tries again.
      const reason = error instanceof Error ? error.message : String(error);
      this.lastProblem = isNotFound(error)
        ? `${this.consumer} has no consumer at the broker yet: the provisioner makes it`
        : `${this.consumer} cannot be read: ${reason}`;
      if (!isNotFound(error)) this.logger.warn({ partition, error }, 'partition cannot be read yet');
    }
  }

  private async dropIfOurs(reading: Reading): Promise<void> {
    if (this.isOurs(reading)) await this.drop(reading.partition);
    else await reading.close();
  }

  private isOurs(reading: Reading): boolean {
    return this.readings.get(reading.partition) === reading;
  }

  /** Batch after batch, each a turn of its own: the retry of parked messages gets its turn under any load. */
  private pump(): void {
    if (this.pumping || this.stopping || this.queue.length === 0) return;
    this.pumping = true;
    void this.exclusively(() => this.handleNext()).finally(() => {
      this.pumping = false;
      this.pump();
    });
  }

  private async handleNext(): Promise<void> {
    if (this.queue.length === 0 || this.stopping) return;
    this.inHand = this.queue.splice(0, this.maxMessages);
    try {
      await this.handle(this.inHand);
      if (this.ground.deliverTwice) await this.handle(this.inHand);
    } catch (error) {
      if (!(error instanceof Fenced)) throw error;
      for (const reading of new Set(this.inHand.map((raw) => raw.reading))) await this.dropIfOurs(reading);
    } finally {
      this.inHand = [];
    }
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
    const held = raws.filter(({ reading }) => this.isOurs(reading));
    const deliveries: Delivery[] = [];
    for (const raw of held) {
      try {
        const { partition } = raw.reading;
        deliveries.push({ partition, message: readMessage(this.contract, raw.msg.string()) });
      } catch (error) {
        if (!(error instanceof MalformedMessage)) throw error;
        await this.untilDependenciesAnswer(() => this.giveUpMalformed(raw, error));
      }
    }
    await this.deliver(deliveries);
    const lastOfReading = new Map(held.map((raw) => [raw.reading, raw.msg]));
    for (const [reading, msg] of lastOfReading) if (this.isOurs(reading)) msg.ack();
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
    const { partition } = raw.reading;
    const letter = letterOfMalformed(raw.msg, error, {
      consumer: this.consumer,
      contract: this.contract,
      partition,
    });
    await this.ground.database.transaction([], (tx) => giveUp(tx, letter));
  }

  private proof(deliveries: readonly Delivery[]): { consumer: string; replicaId: string; leases: Lease[] } {
    const partitions = [...new Set(deliveries.map((delivery) => delivery.partition))];
    return {
      consumer: this.consumer,
      replicaId: this.ground.replicaId,
      leases: partitions.map((partition) => ({
        partition,
        epoch: this.readings.get(partition)?.epoch ?? -1,
      })),
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

  /** Answers whether more is due at once. */
  private async retryParked(): Promise<boolean> {
    const leases = [...this.readings.values()].map(({ partition, epoch }) => ({ partition, epoch }));
    if (leases.length === 0 || this.stopping) return false;
    try {
      return await retryParked(
        this.ground,
        { contract: this.contract, consumer: this.consumer, handler: this.handler },
        { replicaId: this.ground.replicaId, leases },
      );
    } catch (error) {
      if (!isDependencyFailure(error)) this.logger.error({ error }, 'parked messages could not be looked at');
      return false;
    }
  }
}
