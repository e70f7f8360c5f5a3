import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { SCORING_CONFIG, type ScoringConfig } from './config.ts';
import type { OfferHistory } from './offer-history.ts';

/** What an entry costs beside its runs, in runs. */
const ENTRY_OVERHEAD = 40;

/**
 * Histories of the offers seen last. A batch takes those it needs out, works on them, and puts them back after its
 * commit: what was rolled back is simply gone and will be loaded again, so that nothing uncommitted is ever found
 * here.
 */
@Injectable()
export class HistoryMemory {
  private readonly histories: LRUCache<string, OfferHistory>;

  constructor(@Inject(SCORING_CONFIG) config: ScoringConfig) {
    this.histories = new LRUCache({
      max: config.SOUK_HISTORY_CACHE_OFFERS,
      maxSize: config.SOUK_HISTORY_CACHE_RUNS,
      sizeCalculation: (history) => history.size + ENTRY_OVERHEAD,
    });
  }

  take(offerId: string): OfferHistory | undefined {
    const history = this.histories.get(offerId);
    if (history) this.histories.delete(offerId);
    return history;
  }

  /** To be called after the commit only. */
  keep(offerId: string, history: OfferHistory): void {
    history.trim();
    this.histories.set(offerId, history);
  }

  get entries(): number {
    return this.histories.size;
  }

  forget(offerIds: readonly string[]): void {
    for (const offerId of offerIds) this.histories.delete(offerId);
  }

  forgetAll(): void {
    this.histories.clear();
  }
}
