import { type Departure, SendWindow } from './send-window.ts';

/** Longest that messages wait for the end of a rest that Telegram asks for; for a longer one they go back to their queue. */
const REST_AT_MOST_MS = 3_000;

/** A clock that never goes back, with its alarms. */
export interface Timing {
  nowMs(): number;
  /** @returns takes the alarm back */
  after(ms: number, call: () => void): () => void;
}

export const PROCESS_TIMING: Timing = {
  nowMs: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, Math.ceil(ms));
    return () => clearTimeout(timer);
  },
};

/** The message never left. `retryAfterMs` when Telegram wants the bot to rest. */
export class NotSent extends Error {
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'NotSent';
    this.retryAfterMs = retryAfterMs;
  }
}

export interface Leaving {
  /** Not before so long from now; without it, it leaves before all others: somebody waits for it. */
  inMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

interface Waiting {
  atMs: number;
  leave(departure: Departure): void;
  stay(reason: NotSent): void;
}

/** All messages of the bot leave here: those that somebody waits for first, then by their times, at most 30 in any second. */
export class SendGate {
  private readonly window = new SendWindow();
  /** By their times. */
  private waiting: Waiting[] = [];
  private restsUntilMs = 0;
  private takeBack: (() => void) | undefined;

  constructor(private readonly timing: Timing = PROCESS_TIMING) {}

  /** Performs a call when its time has come. Throws `NotSent` when it does not come. */
  async through<Value>(leaving: Leaving, call: () => Promise<Value>): Promise<Value> {
    const departure = await this.turn(leaving);
    try {
      return await call();
    } finally {
      this.window.answer(departure, this.timing.nowMs());
      this.look();
    }
  }

  /** Telegram wants nothing for so long. */
  rest(ms: number): void {
    this.restsUntilMs = Math.max(this.restsUntilMs, this.timing.nowMs() + ms);
    this.look();
  }

  private turn({ inMs, signal }: Leaving): Promise<Departure> {
    return new Promise((leave, reject) => {
      const atMs = inMs === undefined ? Number.NEGATIVE_INFINITY : this.timing.nowMs() + inMs;
      const giveUp = (): void => {
        this.waiting = this.waiting.filter((one) => one !== entry);
        entry.stay(new NotSent('the process leaves'));
        this.look();
      };
      const entry: Waiting = {
        atMs,
        leave: (departure) => {
          signal?.removeEventListener('abort', giveUp);
          leave(departure);
        },
        stay: (reason) => {
          signal?.removeEventListener('abort', giveUp);
          reject(reason);
        },
      };
      if (signal?.aborted) return giveUp();
      signal?.addEventListener('abort', giveUp);
      const behind = this.waiting.findIndex((other) => other.atMs > atMs);
      this.waiting.splice(behind === -1 ? this.waiting.length : behind, 0, entry);
      this.look();
    });
  }

  /** Lets everybody leave whose time has come, and comes back for the next one. */
  private look(): void {
    this.takeBack?.();
    this.takeBack = undefined;
    for (;;) {
      const [first] = this.waiting;
      if (!first) return;
      const nowMs = this.timing.nowMs();
      const restMs = this.restsUntilMs - nowMs;
      if (restMs > REST_AT_MOST_MS) return this.sendBack(restMs);
      const waitMs = Math.max(restMs, first.atMs - nowMs, this.window.waitMs(nowMs));
      if (waitMs > 0) {
        this.takeBack = this.timing.after(waitMs, () => this.look());
        return;
      }
      this.waiting.shift();
      first.leave(this.window.leave(nowMs));
    }
  }

  private sendBack(retryAfterMs: number): void {
    for (const { stay } of this.waiting.splice(0)) stay(new NotSent('the bot rests', retryAfterMs));
  }
}
