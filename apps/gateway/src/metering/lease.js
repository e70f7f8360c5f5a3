/** How much is set aside at once, for how long it is spent from, and when billing gives it back by itself. */
export const LEASE = {
  credits: 100,
  usableForMs: 60000,
  /** Longer than usable: what was spent last is told before the hold expires. */
  expiresInMs: 90000,
  /** Below this share of credits or time the next lease is taken in the background. */
  renewBelowCredits: 50,
  renewBeforeMs: 15000,
};
/** The leases of one account, the one that is spent from first. */
export class AccountLeases {
  leases = [];
  add(lease) {
    this.leases.push(lease);
  }
  /** Takes credits from the first lease that has them; undefined when none has. */
  take(credits, nowMs) {
    const lease = this.leases.find((one) => one.usableUntilMs > nowMs && one.remaining >= credits);
    if (!lease) return undefined;
    lease.remaining -= credits;
    lease.inFlight += 1;
    return lease;
  }
  /** Whether the next lease should be taken before these run dry. */
  needsMore(nowMs) {
    const usable = this.leases.filter((one) => one.usableUntilMs - LEASE.renewBeforeMs > nowMs);
    return usable.reduce((sum, one) => sum + one.remaining, 0) < LEASE.renewBelowCredits;
  }
  /** Leases that nothing more will be spent from and that no request still uses; they leave this book. */
  removeDone(nowMs) {
    const done = this.leases.filter(
      (one) => one.inFlight === 0 && (one.usableUntilMs <= nowMs || one.remaining === 0),
    );
    for (const lease of done) this.leases.splice(this.leases.indexOf(lease), 1);
    return done;
  }
  get isEmpty() {
    return this.leases.length === 0;
  }
  get size() {
    return this.leases.length;
  }
}
