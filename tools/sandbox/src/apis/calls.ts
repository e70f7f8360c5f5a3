/** One call that a fake got, as `GET /calls` tells it. */
export interface ApiCall {
  /** Milliseconds since the epoch, by the fakes' own clock. */
  at: number;
  api: string;
  operation: string;
  /** Whose budget it came out of: a client id, an access key. */
  account: string;
  /** Products, nodes or tokens asked for. */
  units: number;
  status: number;
}

/** How often a budget was broken: over every window that ends with a call. */
export interface WindowCheck {
  windows: number;
  /** Windows with more calls than the budget. */
  above: number;
  /** The most calls in any window. */
  most: number;
}

/** How many calls are kept; `total` counts all of them. */
const keptCalls = 200_000;

/** Every call in order of arrival, so that sliding windows can be checked afterwards. */
export class ApiCalls {
  total = 0;
  #calls: ApiCall[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Notes a call at its arrival; the status is filled in when it is answered. */
  arrived(call: Omit<ApiCall, 'at' | 'status'>): ApiCall {
    const noted = { at: this.#now(), ...call, status: 0 };
    this.total += 1;
    this.#calls.push(noted);
    // In bulk: dropping the first of so many one by one would cost more than the call.
    if (this.#calls.length >= 2 * keptCalls) this.#calls = this.#calls.slice(-keptCalls);
    return noted;
  }

  list(filter: Partial<Pick<ApiCall, 'api' | 'account' | 'operation'>> = {}): ApiCall[] {
    const { api, account, operation } = filter;
    return this.#calls.filter(
      (call) =>
        (api === undefined || call.api === api) &&
        (account === undefined || call.account === account) &&
        (operation === undefined || call.operation === operation),
    );
  }

  clear(): void {
    this.#calls = [];
    this.total = 0;
  }
}

/** Checks a budget of `limit` calls in any `windowMs`, both ends of a window included but the first instant. */
export function checkWindows(calls: readonly ApiCall[], limit: number, windowMs: number): WindowCheck {
  const check = { windows: calls.length, above: 0, most: 0 };
  let from = 0;
  for (const [index, { at }] of calls.entries()) {
    while (calls[from]!.at <= at - windowMs) from += 1;
    const within = index - from + 1;
    if (within > limit) check.above += 1;
    check.most = Math.max(check.most, within);
  }
  return check;
}
