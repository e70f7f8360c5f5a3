import { Logger } from '@nestjs/common';
import { type Clock, type Database, WakeablePause } from '@souk/service';
import type { Attempts } from './attempts.ts';
import { type Claimed, type DeliveryStore, seeAccountsOf } from './delivery.store.ts';
import type { Carrier } from './carrier.ts';
import type { PaceStore } from './pace.store.ts';
import type { Speaking } from '../speaking/speaking.ts';

export interface LaneParts {
  database: Database;
  clock: Clock;
  store: DeliveryStore;
  pace: PaceStore;
  speaking: Speaking;
  attempts: Attempts;
  concurrency: number;
  pollMs: number;
  /** Ends attempts under way: the process must leave. */
  breakOff: AbortSignal;
}

/** Longer than any attempt takes with the record of its outcome. */
const LEASE_MS = 60_000;
const CHANNELS_AT_ONCE = 500;
const ERROR_PAUSE_MS = 1_000;
const SHORTEST_PAUSE_MS = 10;
/** Before every channel. */
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Takes due deliveries of one kind and performs them, a bounded number at once. */
export class DeliveryLane {
  private readonly logger = new Logger('delivery');
  /** Attempts under way, by channel. */
  private readonly underWay = new Map<string, number>();
  private readonly tasks = new Set<Promise<void>>();
  /** The channels are asked by turns; this is the last one asked. */
  private cursor = FIRST;
  private claimedInRound = false;
  private readonly pause = new WakeablePause();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly carrier: Carrier,
    private readonly parts: LaneParts,
  ) {}

  start(): void {
    this.running = this.run();
  }

  wake(): void {
    this.pause.wake();
  }

  /** Takes nothing more; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.pause.stop();
    await this.running;
    await Promise.all(this.tasks);
  }

  private async run(): Promise<void> {
    while (!this.pause.isStopped) {
      // What is wanted while a round goes on may concern a channel that it has passed already.
      if (this.cursor === FIRST) this.pause.look();
      try {
        const { claimed, isRoundOver } = await this.claim();
        for (const delivery of claimed) this.perform(delivery);
        if (claimed.length > 0) this.claimedInRound = true;
        // Only a whole round without anything to do says that there is nothing.
        if (!isRoundOver || this.claimedInRound) {
          if (isRoundOver) this.claimedInRound = false;
          continue;
        }
        await this.pause.wait(await this.pauseMs());
      } catch (error) {
        this.logger.warn({ error, lane: this.carrier.type }, 'deliveries cannot be taken; they wait');
        await this.pause.wait(ERROR_PAUSE_MS);
      }
    }
  }

  /** Takes as many due deliveries as there is room for, and notes that their attempts begin. */
  private async claim(): Promise<{ claimed: Claimed[]; isRoundOver: boolean }> {
    const { database, clock, store, pace, speaking, concurrency } = this.parts;
    const { type: lane, pace: rules } = this.carrier;
    const room = concurrency - this.tasks.size;
    if (room <= 0) return { claimed: [], isRoundOver: true };
    return database.transaction([], async (tx) => {
      const now = clock.now();
      const channels = await store.channelsAfter(tx, lane, this.cursor, CHANNELS_AT_ONCE);
      const isRoundOver = channels.length < CHANNELS_AT_ONCE;
      this.cursor = isRoundOver ? FIRST : channels.at(-1)!.channelId;
      const turns = channels
        .map((channel) => ({
          ...channel,
          places: rules.perChannel - (this.underWay.get(channel.channelId) ?? 0),
        }))
        .filter((turn) => turn.places > 0);
      if (turns.length === 0) return { claimed: [], isRoundOver };
      const { places, freeAt } = await pace.places(tx, rules, now);
      const limit = Math.min(room, places);
      if (limit < 1) return { claimed: [], isRoundOver };
      const leasedUntil = new Date(now.getTime() + LEASE_MS);
      const taken = await store.claim(tx, lane, turns, { limit, now, leasedUntil });
      if (taken.length === 0) return { claimed: [], isRoundOver };
      await seeAccountsOf(tx, taken);
      const ids = taken.map((delivery) => delivery.deliveryId);
      const admitted = await speaking.admit(tx, lane, ids, now);
      // What was put off, or has ended, leaves its place to others at once.
      if (admitted.length < taken.length) this.claimedInRound = true;
      if (admitted.length === 0) return { claimed: [], isRoundOver };
      const claimed = await store.begin(tx, admitted);
      const used = claimed.map((delivery) => delivery.channelId);
      await pace.count(tx, rules, used, freeAt, now);
      return { claimed, isRoundOver };
    });
  }

  private perform(delivery: Claimed): void {
    const { channelId } = delivery;
    this.underWay.set(channelId, (this.underWay.get(channelId) ?? 0) + 1);
    const task = this.parts.attempts.perform(delivery, this.parts.breakOff).finally(() => {
      this.tasks.delete(task);
      const left = this.underWay.get(channelId)! - 1;
      if (left === 0) this.underWay.delete(channelId);
      else this.underWay.set(channelId, left);
      this.wake();
    });
    this.tasks.add(task);
  }

  private async pauseMs(): Promise<number> {
    const { database, clock, store, pollMs } = this.parts;
    const now = clock.now();
    const dueAt = await database.read([], (tx) => store.nextDueAt(tx, now));
    if (dueAt === null) return pollMs;
    return Math.min(pollMs, Math.max(SHORTEST_PAUSE_MS, dueAt.getTime() - now.getTime()));
  }
}
