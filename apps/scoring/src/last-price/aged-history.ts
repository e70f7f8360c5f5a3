import { Injectable, Logger } from '@nestjs/common';
import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { Clock, Database, isDependencyFailure, type Tx } from '@souk/service';
import { placeOf, slicePoints } from '../chunks/point-columns.ts';
import { DAY_MS } from '../day.ts';
import { HistoryClosingStore } from '../history-closing.store.ts';
import { HistoryMemory } from '../history-memory.ts';
import type { AcceptedMessage } from '../incoming-price.ts';
import { AgedHistoryStore, type ToldLifetime } from './aged-history.store.ts';

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
  /** By source, of the messages since it was last saved the one that was collected last. */
  private readonly unsaved = new Map<string, ToldLifetime>();

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
      const { source, policy, collectedAt: toldAt } = data;
      if (accountId !== OPERATOR_ACCOUNT_ID || !policy) continue;
      const before = this.unsaved.get(source);
      if (before && Date.parse(before.toldAt) > Date.parse(toldAt)) continue;
      const days = policy.mayStoreHistory ? (policy.historyLifetimeDays ?? null) : null;
      this.unsaved.set(source, { source, days, toldAt });
    }
  }

  /** Of every source that was not looked through for an hour, in slices, until its last offer or the service stops. */
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
    const told = [...this.unsaved.values()];
    await this.database.transaction([OPERATOR_ACCOUNT_ID], (tx) => this.store.saveLifetimes(tx, told));
    for (const one of told) if (this.unsaved.get(one.source) === one) this.unsaved.delete(one.source);
  }

  /** False where the service stops before the last offer. */
  private async deleteOf(source: string, olderThan: Date, signal: AbortSignal): Promise<boolean> {
    for (let after = FIRST_ID; !signal.aborted;) {
      const looked = await this.database.read([OPERATOR_ACCOUNT_ID], (tx) =>
        this.store.offers(tx, source, olderThan, after, OFFERS_LOOKED_AT),
      );
      if (looked.length === 0) return true;
      after = looked.at(-1)!.offerId;
      const aged = looked.filter(({ isAged }) => isAged).map(({ offerId }) => offerId);
      for (let from = 0; from < aged.length && !signal.aborted; from += OFFERS_AT_ONCE) {
        await this.deleteSlice(source, olderThan, aged.slice(from, from + OFFERS_AT_ONCE));
      }
    }
    return false;
  }

  /**
   * Offers that somebody else is at work on, or that cannot be read, hold up no others and are left to the next hour: for
   * the sake of one all offers of the source would be looked at again each time.
   */
  private async deleteSlice(source: string, olderThan: Date, offerIds: readonly string[]): Promise<void> {
    try {
      const locked = await this.database.transaction([OPERATOR_ACCOUNT_ID], async (tx) => {
        const ids = await this.store.lock(tx, offerIds);
        await this.splitChunks(tx, ids, olderThan);
        await this.store.forget(tx, source, olderThan, ids);
        return ids;
      });
      this.memory.forget(locked);
    } catch (error) {
      if (isDependencyFailure(error)) throw error;
      if (offerIds.length > 1)
        for (const offerId of offerIds) await this.deleteSlice(source, olderThan, [offerId]);
      else
        this.logger.warn(
          { offerId: offerIds[0], error: String(error) },
          'cannot delete old prices of an offer; tried again in an hour',
        );
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
