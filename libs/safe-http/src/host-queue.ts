import { setTimeout } from 'node:timers/promises';
import { SafeHttpFailure } from './failure.ts';

/** A robots.txt that asks for more than this is a way to say no; then nobody should wait for it. */
const MAX_DELAY_MS = 60_000;
const MAX_WAITING = 50;
const MAX_HOSTS = 10_000;

interface Host {
  /** When the last call before this one is over. */
  free: Promise<void>;
  waiting: number;
  nextAtMs: number;
}

/** One call at a time per host, and a pause between two: a shop's server is somebody else's. */
export class HostQueue {
  private readonly hosts = new Map<string, Host>();
  private readonly minDelayMs: number;

  constructor(minDelayMs: number) {
    this.minDelayMs = minDelayMs;
  }

  /** Runs a call when the host's turn has come. `delayMs`, known only after the wait, is what the host asked for. */
  async run<T>(name: string, signal: AbortSignal, delayMs: () => number, call: () => Promise<T>): Promise<T> {
    const host = this.host(name);
    if (host.waiting >= MAX_WAITING) {
      throw new SafeHttpFailure(
        'busy',
        `${MAX_WAITING} calls wait for ${name} already: ask less of it at once`,
      );
    }
    host.waiting += 1;
    const before = host.free;
    const turn = Promise.withResolvers<void>();
    host.free = before.then(() => turn.promise);
    let isCalled = false;
    try {
      await unlessGivenUp(signal, before);
      await unlessGivenUp(
        signal,
        setTimeout(Math.max(0, host.nextAtMs - performance.now()), undefined, { signal }),
      );
      isCalled = true;
      return await call();
    } finally {
      host.waiting -= 1;
      if (isCalled)
        host.nextAtMs = performance.now() + Math.min(Math.max(this.minDelayMs, delayMs()), MAX_DELAY_MS);
      turn.resolve();
    }
  }

  private host(name: string): Host {
    const known = this.hosts.get(name);
    if (known) return known;
    if (this.hosts.size >= MAX_HOSTS) this.forgetIdle();
    const host: Host = { free: Promise.resolve(), waiting: 0, nextAtMs: 0 };
    this.hosts.set(name, host);
    return host;
  }

  private forgetIdle(): void {
    for (const [name, host] of this.hosts) {
      if (host.waiting === 0 && host.nextAtMs < performance.now()) this.hosts.delete(name);
    }
    if (this.hosts.size >= MAX_HOSTS) throw new SafeHttpFailure('busy', 'too many hosts are called at once');
  }
}

/** Rejects as soon as the caller gives up. */
async function unlessGivenUp(signal: AbortSignal, wait: Promise<void>): Promise<void> {
  const givenUp = Promise.withResolvers<void>();
  const stop = (): void =>
    givenUp.reject(new SafeHttpFailure('aborted', 'the call was given up while it waited for its turn'));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    await Promise.race([givenUp.promise, wait.catch(stop)]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
