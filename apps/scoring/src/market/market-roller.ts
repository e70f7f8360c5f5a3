import { setImmediate as breath, setTimeout as rest } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Clock, Database, isDependencyFailure, RepeatedWork } from '@souk/service';
import { LRUCache } from 'lru-cache';
import { HistoryReader } from '../chunks/history-reader.ts';
import { SCORING_CONFIG, type ScoringConfig } from '../config.ts';
import { type DueOffer, RollUpStore, type StoredBlock, type StoredEvent } from './roll-up.store.ts';
import { rollUp } from './roll-up.ts';
import { blockOf, encodeBlock } from './week-block.ts';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const OFFERS_LOOKED_AT = 5_000;
/** One transaction: some 20 ms, read and computed in stretches of a few, with answers given in between. */
const POINTS_AT_ONCE = 8_000;
const OFFERS_AT_ONCE = 100;
const FAILING_REMEMBERED = 10_000;

/**
 * Rolls up the histories that have grown, offer by offer, for all accounts, each as itself. Appending prices knows
 * nothing of it. An offer's whole history is read again, since late prices may change any week of it. Reports may be
 * late and answers may not: half of the time the roller rests.
 */
@Injectable()
export class MarketRoller implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('market');
  private readonly repeated: RepeatedWork;
  /** Why offers cannot be rolled up, by id, so that it is told once. */
  private readonly failing = new LRUCache<string, string>({ max: FAILING_REMEMBERED });
  /** Where the next turn begins. */
  private beginAfter = FIRST_ID;

  constructor(
    private readonly database: Database,
    private readonly reader: HistoryReader,
    private readonly store: RollUpStore,
    private readonly clock: Clock,
    @Inject(SCORING_CONFIG) private readonly config: ScoringConfig,
  ) {
    this.repeated = new RepeatedWork(
      config.SOUK_MARKET_INTERVAL_MS,
      (signal) => this.rollUpAll(signal),
      (error) =>
        this.logger.warn({ error: String(error) }, 'cannot roll up histories; tried again in a moment'),
    );
  }

  onApplicationBootstrap(): void {
    this.repeated.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.repeated.stop();
  }

  /** Every offer that is due, once. */
  async rollUpAll(signal: AbortSignal): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.config.SOUK_MARKET_REFRESH_MS);
    let after = this.beginAfter;
    this.beginAfter = FIRST_ID;
    while (!signal.aborted) {
      const looked = await this.database.read([], (tx) =>
        this.store.due(tx, after, before, OFFERS_LOOKED_AT),
      );
      if (looked.length === 0) return;
      after = looked.at(-1)!.offerId;
      for (const slice of slicesOf(looked.filter(({ isDue }) => isDue))) {
        const beganMs = performance.now();
        if (signal.aborted || !(await this.rollUpSlice(slice))) return;
        await rest(performance.now() - beganMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Without those that cannot be rolled up, which stay due. False while another process is at it. */
  private async rollUpSlice(offers: readonly DueOffer[]): Promise<boolean> {
    try {
      const isDone = await this.rollUpTogether(offers);
      if (isDone) for (const { offerId } of offers) this.failing.delete(offerId);
      return isDone;
    } catch (error) {
      if (offers.length === 1) this.leaveOut(offers[0]!, error);
      else for (const offer of offers) if (!(await this.rollUpSlice([offer]))) return false;
      return true;
    }
  }

  /** Where the database may be away the turn ends, and the next one begins behind the offer. */
  private leaveOut({ offerId }: DueOffer, error: unknown): void {
    if (isDependencyFailure(error)) {
      this.beginAfter = offerId;
      throw new Error(`at offer ${offerId}: ${String(error)}`, { cause: error });
    }
    const reason = String(error);
    if (this.failing.get(offerId) !== reason)
      this.logger.warn(
        { offerId, error: reason },
        'cannot roll up the history of an offer; tried again each time',
      );
    this.failing.set(offerId, reason);
  }

  private rollUpTogether(offers: readonly DueOffer[]): Promise<boolean> {
    const accounts = offers.map(({ accountId }) => accountId);
    return this.database.transaction(accounts, async (tx) => {
      if (!(await this.store.lock(tx))) return false;
      const ids = offers.map(({ offerId }) => offerId);
      const present = await this.store.present(tx, ids);
      const accountOf = new Map(offers.map(({ offerId, accountId }) => [offerId, accountId]));
      const blocks: StoredBlock[] = [];
      const events: StoredEvent[] = [];
      for (const { offerId, currency, ...history } of await this.reader.points(tx, [...present])) {
        const place = { accountId: accountOf.get(offerId)!, offerId, currency };
        await breath();
        const rolledUp = rollUp(history);
        for (const block of new Set([...rolledUp.weeks.keys()].map(blockOf))) {
          blocks.push({ ...place, block, weeks: encodeBlock(rolledUp.weeks, block) });
        }
        events.push(...rolledUp.events.map((event) => ({ ...event, ...place })));
      }
      await this.store.saveBlocks(tx, [...present], blocks);
      await this.store.saveEvents(tx, [...present], events);
      const done = offers.filter(({ offerId }) => present.has(offerId));
      await this.store.noteRolledUp(tx, done, this.clock.now());
      return true;
    });
  }
}

function* slicesOf(offers: readonly DueOffer[]): Generator<DueOffer[]> {
  let slice: DueOffer[] = [];
  let points = 0;
  for (const offer of offers) {
    if (slice.length > 0 && (slice.length === OFFERS_AT_ONCE || points + offer.points > POINTS_AT_ONCE)) {
      yield slice;
      slice = [];
      points = 0;
    }
    slice.push(offer);
    points += offer.points;
  }
  if (slice.length > 0) yield slice;
}
