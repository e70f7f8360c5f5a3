import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';
import { LRUCache } from 'lru-cache';
import { type ListingContext, NOTHING_KNOWN } from '../deal-context.ts';
import { ContextStore } from './context.store.ts';

const LISTINGS_AT_MOST = 100_000;
/** News of a listing reach another process only when its partition has just moved: it is asked for again after this. */
const REMEMBERED_MS = 60_000;

/**
 * Remembers listings without reviews and links, as most are, so that not every price asks for them again. Of all
 * others what is known is read each time: it changes with the prices of other sources.
 */
@Injectable()
export class PlainListings {
  private readonly plain = new LRUCache<string, true>({ max: LISTINGS_AT_MOST, ttl: REMEMBERED_MS });
  private news = 0;

  constructor(private readonly store: ContextStore) {}

  /** What is known of these listings as of the transaction; at most one statement. */
  async of(tx: Tx, productIds: readonly string[]): Promise<(productId: string) => ListingContext> {
    const wanted = productIds.filter((productId) => !this.plain.has(productId));
    if (wanted.length === 0) return () => NOTHING_KNOWN;
    const newsBefore = this.news;
    const contextOf = await this.store.of(tx, wanted);
    // What was read may be older than news that were committed meanwhile.
    if (this.news === newsBefore)
      for (const productId of wanted)
        if (contextOf(productId) === NOTHING_KNOWN) this.plain.set(productId, true);
    return contextOf;
  }

  /** To be called after the commit of news of these listings. */
  forget(productIds: readonly string[]): void {
    this.news += 1;
    for (const productId of productIds) this.plain.delete(productId);
  }
}
