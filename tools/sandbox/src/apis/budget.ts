/** What an account may do: calls a second with a burst, and calls a day. Absent means without limit. */
export interface ApiBudget {
  perSecond?: number;
  /** Calls at once after a rest; as many as a second's unless given. */
  burst?: number;
  perDay?: number;
}

interface Bucket {
  tokens: number;
  at: number;
  day: number;
  today: number;
}

const dayMs = 86_400_000;

/** A bucket of tokens per account, by the fakes' clock. */
export class AccountBudgets {
  readonly #buckets = new Map<string, Bucket>();

  /** Seconds to wait before the account may call, or undefined when it may and was counted. */
  take(account: string, budget: ApiBudget, nowMs: number): number | undefined {
    const size = budget.burst ?? Math.max(1, budget.perSecond ?? Number.POSITIVE_INFINITY);
    const day = Math.floor(nowMs / dayMs);
    const bucket = this.#buckets.get(account) ?? { tokens: size, at: nowMs, day, today: 0 };
    this.#buckets.set(account, bucket);
    if (budget.perSecond !== undefined)
      bucket.tokens = Math.min(size, bucket.tokens + ((nowMs - bucket.at) * budget.perSecond) / 1_000);
    bucket.at = nowMs;
    if (bucket.day !== day) Object.assign(bucket, { day, today: 0 });
    if (budget.perDay !== undefined && bucket.today >= budget.perDay)
      return Math.ceil(((day + 1) * dayMs - nowMs) / 1_000);
    if (budget.perSecond !== undefined) {
      if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / budget.perSecond));
      bucket.tokens -= 1;
    }
    bucket.today += 1;
    return undefined;
  }
}
