import { LRUCache } from 'lru-cache';
import { type Answered, mayRead } from './looked-up.ts';

/** What an entry takes beside its text: the parsed value, two keys, the entry itself; generously. */
const VALUE_BYTES_PER_CHARACTER = 4;
const ENTRY_BYTES = 600;

export interface MemoryState {
  entries: number;
  maxEntries: number;
  bytes: number;
  maxBytes: number;
  /** Ages of all entries in milliseconds, unsorted. */
  agesMs: number[];
}

/** Answers of one kind in this process: the least used leave first, by number and by size. */
export class MemoryTier<Value> {
  private readonly entries: LRUCache<string, Answered<Value>>;
  /** Keys by product, to forget what a fact is about. */
  private readonly keysOf = new Map<string, Set<string>>();

  constructor(
    private readonly limits: { maxEntries: number; maxBytes: number },
    private readonly nowMs: () => number,
  ) {
    this.entries = new LRUCache({
      max: limits.maxEntries,
      maxSize: limits.maxBytes,
      sizeCalculation: ({ text }) => text.length * VALUE_BYTES_PER_CHARACTER + ENTRY_BYTES,
      dispose: (_entry, key, reason) => {
        if (reason !== 'set') this.forgetKey(key);
      },
    });
  }

  /** What this account may see of it, if it is known and may still be told. */
  find(accountId: string, productId: string): Answered<Value> | undefined {
    const entry = this.entries.get(productId) ?? this.entries.get(`${productId} ${accountId}`);
    if (!entry || !mayRead(entry, accountId)) return undefined;
    return entry.expiresAtMs > this.nowMs() ? entry : undefined;
  }

  keep(productId: string, entry: Answered<Value>): void {
    const key = entry.accountId === null ? productId : `${productId} ${entry.accountId}`;
    this.entries.set(key, entry);
    if (!this.entries.has(key)) return; // larger than all the room there is
    const keys = this.keysOf.get(productId);
    if (keys) keys.add(key);
    else this.keysOf.set(productId, new Set([key]));
  }

  /** Answers whether anything was known. */
  forget(productId: string): boolean {
    const keys = this.keysOf.get(productId);
    if (!keys) return false;
    for (const key of [...keys]) this.entries.delete(key);
    return true;
  }

  get isEmpty(): boolean {
    return this.entries.size === 0;
  }

  clear(): void {
    this.entries.clear();
    this.keysOf.clear();
  }

  state(): MemoryState {
    const nowMs = this.nowMs();
    return {
      entries: this.entries.size,
      maxEntries: this.limits.maxEntries,
      bytes: this.entries.calculatedSize,
      maxBytes: this.limits.maxBytes,
      agesMs: [...this.entries.values()].map(({ askedAtMs }) => nowMs - askedAtMs),
    };
  }

  private forgetKey(key: string): void {
    const productId = key.slice(0, 36);
    const keys = this.keysOf.get(productId);
    keys?.delete(key);
    if (keys?.size === 0) this.keysOf.delete(productId);
  }
}
