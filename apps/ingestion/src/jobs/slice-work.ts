import { type LookedUpProduct, newId, Refusal } from '@souk/contracts';
import { Clock, Database, type Tx } from '@souk/service';
import { Inject, Injectable } from '@nestjs/common';
import { INGESTION_CONFIG, type IngestionConfig } from '../config.ts';
import { LookUpDesk } from '../sources/lookups/look-up-desk.ts';
import { SourceRegistry } from '../sources/source-registry.ts';
import { FNSKU_PROBLEM, type ItemOutcome, outcomeOf } from './item-outcome.ts';
import { JobHolds } from './job-holds.ts';
import {
  decideClosing,
  endPending,
  keepClaim,
  nextItems,
  nextTryInMs,
  noteClosed,
  noteHold,
  noteOutcomes,
  type PendingItem,
  readSlice,
  releaseClaim,
  settleSlice,
  type Slice,
  type SliceClaim,
} from './slice.store.ts';

/** Items of a slice that are looked up at the same time. */
const AT_ONCE = 100;
/** Holds are renewed when less than this share of their time is left. */
const RENEW_SHARE = 0.25;
const MAX_PAUSE_MS = 60_000;

/** Another process has the slice now: whatever was not written down is its to do. */
export class ClaimLost extends Error {
  override name = 'ClaimLost';
}

/** Works on one slice of a job until it is settled or has to wait. What is written down is never done again. */
@Injectable()
export class SliceWork {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly registry: SourceRegistry,
    private readonly desk: LookUpDesk,
    private readonly holds: JobHolds,
    @Inject(INGESTION_CONFIG) private readonly config: IngestionConfig,
  ) {}

  /** @throws ClaimLost, and Refusal while billing cannot be asked */
  async run(claim: SliceClaim, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const slice = await this.write(claim, (tx) => readSlice(tx, claim));
      if (!slice) return;
      if (slice.isCancelled && slice.pending > 0) {
        await this.write(claim, (tx) => endPending(tx, claim, 'cancelled', null));
        continue;
      }
      if (slice.pending === 0) return this.settle(claim, slice);
      if (!(await this.hasHold(claim, slice))) continue;
      const now = this.clock.now();
      const items = await this.write(claim, (tx) => nextItems(tx, claim, now, AT_ONCE));
      if (items.length === 0) return this.waitFor(claim, now);
      await this.lookUp(claim, slice, items, signal);
    }
    await this.write(claim, (tx) => releaseClaim(tx, claim, 0));
  }

  private async waitFor(claim: SliceClaim, now: Date): Promise<void> {
    // Not past the time to renew the hold.
    const mostMs = Math.min(MAX_PAUSE_MS, this.config.SOUK_JOB_HOLD_MS * RENEW_SHARE);
    await this.write(claim, async (tx) => {
      await releaseClaim(tx, claim, Math.min(await nextTryInMs(tx, claim, now), mostMs));
    });
  }

  /** All results in one transaction: each is charged in the moment in which it can be had. */
  private async lookUp(
    claim: SliceClaim,
    slice: Slice,
    items: readonly PendingItem[],
    signal: AbortSignal,
  ): Promise<void> {
    const givesUpAt = new Date(slice.createdAt.getTime() + this.config.SOUK_JOB_MAX_MS);
    const looked = await this.held(claim, () =>
      Promise.all(items.map((item) => this.lookUpOne(item, slice))),
    );
    const now = this.clock.now();
    const outcomes = items.map((item, index): ItemOutcome => {
      const answer = looked[index]!;
      if ('reason' in answer)
        return { line: item.line, attempts: item.attempts, state: 'failed', problem: answer };
      return outcomeOf(item, answer, { now, givesUpAt });
    });
    // What broke off because this process stops says nothing of the product.
    const told = signal.aborted ? outcomes.filter(({ state }) => state !== 'pending') : outcomes;
    if (told.length > 0) await this.write(claim, (tx) => noteOutcomes(tx, claim, told));
  }

  private async lookUpOne(
    { source: name, product, isFnsku }: PendingItem,
    { priority }: Slice,
  ): Promise<LookedUpProduct | { reason: string; detail: string }> {
    if (isFnsku) return FNSKU_PROBLEM;
    const source = this.registry.get(name);
    if (!source) return { reason: 'unknown-source', detail: `the source ${name} was taken away` };
    return this.desk.lookUp(source, product, { priority });
  }

  /** Makes sure that what is found can be paid. False: the slice has to be looked at anew. */
  private async hasHold(claim: SliceClaim, slice: Slice): Promise<boolean> {
    const { holdId, holdUntil, pending, found, captured, writtenOff } = slice;
    if (holdUntil) {
      const leftMs = holdUntil.getTime() - this.clock.now().getTime();
      if (slice.closing === null && leftMs > this.config.SOUK_JOB_HOLD_MS * RENEW_SHARE) return true;
      await this.closeHold(claim, slice);
      return false;
    }
    try {
      const credits = pending + found - captured - writtenOff;
      const until = await this.holds.reserve(claim.accountId, holdId, credits, claim.jobId);
      await this.write(claim, (tx) => noteHold(tx, claim, until));
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'payment-required') throw error;
      const problem = { reason: 'no-credits', detail: 'the credits ran out while the job waited' };
      await this.write(claim, (tx) => endPending(tx, claim, 'failed', problem));
    }
    return false;
  }

  /** Decided, done, noted: after a crash in between the same is asked for again. */
  private async closeHold(claim: SliceClaim, { holdId }: Slice): Promise<void> {
    const credits = await this.write(claim, (tx) => decideClosing(tx, claim));
    const isPaid = await this.holds.close(claim.accountId, holdId, credits);
    await this.write(claim, (tx) => noteClosed(tx, claim, { isPaid, nextHoldId: newId() }));
  }

  private async settle(claim: SliceClaim, slice: Slice): Promise<void> {
    const isOpen = slice.holdUntil !== null || slice.closing !== null;
    if (isOpen) await this.closeHold(claim, slice);
    // A hold that was asked for and not noted: given back, should it be there.
    else await this.holds.release(claim.accountId, slice.holdId);
    await this.write(claim, (tx) => settleSlice(tx, claim, this.clock.now()));
  }

  private async write<T>(claim: SliceClaim, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.database.transaction([claim.accountId], async (tx) => {
      if (!(await keepClaim(tx, claim, this.config.SOUK_JOB_CLAIM_MS))) throw new ClaimLost();
      return work(tx);
    });
  }

  /** Keeps the claim while something takes its time. */
  private async held<T>(claim: SliceClaim, work: () => Promise<T>): Promise<T> {
    const keep = (): void => void this.write(claim, async () => undefined).catch(() => undefined);
    const timer = setInterval(keep, this.config.SOUK_JOB_CLAIM_MS / 3);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }
}
