import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { AccountChanged, FindKey, KeyChanged, Refusal } from '@souk/contracts';
import type { CallerKey } from '../http/request.ts';
import { keyLookups } from '../http/metrics.ts';
import { KeyCache } from './key-cache.ts';

/** After a standstill of this process an answer that has arrived is still read. */
const SHORTEST_PATIENCE_MS = 100;

/** Whose key it is: from the cache, or asked of billing. */
@Injectable()
export class KeyRing {
  private readonly cache = new KeyCache(() => performance.now());
  private readonly asking = new Map<string, Promise<CallerKey | null>>();
  private readonly forgotten = new Set<(sha256: string) => void>();

  constructor(private readonly bus: Bus) {
    bus.listen(KeyChanged, ({ data }) => {
      this.cache.forget(data.sha256);
      this.asking.delete(data.sha256);
      for (const heard of this.forgotten) heard(data.sha256);
    });
    // What an account may do can have changed for all of its keys.
    bus.listen(AccountChanged, () => this.cache.clear());
    bus.onReconnect(() => this.cache.clear());
  }

  /** What is known without asking; undefined when it must be asked. A key that is used is renewed in the background. */
  known(sha256: string): CallerKey | null | undefined {
    const known = this.cache.find(sha256);
    if (!known) return undefined;
    keyLookups.cached += 1;
    if (known.isAgeing) this.ask(sha256).catch(() => undefined); // asked again once it is too old
    return known.key;
  }

  /** Asks billing; throws a Refusal `unavailable` when it cannot be asked. */
  find(sha256: string): Promise<CallerKey | null> {
    keyLookups.asked += 1;
    return this.ask(sha256);
  }

  /**
   * As known, or asked: for what is open already, and has to be closed in time. Throws a Refusal `unavailable` once the
   * key has not been known to be good for too long, also while the question is still under way.
   */
  async verify(sha256: string): Promise<CallerKey | null> {
    const known = this.known(sha256);
    if (known !== undefined) return known;
    const ended = new AbortController();
    const patienceMs = Math.max(SHORTEST_PATIENCE_MS, this.cache.patienceMs(sha256));
    const tooLate = pause(patienceMs, undefined, { signal: ended.signal }).then(() => {
      throw new Refusal('unavailable', 'billing did not answer in time');
    });
    try {
      return await Promise.race([this.find(sha256), tooLate]);
    } finally {
      ended.abort();
    }
  }

  /** Hears of keys that were made or revoked, until the returned function is called. */
  onChange(heard: (sha256: string) => void): () => void {
    this.forgotten.add(heard);
    return () => this.forgotten.delete(heard);
  }

  /** One question at a time for each key. */
  private ask(sha256: string): Promise<CallerKey | null> {
    const pending = this.asking.get(sha256);
    if (pending) return pending;
    const answered = this.cache.asking(sha256);
    const question = this.bus
      .ask(FindKey, { sha256 })
      .then(({ key }) => {
        answered(key);
        return key;
      })
      .finally(() => {
        if (this.asking.get(sha256) === question) this.asking.delete(sha256);
      });
    this.asking.set(sha256, question);
    return question;
  }
}
