import { LRUCache } from 'lru-cache';
import type { Source } from '../source-registry.ts';
import type { LookedUp } from './look-up-queue.ts';

/** Nobody is told anything older than this from memory. */
const MAX_AGE_MS = 3_600_000;

/** What was looked up lately, for those who are content with it; never longer than the source's policy allows. */
export class RecentLookUps {
  private readonly known = new LRUCache<string, { looked: LookedUp; atMs: number }>({ max: 10_000 });

  keep(source: Source, looked: LookedUp): void {
    if (looked.problem || looked.fetchedAt === null) return;
    this.known.set(keyOf(source, looked.product), { looked, atMs: Date.parse(looked.fetchedAt) });
  }

  get(source: Source, product: string, now: Date, maxAgeMs: number): LookedUp | undefined {
    const key = keyOf(source, product);
    const found = this.known.get(key);
    if (!found) return undefined;
    const ageMs = now.getTime() - found.atMs;
    if (ageMs > Math.min(MAX_AGE_MS, source.policy.cacheLifetimeMs ?? MAX_AGE_MS)) {
      this.known.delete(key);
      return undefined;
    }
    return maxAgeMs > 0 && ageMs <= maxAgeMs ? { ...found.looked, isCached: true } : undefined;
  }
}

const keyOf = (source: Source, product: string): string => `${source.name}\n${product}`;
