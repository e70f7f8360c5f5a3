import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { Listings } from './listings.ts';
import type { StoredWatch } from './stored-watch.ts';
import { WatchWriter } from './watch-writer.ts';

/** Binds watches by words to the listings that are there already. */
@Injectable()
export class WatchBinder {
  constructor(
    private readonly bus: Bus,
    private readonly listings: Listings,
    private readonly writer: WatchWriter,
  ) {}

  /**
   * Called once the watches are stored: what appears after that is bound by its news, and what appeared before is
   * found. Remote calls: never within a transaction.
   */
  async bindFound(watches: readonly StoredWatch[]): Promise<void> {
    for (const { id, accountId, target, paused } of watches) {
      if (target?.kind !== 'query' || paused) continue;
      const found = await this.listings.withWords(accountId, target.text, target.source);
      await this.bus.transaction([accountId], (unit) => this.writer.bindFound(unit, id, found));
    }
  }
}
