import { Logger } from '@nestjs/common';
import { isDependencyFailure, tookTooLong } from '@souk/service';
import { validate as isUuid } from 'uuid';
import { Fenced } from './batch.ts';
import { type BatchGround, type Reader, runBatch } from './batch-runner.ts';
import { MESSAGE_ID } from './confirmed-publish.ts';
import { giveUp } from './dead-letters.ts';
import { type Delivery, park, receive, receivedBefore } from './inbox.ts';
import type { MalformedMessage } from './incoming.ts';
import type { Lease } from './leases.ts';
import { letterOfMalformed } from './malformed.ts';
import { retryDelayMs, retryParked } from './parking.ts';
import type { Raw } from './reading.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** What takes too long so many times in a row is tried in smaller parts, each once more, and what still does is parked. */
const TIMEOUTS_AT_MOST = 2;

/**
 * Hands messages to a subscription's handler: all of a batch in one transaction, if that fails one by one; what fails
 * alone is parked. While Postgres is away it waits, and nothing is held against a message.
 */
export class HandOver {
  private readonly logger: Logger;
  private stopping = false;

  /** `epochOf` answers under which lease a partition is ours now; undefined when it is not. */
  constructor(
    private readonly reader: Reader,
    private readonly ground: BatchGround & { replicaId: string },
    private readonly epochOf: (partition: number) => number | undefined,
  ) {
    this.logger = new Logger(reader.consumer);
  }

  /** What is under way fails now instead of waiting for a dependency. */
  stop(): void {
    this.stopping = true;
  }

  /**
   * Those that were not received before, as the id says that they were published under: unread, and so cheap. Never
   * throws: what cannot be looked up is not known to be received.
   */
  async notReceived(raws: readonly Raw[]): Promise<readonly Raw[]> {
    const ids = raws.map(({ msg }) => msg.headers?.get(MESSAGE_ID) ?? '');
    const inQuestion = ids.filter((id) => isUuid(id));
    try {
      const known = await receivedBefore(this.ground.database, this.reader.consumer, inQuestion);
      return raws.filter((_, place) => !known.has(ids[place]!));
    } catch {
      return raws;
    }
  }

  /**
   * Returns when every message was handled, or set aside: how many had not been received before.
   * @throws Fenced when a partition is another replica's by now
   */
  async deliver(deliveries: readonly Delivery[], timeoutsAtMost = TIMEOUTS_AT_MOST): Promise<number> {
    if (deliveries.length === 0) return 0;
    try {
      return await this.untilDependenciesAnswer(() => this.inOneTransaction(deliveries), timeoutsAtMost);
    } catch (error) {
      if (error instanceof Fenced || this.stopping) throw error;
      if (deliveries.length > 1) {
        let received = 0;
        const triesLeft = tookTooLong(error) ? 1 : timeoutsAtMost;
        for (const delivery of deliveries) received += await this.deliver([delivery], triesLeft);
        return received;
      }
      await this.untilDependenciesAnswer(() => this.parkFailed(deliveries[0]!, error));
      return 1;
    }
  }

  /** Puts what cannot be read among the dead letters. */
  async giveUpMalformed({ msg, reading: { partition } }: Raw, error: MalformedMessage): Promise<void> {
    const { contract, consumer } = this.reader;
    this.logger.error(
      { subject: msg.subject, sequence: msg.seq, reason: error.message },
      'malformed message',
    );
    const letter = letterOfMalformed(msg, error, { consumer, contract, partition });
    await this.untilDependenciesAnswer(() =>
      this.ground.database.transaction([], (tx) => giveUp(tx, letter)),
    );
  }

  /** Tries what is parked of these partitions again; answers whether more is due at once. */
  async retryParked(partitions: readonly number[]): Promise<boolean> {
    const leases = this.leasesOf(partitions);
    if (leases.length === 0 || this.stopping) return false;
    try {
      return await retryParked(this.ground, this.reader, { replicaId: this.ground.replicaId, leases });
    } catch (error) {
      if (!isDependencyFailure(error)) this.logger.error({ error }, 'parked messages could not be looked at');
      return false;
    }
  }

  private inOneTransaction(deliveries: readonly Delivery[]): Promise<number> {
    return runBatch(
      this.ground,
      this.reader,
      deliveries.map(({ message }) => message),
      (tx) => receive(tx, { ...this.proof(deliveries), deliveries }),
    );
  }

  private async parkFailed(delivery: Delivery, error: unknown): Promise<void> {
    const { message } = delivery;
    const reason = error instanceof Error ? error.message : String(error);
    this.logger.warn({ messageId: message.id, traceId: message.traceId, error }, 'parked');
    const nothing = { ...this.reader, handler: async () => undefined };
    await runBatch(this.ground, nothing, [message], async (tx) => {
      const ready = await receive(tx, { ...this.proof([delivery]), deliveries: [delivery] });
      const state = { attempts: 1, error: reason, retryInMs: retryDelayMs(1, error) };
      if (ready.length > 0) await park(tx, this.reader.consumer, [delivery], state);
      return [];
    });
  }

  private proof(deliveries: readonly Delivery[]): { consumer: string; replicaId: string; leases: Lease[] } {
    return {
      consumer: this.reader.consumer,
      replicaId: this.ground.replicaId,
      leases: this.leasesOf(deliveries.map(({ partition }) => partition)),
    };
  }

  /** A partition that is no longer ours is claimed under a lease that never was: Postgres will refuse it. */
  private leasesOf(partitions: readonly number[]): Lease[] {
    return [...new Set(partitions)].map((partition) => ({
      partition,
      epoch: this.epochOf(partition) ?? -1,
    }));
  }

  /** Waits and tries again while Postgres is away; only what the work itself did wrong comes out. */
  private async untilDependenciesAnswer<Value>(
    work: () => Promise<Value>,
    timeoutsAtMost = Infinity,
  ): Promise<Value> {
    let timeouts = 0;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Fenced || this.stopping) throw error;
        timeouts = tookTooLong(error) ? timeouts + 1 : 0;
        if (timeouts >= timeoutsAtMost) throw error;
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
}
