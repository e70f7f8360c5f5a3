import { LRUCache } from 'lru-cache';
/** A revoked key is known everywhere within 5 s, whatever fails; what checks an open stream takes the rest. */
export const KEY_LIVES_MS = 4500;
/** From this age on a key that is used is asked for again in the background. */
export const REVALIDATE_AFTER_MS = 2000;
const UNKNOWN_LIVES_MS = 1000;
const MAX_KEYS = 50000;
/** What was answered about keys, by the hash of the key, for as long as it may be relied on. */
export class KeyCache {
  nowMs;
  entries = new LRUCache({ max: MAX_KEYS });
  /** Grows with each invalidation: an answer to an older question is not kept. */
  generation = 0;
  constructor(nowMs) {
    this.nowMs = nowMs;
  }
  find(sha256) {
    const entry = this.entries.get(sha256);
    if (!entry) return undefined;
    const ageMs = this.nowMs() - entry.askedAtMs;
    if (ageMs >= (entry.key ? KEY_LIVES_MS : UNKNOWN_LIVES_MS)) return undefined;
    return { key: entry.key, isAgeing: entry.key !== null && ageMs >= REVALIDATE_AFTER_MS };
  }
  /** To be called before asking; the answer is handed to what it returns. */
  asking(sha256) {
    const askedAtMs = this.nowMs();
    const { generation } = this;
    return (key) => {
      if (generation === this.generation) this.entries.set(sha256, { key, askedAtMs });
    };
  }
  forget(sha256) {
    this.generation += 1;
    this.entries.delete(sha256);
  }
  clear() {
    this.generation += 1;
    this.entries.clear();
  }
}
