/** How much is set aside at once, for how long it is spent from, and when billing gives it back by itself. */
export const LEASE = {
  /** For an account that begins; a busy one gets what it spends in `seconds`, up to `mostCredits`. */
  credits: 100,
  mostCredits: 5_000,
  seconds: 2,
  usableForMs: 60_000,
  /** Longer than usable: what was spent last is told before the hold expires. */
  expiresInMs: 90_000,
  /** Below this share of the last lease, or this much time, the next one is taken in the background. */
  renewBelowShare: 0.5,
  renewBeforeMs: 15_000,
} as const;

/** Credits of one account, set aside for this process to spend. */
export interface Lease {
  readonly holdId: string;
  readonly accountId: string;
  remaining: number;
  /** Spent from until then. */
  readonly usableUntilMs: number;
  /** Spent by requests that are not yet answered: they may still give it back. */
  inFlight: number;
}

/** The leases of one account, the one that is spent from first. */
export class AccountLeases {
  private readonly active: Lease[] = [];
  /** Nothing more is spent from these. */
  private readonly finished: Lease[] = [];
  private renewBelow = LEASE.credits * LEASE.renewBelowShare;
  private spent = 0;
  private spentSinceMs: number | undefined;

  add(lease: Lease): void {
    this.active.push(lease);
    this.renewBelow = lease.remaining * LEASE.renewBelowShare;
  }

  /** Takes credits from the first lease that has them; undefined when none has. */
  take(credits: number, nowMs: number): Lease | undefined {
    const lease = this.usable(credits, nowMs);
    if (!lease) return undefined;
    lease.remaining -= credits;
    lease.inFlight += 1;
    this.spent += credits;
    return lease;
  }

  /** Whether the next lease should be taken before these run dry. */
  needsMore(nowMs: number): boolean {
    let left = 0;
    for (const { usableUntilMs, remaining } of this.active) {
      if (usableUntilMs - LEASE.renewBeforeMs > nowMs) left += remaining;
    }
    return left < this.renewBelow || left === 0;
  }

  /** How much the next lease should be, by what was spent since the last time this was asked. */
  nextCredits(nowMs: number): number {
    const seconds = this.spentSinceMs === undefined ? Infinity : (nowMs - this.spentSinceMs) / 1_000;
    const wanted = Math.ceil((this.spent / Math.max(seconds, 0.001)) * LEASE.seconds);
    this.spent = 0;
    this.spentSinceMs = nowMs;
    return Math.min(Math.max(wanted, LEASE.credits), LEASE.mostCredits);
  }

  /** Leases that nothing more will be spent from and that no request still uses; they leave this book. */
  removeDone(nowMs: number): Lease[] {
    this.finish(nowMs);
    const done = this.finished.filter(({ inFlight }) => inFlight === 0);
    for (const lease of done) this.finished.splice(this.finished.indexOf(lease), 1);
    return done;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  get size(): number {
    return this.active.length + this.finished.length;
  }

  private usable(credits: number, nowMs: number): Lease | undefined {
    const first = this.active[0];
    if (first && first.remaining >= credits && first.usableUntilMs > nowMs) return first;
    this.finish(nowMs);
    return this.active.find(({ remaining }) => remaining >= credits);
  }

  private finish(nowMs: number): void {
    for (let index = this.active.length - 1; index >= 0; index -= 1) {
      const lease = this.active[index]!;
      if (lease.remaining > 0 && lease.usableUntilMs > nowMs) continue;
      this.active.splice(index, 1);
      this.finished.push(lease);
    }
  }
}
