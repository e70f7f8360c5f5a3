import { Logger } from '@nestjs/common';
import { type Clock, type Database, type Tx, WakeablePause } from '@souk/service';
import type { InHand } from '../in-hand.ts';
import type { Attempts } from './attempts.ts';
import { type Claimed, type DeliveryStore, type Placed, seeAccountsOf, type Turn } from './delivery.store.ts';
import type { Carrier } from './carrier.ts';
import { leavesAt, nextPlaceAt } from './pace.ts';
import type { PaceStore } from './pace.store.ts';
import { type Ring, Rounds } from './rounds.ts';
import type { Speaking } from '../speaking/speaking.ts';

export interface LaneParts {
  database: Database;
  clock: Clock;
  store: DeliveryStore;
  inHand: InHand;
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
/** Channels that are asked for each place there is, within bounds: with few places few are looked at. */
const CHANNELS_FOR_A_PLACE = 16;
const CHANNELS_AT_LEAST = 64;
const CHANNELS_AT_MOST = 500;
const ERROR_PAUSE_MS = 1_000;
const SHORTEST_PAUSE_MS = 10;
/** Of the deliveries that may be under way, those that a crowd leaves to others: however slow its receivers are. */
const SHARE_OF_OTHERS = 1 / 8;

/** A delivery that was taken from the queue. */
interface Taken {
  deliveryId: string;
  accountId: string;
  channelId: string;
  isCrowd: boolean;
}

/** What came of asking one page of channels. */
interface Claim {
  claimed: Placed[];
  /** The pace has no place before then. */
  restMs?: number;
  /** Nothing until an attempt has ended or something new is due: a crowd waits, and has taken all that it may. */
  isCrowdFull?: boolean;
}

/** Takes due deliveries of one kind and performs them, a bounded number at once. */
export class DeliveryLane {
  private readonly logger = new Logger('delivery');
  /** Attempts under way, by channel. */
  private readonly underWay = new Map<string, number>();
  private readonly tasks = new Set<Promise<void>>();
  private readonly rounds = new Rounds();
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
      if (this.rounds.isBeginning) this.pause.look();
      else if (this.crowdRoom <= 0 && this.rounds.areOthersBeginning) this.lookMidway();
      try {
        if (this.room <= 0) {
          await this.rest(this.parts.pollMs, () => this.room <= 0);
          continue;
        }
        const { claimed, restMs, isCrowdFull } = await this.claim();
        for (const delivery of claimed) this.perform(delivery);
        if (claimed.length > 0) this.rounds.again();
        if (restMs !== undefined) await this.rest(restMs);
        else if (isCrowdFull) await this.waitForRoom();
        // Only a whole round without anything to do says that there is nothing.
        else if (this.rounds.isOver && !this.rounds.restart()) await this.pause.wait(await this.pauseMs());
      } catch (error) {
        this.logger.warn({ error, lane: this.carrier.type }, 'deliveries cannot be taken; they wait');
        await this.pause.wait(ERROR_PAUSE_MS);
      }
    }
  }

  /** How many more may be under way. */
  private get room(): number {
    return this.atOnce - this.tasks.size;
  }

  /** How many more of a crowd may be. */
  private get crowdRoom(): number {
    const ofOthers = this.atOnce > 1 ? Math.ceil(this.atOnce * SHARE_OF_OTHERS) : 0;
    return this.room - ofOthers;
  }

  /** A crowd waits for an attempt to end, and nothing of all others is due. */
  private get isCrowdFull(): boolean {
    return this.crowdRoom <= 0 && this.rounds.areOthersOver;
  }

  private get atOnce(): number {
    return Math.max(this.parts.concurrency, this.carrier.pace.whole?.underWay ?? 0);
  }

  /** What is wanted from now on is waited for; what was wanted so far is found by one more round. */
  private lookMidway(): void {
    this.rounds.again();
    this.pause.look();
  }

  /** Waits in the midst of a round; what wakes it may concern a channel that the round has passed. */
  private async rest(ms: number, isStillFull: () => boolean = () => true): Promise<void> {
    this.lookMidway();
    if (isStillFull()) await this.pause.wait(Math.max(SHORTEST_PAUSE_MS, ms));
  }

  /** Until an attempt has ended or something is due; then all others are asked once more, and the crowd goes on. */
  private async waitForRoom(): Promise<void> {
    await this.pause.wait(await this.pauseMs());
    this.rounds.restartOthers();
  }

  /** Takes as many due deliveries as there is room for, and notes that their attempts begin. */
  private async claim(): Promise<Claim> {
    const { database, clock, store, pace, speaking } = this.parts;
    const { type: lane, pace: rules } = this.carrier;
    return database.transaction([], async (tx) => {
      const now = clock.now();
      const { places, freeAt } = await pace.places(tx, rules, now);
      const limit = Math.min(this.room, places);
      if (limit < 1) return { claimed: [], restMs: nextPlaceAt(rules, freeAt).getTime() - now.getTime() };
      // Only who has a place uses up a turn; what one ring leaves of the places is the other's.
      const ring = this.rounds.next();
      const taken = await this.take(tx, ring, { limit, now, beside: [] });
      const left = limit - taken.length;
      if (left > 0)
        taken.push(...(await this.take(tx, this.rounds.other(ring), { limit: left, now, beside: taken })));
      if (taken.length === 0) return { claimed: [], isCrowdFull: this.isCrowdFull };
      await seeAccountsOf(tx, taken);
      const ids = taken.map((delivery) => delivery.deliveryId);
      const admitted = await speaking.admit(tx, lane, ids, now);
      // What was put off, or has ended, leaves its place to others at once.
      if (admitted.length < taken.length) this.rounds.again();
      if (admitted.length === 0) return { claimed: [] };
      const claimed = await store.begin(tx, admitted);
      const used = claimed.map((delivery) => delivery.channelId);
      await pace.count(tx, rules, used, freeAt, now);
      const crowd = new Set(taken.filter((one) => one.isCrowd).map((one) => one.deliveryId));
      // Messages of a crowd are made ahead of their times; what comes beside them leaves before them.
      const timeOf = ({ id }: Claimed, place: number): Date =>
        crowd.has(id) ? leavesAt(rules, freeAt, now, place) : now;
      return {
        claimed: claimed.map((delivery, place) => ({ ...delivery, leavesAt: timeOf(delivery, place) })),
      };
    });
  }

  /** The next due deliveries of a ring, beside those that were taken of the other one. */
  private async take(
    tx: Tx,
    ring: Ring,
    { limit: places, now, beside }: { limit: number; now: Date; beside: readonly Taken[] },
  ): Promise<Taken[]> {
    const limit = ring.isCrowd ? Math.min(places, this.crowdRoom - beside.length) : places;
    // It keeps its place in its round.
    if (limit < 1) return [];
    const turns = (await this.turnsOf(tx, ring, limit))
      .map((turn) => ({ ...turn, places: turn.places - countOf(turn.channelId, beside) }))
      .filter((turn) => turn.places > 0);
    if (turns.length === 0) return [];
    const { isCrowd } = ring;
    const options = { isCrowd, limit, now, lease: this.parts.inHand.lease(now, LEASE_MS) };
    const taken = await this.parts.store.claim(tx, this.carrier.type, turns, options);
    return taken.map((one) => ({ ...one, isCrowd }));
  }

  /** The next channels of a ring that may be used, with the places that each of them has. */
  private async turnsOf(tx: Tx, ring: Ring, places: number): Promise<Turn[]> {
    const { type: lane, pace } = this.carrier;
    const wanted = places * CHANNELS_FOR_A_PLACE;
    const limit = Math.min(CHANNELS_AT_MOST, Math.max(CHANNELS_AT_LEAST, wanted));
    const channels = await this.parts.store.channelsAfter(tx, lane, ring, limit);
    this.rounds.advance(ring, channels.length < limit ? undefined : channels.at(-1)!.channelId);
    return channels.map((channel) => ({
      ...channel,
      places: pace.perChannel - (this.underWay.get(channel.channelId) ?? 0),
    }));
  }

  private perform(delivery: Placed): void {
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

const countOf = (channelId: string, taken: readonly Taken[]): number =>
  taken.filter((one) => one.channelId === channelId).length;
