import { LRUCache } from 'lru-cache';

const FAILURES_TO_PAUSE = 3;
const PAUSE_MS = 30_000;
const MOST_PAUSE_MS = 600_000;
const HOSTS_REMEMBERED = 10_000;

interface Health {
  failures: number;
  pausedUntilMs: number;
}

/**
 * Hosts whose pages are read, and which of them are left alone for a while: after three failures in a row for half a
 * minute, twice as long with each further one, at most ten minutes, or for as long as the host asked for. One host's
 * trouble is nobody else's: the account's breakers know nothing of it.
 */
export class HostHealth {
  private readonly hosts = new LRUCache<string, Health>({ max: HOSTS_REMEMBERED });

  constructor(private readonly nowMs: () => number) {}

  /** How long a host is still left alone; 0 when it may be called. */
  pausedForMs(host: string): number {
    return Math.max(0, (this.hosts.get(host)?.pausedUntilMs ?? 0) - this.nowMs());
  }

  succeeded(host: string): void {
    this.hosts.delete(host);
  }

  failed(host: string, retryAfterMs = 0): void {
    const failures = (this.hosts.get(host)?.failures ?? 0) + 1;
    const beyond = failures - FAILURES_TO_PAUSE;
    const pauseMs = beyond < 0 ? 0 : Math.min(PAUSE_MS * 2 ** beyond, MOST_PAUSE_MS);
    this.hosts.set(host, { failures, pausedUntilMs: this.nowMs() + Math.max(pauseMs, retryAfterMs) });
  }
}
