import { setTimeout as pause } from 'node:timers/promises';

/** Work that is done again and again until the service stops. A turn that fails is told, and the next one comes all the same. */
export class RepeatedWork {
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly everyMs: number,
    private readonly turn: (signal: AbortSignal) => Promise<void>,
    private readonly failed: (error: unknown) => void,
  ) {}

  start(): void {
    this.loop = this.run(this.stopping.signal);
  }

  /** Ends the pause at once, and waits for the turn that is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.turn(signal).catch(this.failed);
      await pause(this.everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
