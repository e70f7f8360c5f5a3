import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { newId, Refusal, ReleaseCredits, ReserveCredits } from '@souk/contracts';
import { leaseEvents, openLeases } from '../http/metrics.ts';
import { AccountLeases, LEASE, type Lease } from './lease.ts';
import { UsageRecorder } from './usage-recorder.ts';

const SWEEP_EVERY_MS = 5_000;
/** After a refusal for lack of credit billing is not asked again within this time. */
const REFUSED_FOR_MS = 1_000;
const MAX_REFUSED = 10_000;
const RELEASE_DEADLINE_MS = 1_000;

/** Spends credits that were set aside: no question to billing for each request. */
@Injectable()
export class CreditLeases implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('leases');
  private readonly accounts = new Map<string, AccountLeases>();
  private readonly taking = new Map<string, Promise<void>>();
  private readonly refused = new Map<string, { untilMs: number; refusal: Refusal }>();
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly usage: UsageRecorder,
  ) {}

  /** Takes credits of a lease in hand; undefined when none has them. */
  takeAtOnce(accountId: string, credits: number): Lease | undefined {
    const leases = this.leasesOf(accountId);
    const nowMs = performance.now();
    const lease = leases.take(credits, nowMs);
    if (lease && leases.needsMore(nowMs)) this.renew(accountId).catch(() => undefined); // asked for when needed
    return lease;
  }

  /** Takes credits of another lease. Throws billing's refusal: out of credits, or not available. */
  async take(accountId: string, credits: number): Promise<Lease> {
    // Others may have emptied the new lease by the time it is here: ask a few times, never for ever.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await this.renew(accountId);
      const lease = this.leasesOf(accountId).take(credits, performance.now());
      if (lease) return lease;
    }
    throw new Refusal('unavailable', 'too many requests at once for the credits set aside; try again', {
      retryAfterMs: 1_000,
    });
  }

  /** The request was answered: its credits are spent. */
  settle(lease: Lease): void {
    lease.inFlight -= 1;
  }

  /** The request failed: it costs nothing. */
  giveBack(lease: Lease, credits: number): void {
    lease.inFlight -= 1;
    lease.remaining += credits;
  }

  onApplicationBootstrap(): void {
    this.sweeper = setInterval(() => void this.sweep(performance.now()), SWEEP_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.sweeper);
    await this.usage.flush();
    await this.sweep(Number.POSITIVE_INFINITY);
  }

  private leasesOf(accountId: string): AccountLeases {
    let leases = this.accounts.get(accountId);
    if (!leases) {
      leases = new AccountLeases();
      this.accounts.set(accountId, leases);
    }
    return leases;
  }

  /** One question at a time for each account. */
  private renew(accountId: string): Promise<void> {
    const pending = this.taking.get(accountId);
    if (pending) return pending;
    const refused = this.refused.get(accountId);
    if (refused && refused.untilMs > performance.now()) return Promise.reject(refused.refusal);
    const question = this.reserve(accountId).finally(() => this.taking.delete(accountId));
    this.taking.set(accountId, question);
    return question;
  }

  private async reserve(accountId: string): Promise<void> {
    const askedAtMs = performance.now();
    try {
      const { hold } = await this.bus.ask(ReserveCredits, {
        accountId,
        holdId: newId(),
        amount: this.leasesOf(accountId).nextCredits(askedAtMs),
        atMost: true,
        expiresInMs: LEASE.expiresInMs,
        reason: 'reads',
      });
      const usableUntilMs = askedAtMs + LEASE.usableForMs;
      this.leasesOf(accountId).add({
        holdId: hold.id,
        accountId,
        remaining: hold.amount,
        usableUntilMs,
        inFlight: 0,
      });
      leaseEvents.inc({ outcome: 'taken' });
      openLeases.inc();
    } catch (error) {
      const isOutOfCredit = error instanceof Refusal && error.code === 'payment-required';
      leaseEvents.inc({ outcome: isOutOfCredit ? 'refused' : 'failed' });
      if (isOutOfCredit) this.noteRefused(accountId, error);
      throw error;
    }
  }

  private noteRefused(accountId: string, refusal: Refusal): void {
    if (this.refused.size >= MAX_REFUSED) this.refused.clear();
    this.refused.set(accountId, { untilMs: performance.now() + REFUSED_FOR_MS, refusal });
  }

  /** Gives back what is left of leases that are done with. What cannot be given back expires by itself. */
  private async sweep(nowMs: number): Promise<void> {
    for (const [accountId, refused] of this.refused)
      if (refused.untilMs <= nowMs) this.refused.delete(accountId);
    // What was spent is told first: billing then captures it from the hold and not from what is available.
    if (!this.usage.isFlushed && Number.isFinite(nowMs)) return;
    const done: Lease[] = [];
    for (const [accountId, leases] of this.accounts) {
      done.push(...leases.removeDone(nowMs));
      if (leases.isEmpty && !this.taking.has(accountId)) this.accounts.delete(accountId);
    }
    openLeases.dec(done.length);
    const rest = done.filter((lease) => lease.remaining > 0);
    const results = await Promise.allSettled(
      rest.map(({ accountId, holdId }) =>
        this.bus.ask(ReleaseCredits, { accountId, holdId }, { deadlineMs: RELEASE_DEADLINE_MS }),
      ),
    );
    const failed = results.filter(({ status }) => status === 'rejected').length;
    leaseEvents.inc({ outcome: 'released' }, rest.length - failed);
    if (failed > 0)
      this.logger.warn({ leases: failed }, 'leases could not be given back; they expire by themselves');
  }
}
