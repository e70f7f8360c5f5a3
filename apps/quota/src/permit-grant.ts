import { Bus } from '@souk/bus';
import { OPERATOR_ACCOUNT_ID, QuotaExhausted } from '@souk/contracts';
import { Database } from '@souk/service';
import { Injectable } from '@nestjs/common';
import { BreakerBoard } from './breaker-board.ts';
import { CallWindow } from './call-window.ts';
import { waitForRoomMs } from './daily-use.ts';
import { type DailyTake, giveBackDaily, takeDaily, tellExhausted, useSlots } from './daily.store.ts';
import { LeaseStock } from './lease-stock.ts';
import { leaseMore } from './lease-more.ts';
import { factorAt } from './pace.ts';
import type { Upstream } from './quota.store.ts';
import { UpstreamBook } from './upstream-book.ts';
import { UseCounter } from './use-counter.ts';
import { limitsOf, mostAtOnce } from './windows.ts';

/** Whether calls may be made right now: `wait` may end within the asker's patience, the others do not. */
export type Grant =
  /** `atMs`: no later than the moment at which the permits began, by our monotonic clock. */
  | { kind: 'granted'; atMs: number; useWithinMs: number }
  | { kind: 'wait'; waitMs: number }
  /** More at once than the upstream ever allows. */
  | { kind: 'never'; burst: number }
  | {
      kind: 'refused';
      reason: 'breaker-open' | 'daily-budget' | 'unknown-upstream';
      retryAfterMs: number;
      /** Whom it concerns besides the asker. */
      concerns: 'all' | 'operation' | 'nobody';
    };

export interface Demand {
  permits: number;
  operation: string;
  /** Permits that all who wait here want, the asker included. */
  inAll: number;
}

/** Nobody is refused by what was read longer ago. */
const REFUSE_BY_MS = 20;
/** A Redis that lost its memory begins to count with the next question: that one must not be long in coming. */
const BELIEVED_MS = 900;
const UNKNOWN_RETRY_MS = 60_000;

/**
 * One attempt to get permits: breakers, budget of the day, windows, in this order. The day's budget is durable
 * and taken first; a crash before the calls loses a few of the day's calls and never allows too many.
 */
@Injectable()
export class PermitGrant {
  /** What Redis said last of slow upstreams: whoever wants as many or more need not ask before. */
  private readonly declined = new Map<
    string,
    { permits: number; dueAtMs: number; believedUntilMs: number }
  >();
  private readonly stocks = new Map<string, LeaseStock>();

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly window: CallWindow,
    private readonly breakers: BreakerBoard,
    private readonly book: UpstreamBook,
    private readonly uses: UseCounter,
  ) {}

  async attempt(name: string, demand: Demand): Promise<Grant> {
    let upstream = await this.book.find(name);
    // It may have been registered with another replica a moment ago.
    if (!upstream) upstream = await this.book.find(name, 0);
    else if (!this.breakers.admit(upstream, demand.operation).allowed)
      upstream = await this.book.find(name, REFUSE_BY_MS);
    if (!upstream) {
      return {
        kind: 'refused',
        reason: 'unknown-upstream',
        retryAfterMs: UNKNOWN_RETRY_MS,
        concerns: 'all',
      };
    }
    const burst = mostAtOnce(limitsOf(upstream).windows);
    if (demand.permits > burst) return { kind: 'never', burst };
    const admission = this.breakers.admit(upstream, demand.operation);
    if (!admission.allowed) return breakerOpen(admission);

    const grant = limitsOf(upstream).lease
      ? await this.fromStock(upstream, demand)
      : await this.directly(upstream, demand);
    if (grant.kind !== 'granted') return grant;
    if (admission.next) {
      // Last, so that a probe that is out really makes its call.
      const probe = await this.breakers.sendProbe(name, demand.operation);
      if (!probe.allowed) return breakerOpen(probe);
    }
    if (upstream.dailyBudget === null) this.uses.count(name, demand.permits);
    return grant;
  }

  private async directly(upstream: Upstream, { permits }: Demand): Promise<Grant> {
    const limits = limitsOf(upstream);
    const declined = this.declined.get(upstream.upstream);
    const nowMs = performance.now();
    if (declined && declined.permits <= permits && declined.believedUntilMs > nowMs)
      return { kind: 'wait', waitMs: Math.max(1, declined.dueAtMs - nowMs) };
    const day = await this.takeDaily(upstream, permits, permits);
    if (day === 'exhausted') return this.exhausted(upstream, permits);
    let isGranted = false;
    try {
      const ask = { permits, times: 1, spareNow: 0, spareLater: 0 };
      const stretch = 1 / factorAt(upstream.pace, upstream.nowMs);
      const answer = await this.window.take(upstream.upstream, ask, limits, stretch);
      if (!answer.granted) {
        const dueAtMs = performance.now() + answer.retryAfterMs;
        const believedUntilMs = Math.min(dueAtMs, performance.now() + BELIEVED_MS);
        this.declined.set(upstream.upstream, { permits, dueAtMs, believedUntilMs });
        return { kind: 'wait', waitMs: answer.retryAfterMs };
      }
      isGranted = true;
      return { kind: 'granted', atMs: answer.askedAtMs, useWithinMs: limits.useWithinMs };
    } finally {
      if (!isGranted) await this.giveBack(upstream.upstream, day);
    }
  }

  /** Permits of a fast upstream come from what this process holds; when that runs out, a lease brings more. */
  private async fromStock(upstream: Upstream, demand: Demand): Promise<Grant> {
    const { upstream: name } = upstream;
    const limits = limitsOf(upstream);
    const stock = this.stockOf(name);
    const take = (): Grant | undefined => {
      const atMs = performance.now();
      const goodForMs = stock.take(demand.permits, atMs, limits.useWithinMs / 3);
      if (goodForMs !== undefined)
        return { kind: 'granted', atMs, useWithinMs: Math.min(goodForMs, limits.useWithinMs) };
      const readyAtMs = stock.readyAtMs(demand.permits);
      const isEnough = readyAtMs !== undefined && 4 * stock.held >= demand.inAll;
      if (!isEnough && atMs >= stock.askAgainAtMs) return undefined;
      return { kind: 'wait', waitMs: Math.max(1, (readyAtMs ?? stock.askAgainAtMs) - atMs) };
    };
    const atOnce = take();
    if (atOnce) return atOnce;
    const isScarce = upstream.dailyBudget !== null;
    const ask = leaseMore(stock, demand, limits, performance.now(), { isScarce });
    const most = ask.permits * ask.times + Math.max(ask.spareNow, ask.spareLater);
    for (const unused of stock.takeUnused()) await this.giveBack(name, unused);
    const day = await this.takeDaily(upstream, demand.permits, most);
    if (day === 'exhausted') return this.exhausted(upstream, demand.permits);
    const allowed = day
      ? leaseMore(stock, demand, limits, performance.now(), { isScarce, permitsAtMost: day.permits })
      : ask;
    let given = 0;
    try {
      const stretch = 1 / factorAt(upstream.pace, upstream.nowMs);
      const answer = await this.window.take(name, allowed, limits, stretch);
      if (!answer.granted) {
        // Others hold all up to the horizon: by asking a little later one question brings more.
        stock.askAgainAtMs = performance.now() + answer.retryAfterMs + limits.lease!.horizonMs / 4;
      } else {
        given = answer.permits.length;
        stock.add(answer.permits.map((permit) => ({ ...permit, ...(day && { slot: day.slot }) })));
        // Fewer than asked for: all up to the horizon are taken.
        const isAll = given >= allowed.permits * allowed.times;
        stock.askAgainAtMs = isAll ? 0 : stock.lastFromMs;
      }
    } finally {
      if (day && given < day.permits)
        await this.giveBack(name, { slot: day.slot, permits: day.permits - given });
    }
    return take() ?? { kind: 'wait', waitMs: 1 };
  }

  private stockOf(upstream: string): LeaseStock {
    let stock = this.stocks.get(upstream);
    if (!stock) this.stocks.set(upstream, (stock = new LeaseStock()));
    return stock;
  }

  private async takeDaily(
    { upstream, dailyBudget: budget }: Upstream,
    least: number,
    most: number,
  ): Promise<DailyTake | 'exhausted' | undefined> {
    if (budget === null) return undefined;
    return (
      (await this.database.transaction([], (tx) => takeDaily(tx, { upstream, budget, least, most }))) ??
      'exhausted'
    );
  }

  private async exhausted({ upstream, dailyBudget, nowMs }: Upstream, permits: number): Promise<Grant> {
    const budget = dailyBudget!;
    const slots = await this.database.read([], (tx) => useSlots(tx, upstream));
    const retryAfterMs = waitForRoomMs(slots, budget, permits, nowMs);
    const untilOneMs = waitForRoomMs(slots, budget, 1, nowMs);
    if (untilOneMs > 0) {
      await this.bus.transaction([OPERATOR_ACCOUNT_ID], async ({ tx, publish }) => {
        if (!(await tellExhausted(tx, upstream))) return;
        const resetsAt = new Date(nowMs + untilOneMs).toISOString();
        const to = { accountId: OPERATOR_ACCOUNT_ID, key: OPERATOR_ACCOUNT_ID };
        publish(QuotaExhausted, { upstream, budget, resetsAt }, to);
      });
    }
    return { kind: 'refused', reason: 'daily-budget', retryAfterMs, concerns: 'nobody' };
  }

  private async giveBack(upstream: string, day: DailyTake | undefined): Promise<void> {
    if (day) await this.database.transaction([], (tx) => giveBackDaily(tx, upstream, day));
  }
}

const breakerOpen = (admission: { retryAfterMs: number; isOfOperation?: boolean }): Grant => ({
  kind: 'refused',
  reason: 'breaker-open',
  retryAfterMs: admission.retryAfterMs,
  concerns: admission.isOfOperation ? 'operation' : 'all',
});
