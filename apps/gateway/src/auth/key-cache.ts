import { LRUCache } from 'lru-cache';
import type { CallerKey } from '../http/request.ts';

/** A revoked key is known everywhere within 5 s, whatever fails; what checks an open stream takes the rest. */
export const KEY_LIVES_MS = 4_500;
/** From this age on a key that is used is asked for again in the background. */
export const REVALIDATE_AFTER_MS = 2_000;
/** What is open already is closed when its key was not known to be good for so long, however a question hangs. */
export const KEY_UNVERIFIED_AT_MOST_MS = 4_900;
const UNKNOWN_LIVES_MS = 1_000;
const MAX_KEYS = 50_000;

interface Entry {
  /** null: no such key. */
  key: CallerKey | null;
  /** When the question was sent that this is the answer to: the answer is at least as old. */
  askedAtMs: number;
}

export type Known = { key: CallerKey | null; isAgeing: boolean };

/** What was answered about keys, by the hash of the key, for as long as it may be relied on. */
export class KeyCache {
  private readonly entries = new LRUCache<string, Entry>({ max: MAX_KEYS });
  /** When the question was sent that was last answered with a good key; outlives what is forgotten. */
  private readonly goodAtMs = new LRUCache<string, number>({ max: MAX_KEYS });
  /** Grows with each invalidation: an answer to an older question is not kept. */
  private generation = 0;

  constructor(private readonly nowMs: () => number) {}

  find(sha256: string): Known | undefined {
    const entry = this.entries.get(sha256);
    if (!entry) return undefined;
    const ageMs = this.nowMs() - entry.askedAtMs;
    if (ageMs >= (entry.key ? KEY_LIVES_MS : UNKNOWN_LIVES_MS)) return undefined;
    return { key: entry.key, isAgeing: entry.key !== null && ageMs >= REVALIDATE_AFTER_MS };
  }

  /** To be called before asking; the answer is handed to what it returns. */
  asking(sha256: string): (key: CallerKey | null) => void {
    const askedAtMs = this.nowMs();
    const { generation } = this;
    return (key) => {
      if (key) this.goodAtMs.set(sha256, askedAtMs);
      if (generation === this.generation) this.entries.set(sha256, { key, askedAtMs });
    };
  }

  /** For how long something open may still wait for its key to be verified; below 0 when it waited too long. */
  patienceMs(sha256: string): number {
    const goodAtMs = this.goodAtMs.get(sha256) ?? this.nowMs() - KEY_LIVES_MS;
    return goodAtMs + KEY_UNVERIFIED_AT_MOST_MS - this.nowMs();
  }

  forget(sha256: string): void {
    this.generation += 1;
    this.entries.delete(sha256);
  }

  clear(): void {
    this.generation += 1;
    this.entries.clear();
  }
}
