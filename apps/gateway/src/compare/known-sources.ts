import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { ListSources, Refusal, type SourceState } from '@souk/contracts';
import { LRUCache } from 'lru-cache';

const KEPT_MS = 60_000;
const WITHIN_MS = 2_000;

/** What the operator's sources say of themselves, asked once a minute. */
@Injectable()
export class KnownSources {
  private readonly kept = new LRUCache<'all', readonly SourceState[]>({ max: 1, ttl: KEPT_MS });

  constructor(private readonly bus: Bus) {}

  /** None when nobody could say; that is not kept. */
  async all(): Promise<readonly SourceState[]> {
    const known = this.kept.get('all');
    if (known) return known;
    try {
      const { sources } = await this.bus.ask(ListSources, {}, { deadlineMs: WITHIN_MS });
      this.kept.set('all', sources);
      return sources;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return [];
    }
  }
}
