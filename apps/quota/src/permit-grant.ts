import { Bus } from '@souk/bus';
import { OPERATOR_ACCOUNT_ID, QuotaExhausted } from '@souk/contracts';
import { Database } from '@souk/service';
import { Injectable } from '@nestjs/common';
import { admit } from './breaker.ts';
import { BreakerBoard } from './breaker-board.ts';
import { CallWindow } from './call-window.ts';
import { findUpstream, giveBackDaily, takeDaily, tellExhausted, type Upstream } from './quota.store.ts';

/** Whether calls may be made right now: `wait` may end within the asker's patience, the others do not. */
export type Grant =
  | { kind: 'granted' }
  | { kind: 'wait'; waitMs: number }
  /** More at once than the upstream ever allows. */
  | { kind: 'never'; burst: number }
  | { kind: 'refused'; reason: 'breaker-open' | 'daily-budget' | 'unknown-upstream'; retryAfterMs: number };

const DAY_MS = 86_400_000;
const UNKNOWN_RETRY_MS = 60_000;

/**
 * One attempt to get permits: breaker, budget of the day, window of calls, in this order. The day's budget is
 * durable and taken first; a crash before the calls loses a few of the day's calls and never allows too many.
 */
@Injectable()
export class PermitGrant {
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly window: CallWindow,
    private readonly breakers: BreakerBoard,
  ) {}

  async attempt(name: string, permits: number): Promise<Grant> {
    const upstream = await this.database.read([], (tx) => findUpstream(tx, name));
    if (!upstream) return { kind: 'refused', reason: 'unknown-upstream', retryAfterMs: UNKNOWN_RETRY_MS };
    if (permits > upstream.burst) return { kind: 'never', burst: upstream.burst };
    const admission = admit(upstream.breaker, upstream.nowMs, this.breakers.policy);
    if (!admission.allowed) return breakerOpen(admission.retryAfterMs);

    const day = upstream.dailyBudget === null ? undefined : await this.takeDaily(upstream, permits);
    if (upstream.dailyBudget !== null && day === undefined) {
      return { kind: 'refused', reason: 'daily-budget', retryAfterMs: untilNextDay(upstream.nowMs) };
    }
    let isGranted = false;
    try {
      const answer = await this.window.take(name, permits, upstream);
      if (!answer.granted) return { kind: 'wait', waitMs: answer.retryAfterMs };
      // Last, so that a probe that is out really makes its call.
      const refusedForMs = admission.next ? await this.breakers.sendProbe(name) : undefined;
      if (refusedForMs !== undefined) return breakerOpen(refusedForMs);
      isGranted = true;
      return { kind: 'granted' };
    } finally {
      if (!isGranted && day !== undefined) await this.giveBack(name, day, permits);
    }
  }

  private async takeDaily(upstream: Upstream, permits: number): Promise<string | undefined> {
    const day = await this.database.transaction([], (tx) => takeDaily(tx, upstream, permits));
    if (day === undefined) await this.tellExhausted(upstream);
    return day;
  }

  private async tellExhausted(upstream: Upstream): Promise<void> {
    await this.bus.transaction([OPERATOR_ACCOUNT_ID], async ({ tx, publish }) => {
      if (!(await tellExhausted(tx, upstream))) return;
      const resetsAt = new Date(upstream.nowMs + untilNextDay(upstream.nowMs)).toISOString();
      const data = { upstream: upstream.upstream, budget: upstream.dailyBudget!, resetsAt };
      publish(QuotaExhausted, data, { accountId: OPERATOR_ACCOUNT_ID, key: OPERATOR_ACCOUNT_ID });
    });
  }

  private giveBack(upstream: string, day: string, permits: number): Promise<void> {
    return this.database.transaction([], (tx) => giveBackDaily(tx, upstream, day, permits));
  }
}

const breakerOpen = (retryAfterMs: number): Grant => ({
  kind: 'refused',
  reason: 'breaker-open',
  retryAfterMs,
});

/** Days are UTC days. */
const untilNextDay = (nowMs: number): number => DAY_MS - (nowMs % DAY_MS);
