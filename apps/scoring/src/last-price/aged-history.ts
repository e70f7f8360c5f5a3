import { Injectable, Logger } from '@nestjs/common';
import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { Clock, Database, isDependencyFailure, type Tx } from '@souk/service';
import { placeOf, slicePoints } from '../chunks/point-columns.ts';
import { DAY_MS } from '../day.ts';
import { HistoryClosingStore } from '../history-closing.store.ts';
import { HistoryMemory } from '../history-memory.ts';
import type { AcceptedMessage } from '../incoming-price.ts';
import { AgedHistoryStore } from './aged-history.store.ts';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
/** Each look writes the oldest chunk of almost every offer again: as often as points come would be too often. */
const LOOK_EVERY_MS = 3_600_000;
const OFFERS_LOOKED_AT = 5_000;
const OFFERS_AT_ONCE = 50;

/**
 * Sources that let their history be kept for so many days: what is older is deleted, but for the present price of each
 * offer, which the next one is compared with. Only the operator's prices have a policy. Lifetimes are written down: a
 * source that is silent, or that nobody reads any more, ages all the same.
 */
@Injectable()
export class AgedHistory {
  private readonly logger = new Logger('aged');
  /** Days by source, as messages told them last; null: for good. */
  private readonly told = new Map<string, number | null>();
  private readonly unsaved = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: AgedHistoryStore,
    private readonly closing: HistoryClosingStore,
    private readonly memory: HistoryMemory,
  ) {}

  /** To be called after the commit, with all messages of a batch. What the operator posts says nothing of its source. */
  note(messages: readonly AcceptedMessage[]): void {
    for (const { accountId, data } of messages) {
      const { source, policy } = data;
      if (accountId !== OPERATOR_ACCOUNT_ID || !policy) continue;
      const days = policy.mayStoreHistory ? (policy.historyLifetimeDays ?? null) : null;
      if (this.told.get(source) === days) continue;
      this.told.set(source, days);
      this.unsaved.add(source);
    }
  }

  /** Of every source that is due, in slices, until nothing is left or the service stops. */
  async deleteAged(signal: AbortSignal): Promise<void> {
    await this.saveLifetimes();
    const now = this.clock.now();
    const due = await this.database.read([OPERATOR_ACCOUNT_ID], (tx) =>
      this.store.due(tx, new Date(now.getTime() - LOOK_EVERY_MS)),
    );
    for (const lifetime of due) {
      const olderThan = new Date(now.getTime() - lifetime.days * DAY_MS);
      if (!(await this.deleteOf(lifetime.source, olderThan, signal))) continue;
      await this.database.transaction([OPERATOR_ACCOUNT_ID], async (tx) => {
        await this.store.forgetHeld(tx, lifetime.source, olderThan);
        await this.store.noteLookedThrough(tx, lifetime, now);
      });
    }
  }

  private async saveLifetimes(): Promise<void> {
    if (this.unsaved.size === 0) return;
    const told = [...this.unsaved].map((source) => ({ source, days: this.told.get(source)! }));
    this.unsaved.clear();
    try {
      await this.database.transaction([OPERATOR_ACCOUNT_ID], (tx) => this.store.saveLifetimes(tx, told));
    } catch (error) {
      for (const { source } of told) this.unsaved.add(source);
      throw error;
    }
  }

  /** False where something is left for the next turn. */
  private async deleteOf(source: string, olderThan: Date, signal: AbortSignal): Promise<boolean> {
    let isDone = true;
    for (let after = FIRST_ID; !signal.aborted;) {
      const looked = await this.database.read([OPERATOR_ACCOUNT_ID], (tx) =>
        this.store.offers(tx, source, olderThan, after, OFFERS_LOOKED_AT),
      );
      if (looked.length === 0) return isDone;
      after = looked.at(-1)!.offerId;
      const aged = looked.filter(({ isAged }) => isAged).map(({ offerId }) => offerId);
      for (let from = 0; from < aged.length && !signal.aborted; from += OFFERS_AT_ONCE) {
        const slice = aged.slice(from, from + OFFERS_AT_ONCE);
        isDone = (await this.deleteSlice(source, olderThan, slice)) && isDone;
      }
    }
    return false;
  }

  /** False where somebody else was at work on an offer. One that cannot be read must not hold up the others. */
  private async deleteSlice(source: string, olderThan: Date, offerIds: readonly string[]): Promise<boolean> {
    try {
      const done = await this.database.transaction([OPERATOR_ACCOUNT_ID], async (tx) => {
        const locked = await this.store.lock(tx, offerIds);
        await this.splitChunks(tx, locked, olderThan);
        await this.store.forget(tx, source, olderThan, locked);
        return locked;
      });
      this.memory.forget(done);
      return done.length === offerIds.length;
    } catch (error) {
      if (isDependencyFailure(error)) throw error;
      if (offerIds.length === 1) {
        this.logger.warn(
          { offerId: offerIds[0], error: String(error) },
          'cannot delete old prices of an offer; tried again in an hour',
        );
        return true;
      }
      let isDone = true;
      for (const offerId of offerIds)
        isDone = (await this.deleteSlice(source, olderThan, [offerId])) && isDone;
      return isDone;
    }
  }

  /** So that every chunk is older than the instant as a whole, or not at all. The database sees to it that no point is lost. */
  private async splitChunks(tx: Tx, offerIds: readonly string[], instant: Date): Promise<void> {
    const chunks = await this.store.straddling(tx, offerIds, instant);
    if (chunks.length === 0) return;
    const halves = chunks.flatMap(({ offerId, currency, points }) => {
      const { length } = points.atMs;
      const place = placeOf(points.atMs, instant.getTime());
      return [slicePoints(points, 0, place), slicePoints(points, place, length)].map((half) => ({
        offerId,
        currency,
        points: half,
      }));
    });
    await this.closing.close(tx, new Map(), chunks, halves);
  }
}
