/** One call that the shop got. */
export interface LoggedCall {
  at: number;
  method: string;
  path: string;
  status: number;
}

/** How many calls are kept with their details; the counts cover all of them. */
const keptCalls = 20_000;

/** Counts calls and the most that ever fell into one second, so that a test can tell a quota was kept. */
export class CallLog {
  total = 0;
  /** The most calls within any window of 1,000 ms. */
  maxPerSecond = 0;
  readonly calls: LoggedCall[] = [];
  readonly #window: number[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Notes a call at its arrival; the status is filled in once it is answered. */
  arrived(method: string, path: string): LoggedCall {
    const at = this.#now();
    this.total += 1;
    this.#window.push(at);
    while (this.#window[0]! <= at - 1000) this.#window.shift();
    this.maxPerSecond = Math.max(this.maxPerSecond, this.#window.length);
    const call = { at, method, path, status: 0 };
    this.calls.push(call);
    if (this.calls.length > keptCalls) this.calls.shift();
    return call;
  }
}
