import { Logger } from '@nestjs/common';
import type { Relay } from './relay.ts';
import type { OwnStream } from './streams.ts';

const LOOK_AGAIN_MS = 500;

/**
 * Watches the service's own stream. While it is missing, events wait in the outbox; when it has lost something,
 * because the broker was wiped, restored or set back, everything that it should still hold is published again.
 */
export class Recovery {
  private readonly logger = new Logger('recovery');
  private looking: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private lastProblem: string | undefined = 'the stream was not looked at yet';
  private stopped = false;

  constructor(
    private readonly stream: OwnStream,
    private readonly relay: Relay,
    private readonly maxAgeHours: number,
    /** Has everybody who reads the stream begin anew: its places mean other messages now. */
    private readonly replay: () => Promise<void>,
  ) {}

  /** Why nothing can be published, and what to do about it. */
  problem(): string | undefined {
    return this.lastProblem;
  }

  /** The connection is lost: what is published before the next look could hide what the broker has lost. */
  disconnected(): void {
    this.setBack('the broker is away');
  }

  /** Looks at the stream, and again by itself as long as something is the matter. Never throws. */
  look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async lookOnce(): Promise<void> {
    clearTimeout(this.timer);
    try {
      const problem = await this.stream.problem();
      if (problem) this.setBack(problem);
      else await this.recover();
    } catch (error) {
      this.setBack(error instanceof Error ? error.message : String(error));
    }
    if (this.lastProblem !== undefined && !this.stopped)
      this.timer = setTimeout(() => void this.look(), LOOK_AGAIN_MS);
  }

  private async recover(): Promise<void> {
    const loss = await this.stream.lostSomething();
    if (loss !== undefined) {
      this.logger.error(
        { stream: this.stream.name, loss },
        'the broker has lost events; publishing the outbox again',
      );
      this.setBack('the broker has lost events; they are published again');
      await this.replay();
      await this.relay.republish(this.maxAgeHours);
    }
    await this.stream.remember(loss !== undefined);
    this.lastProblem = undefined;
    this.relay.release();
  }

  private setBack(problem: string): void {
    if (problem !== this.lastProblem) this.logger.warn({ stream: this.stream.name, problem }, 'events wait');
    this.lastProblem = problem;
    this.relay.holdBack(problem);
  }
}
