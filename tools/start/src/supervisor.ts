import { setTimeout as delay } from 'node:timers/promises';

/** A process that was started: what is needed to watch and to end it. */
export interface Running {
  pid: number;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stop(): Promise<void>;
}

const LIVED_WELL_MS = 60_000;
const LONGEST_DELAY_MS = 30_000;

/** How long to wait before the next start, after so many ends in a row that came soon after the start. */
export const restartDelayMs = (crashesInARow: number): number =>
  Math.min(500 * 2 ** Math.min(crashesInARow - 1, 10), LONGEST_DELAY_MS);

interface Kept {
  name: string;
  group: number;
  current: Running | undefined;
  crashes: number;
}

/**
 * Keeps processes running: one that ends by itself is started again, later each time it ends at once.
 * Stops them group by group, the lowest first.
 */
export class Supervisor {
  private readonly kept: Kept[] = [];
  private readonly ending = new AbortController();
  private readonly say: (line: string) => void;
  private readonly delayMs: (crashesInARow: number) => number;

  constructor(say: (line: string) => void, delayMs: (crashesInARow: number) => number = restartDelayMs) {
    this.say = say;
    this.delayMs = delayMs;
  }

  get isStopping(): boolean {
    return this.ending.signal.aborted;
  }

  /** Starts a process now (and rejects if that fails), and from then on keeps it running. */
  async keep<R extends Running>(name: string, group: number, start: () => Promise<R>): Promise<R> {
    this.ending.signal.throwIfAborted();
    const entry: Kept = { name, group, current: undefined, crashes: 0 };
    this.kept.push(entry);
    const first = await start();
    entry.current = first;
    if (this.isStopping) await first.stop();
    else void this.watch(entry, first, start);
    return first;
  }

  /** How often a process ended by itself soon after its start, in a row. */
  crashesOf(name: string): number {
    return this.kept.find((entry) => entry.name === name)?.crashes ?? 0;
  }

  /** The process that runs under this name now, 0 when none does. */
  pidOf(name: string): number {
    return this.kept.find((entry) => entry.name === name)?.current?.pid ?? 0;
  }

  /** Called before anything is ended. */
  onStop(work: () => void): void {
    this.ending.signal.addEventListener('abort', work, { once: true });
  }

  /** Ends everything; nothing is started again. Safe to call twice. */
  async stopAll(): Promise<void> {
    this.ending.abort(new Error('stopping'));
    const groups = [...new Set(this.kept.map(({ group }) => group))].sort((a, b) => a - b);
    for (const group of groups) {
      await Promise.all(this.kept.filter((entry) => entry.group === group).map((entry) => this.end(entry)));
    }
  }

  private async end(entry: Kept): Promise<void> {
    const running = entry.current;
    entry.current = undefined;
    await running?.stop();
  }

  private async watch(entry: Kept, first: Running, start: () => Promise<Running>): Promise<void> {
    for (let running = first; ;) {
      const startedAt = Date.now();
      const { code, signal } = await running.exited.catch(() => ({ code: null, signal: null }));
      await this.end(entry).catch(() => undefined);
      if (this.isStopping) return;
      entry.crashes = Date.now() - startedAt > LIVED_WELL_MS ? 1 : entry.crashes + 1;
      const next = await this.startAgain(
        entry,
        signal ? `killed by ${signal}` : `exit code ${code ?? 'unknown'}`,
        start,
      );
      if (!next) return;
      running = next;
    }
  }

  private async startAgain(
    entry: Kept,
    how: string,
    start: () => Promise<Running>,
  ): Promise<Running | undefined> {
    for (let reason = `${entry.name} ended (${how})`; ; entry.crashes += 1) {
      const waitMs = this.delayMs(entry.crashes);
      this.say(`${reason}: starting it again in ${waitMs / 1000} s`);
      try {
        await delay(waitMs, undefined, { signal: this.ending.signal });
        const next = await start();
        entry.current = next;
        if (this.isStopping) await this.end(entry);
        else this.say(`${entry.name} was started again (process ${next.pid})`);
        return this.isStopping ? undefined : next;
      } catch (error) {
        if (this.isStopping) return undefined;
        reason = `${entry.name} did not start (${error instanceof Error ? error.message : String(error)})`;
      }
    }
  }
}
