import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { ACK_WAIT_MS, consumerOf, type EventContract, type ServiceName } from '@souk/contracts';
import { Fenced } from './batch.ts';
import type { BatchGround, BatchHandler } from './batch-runner.ts';
import { type Broker, durableConsumer } from './durable-consumer.ts';
import { HandOver } from './hand-over.ts';
import type { Delivery } from './inbox.ts';
import { MalformedMessage, type Message, readMessage } from './incoming.ts';
import type { Lease, LeaseHolder } from './leases.ts';
import { type Raw, Reading } from './reading.ts';
import { isNotFound } from './streams.ts';

const MESSAGES_AT_ONCE = 100;

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
  private keepAliveTimer: NodeJS.Timeout | undefined;
  private readonly maxMessages: number;
  private readonly handOver: HandOver;
  /** All of the last batch was known: the broker delivers again what was handled long ago. */
  private isReplayed = false;

  constructor(
    private readonly service: ServiceName,
    readonly contract: EventContract,
    handler: BatchHandler,
    private readonly ground: BatchGround & Broker & { replicaId: string; deliverTwice: boolean },
    options: SubscriptionOptions = {},
  ) {
    this.consumer = consumerOf(service, contract);
    this.logger = new Logger(this.consumer);
    this.maxMessages = options.maxMessages ?? MESSAGES_AT_ONCE;
    const reader = { contract, consumer: this.consumer, handler };
    this.handOver = new HandOver(reader, ground, (partition) => this.readings.get(partition)?.epoch);
  }

  start(): void {
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
    this.handOver.stop();
    clearInterval(this.keepAliveTimer);
    this.queue.length = 0;
    // In-hand messages stay ours until they are acknowledged.
    await Promise.all([...this.readings.values()].map((reading) => reading.close()));
    await this.working;
  }

  /** Tries parked messages again that are due, between two batches; answers whether more is due at once. */
  async retryParked(): Promise<boolean> {
    let isMoreDue = false;
    await this.exclusively(async () => {
      isMoreDue = await this.handOver.retryParked([...this.readings.keys()]);
    });
    return isMoreDue;
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
      const handled = this.handle(this.inHand);
      void this.readAhead(this.inHand);
      await handled;
      if (this.ground.deliverTwice) await this.handle(this.inHand);
    } catch (error) {
      // To acknowledge what is behind the batch would acknowledge the batch with it: both are read anew.
      for (const reading of new Set(this.inHand.map((raw) => raw.reading))) await this.dropIfOurs(reading);
      if (!(error instanceof Fenced)) throw error;
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
    // A broker that lost its memory gets hours of events again, and each would be read and checked for nothing.
    const wanted = this.isReplayed ? await this.handOver.notReceived(held) : held;
    const deliveries: Delivery[] = [];
    for (const raw of wanted) {
      try {
        const { partition } = raw.reading;
        deliveries.push({ partition, message: this.read(raw) });
      } catch (error) {
        if (!(error instanceof MalformedMessage)) throw error;
        await this.handOver.giveUpMalformed(raw, error);
      }
    }
    this.isReplayed = (await this.handOver.deliver(deliveries)) === 0;
    const lastOfReading = new Map(held.map((raw) => [raw.reading, raw.msg]));
    for (const [reading, msg] of lastOfReading) if (this.isOurs(reading)) msg.ack();
  }

  /** Reads what comes next while Postgres works on the batch in hand: one message in each turn of the event loop. */
  private async readAhead(inHand: readonly Raw[]): Promise<void> {
    for (const raw of this.queue.slice(0, this.maxMessages)) {
      await turnOfTheEventLoop();
      if (this.inHand !== inHand || this.isReplayed) return;
      try {
        raw.readAhead = this.read(raw);
      } catch {
        // What is wrong with it is told when it is its turn.
      }
    }
  }

  /** Of a message that was read ahead this is the end: handed over again, it is read again. */
  private read(raw: Raw): Message {
    const message = raw.readAhead ?? readMessage(this.contract, raw.msg.string());
    raw.readAhead = undefined;
    return message;
  }
}
