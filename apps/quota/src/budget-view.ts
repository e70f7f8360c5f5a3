import type { ListBudgets, ResponseOf } from '@souk/contracts';
import { Database } from '@souk/service';
import { Injectable } from '@nestjs/common';
import { type Breaker, settled } from './breaker.ts';
import { CallWindow } from './call-window.ts';
import { forecastOf, type UseSlot, usedWithinDay } from './daily-use.ts';
import { useSlots } from './daily.store.ts';
import { factorAt } from './pace.ts';
import { PermitDesk } from './permit-desk.ts';
import { listUpstreams, type Upstream } from './quota.store.ts';
import { UseCounter } from './use-counter.ts';
import { type Limits, limitsOf, longRunRate } from './windows.ts';

type Budget = ResponseOf<typeof ListBudgets>['upstreams'][number];

/** Budgets, use and breakers as all replicas see them; who waits, as this one does. */
@Injectable()
export class BudgetView {
  constructor(
    private readonly database: Database,
    private readonly window: CallWindow,
    private readonly desk: PermitDesk,
    private readonly uses: UseCounter,
  ) {}

  async all(): Promise<Budget[]> {
    await this.uses.write();
    const { upstreams, slots } = await this.database.read([], async (tx) => ({
      upstreams: await listUpstreams(tx),
      slots: Map.groupBy(await useSlots(tx), ({ upstream }) => upstream),
    }));
    return Promise.all(upstreams.map((upstream) => this.one(upstream, slots.get(upstream.upstream) ?? [])));
  }

  private async one(of: Upstream, slots: readonly UseSlot[]): Promise<Budget> {
    const { upstream, ratePerSecond, burst, dailyBudget, isSetting, nowMs } = of;
    const limits = limitsOf(of);
    const used = await this.usedIn(upstream, limits);
    const factor = factorAt(of.pace, nowMs);
    return {
      ...{ upstream, ratePerSecond, burst, dailyBudget, isSetting },
      usedToday: usedWithinDay(slots, nowMs),
      waiting: this.desk.waiting(upstream),
      breaker: settled(of.breaker, nowMs).state,
      windows: limits.windows.map((window, index) => ({ ...window, used: used[index] ?? null })),
      guardMs: limits.guardMs,
      pace: {
        factor,
        ratePerSecond: longRunRate(limits.windows) * factor,
        throttledAt: of.pace.sinceMs > 0 ? new Date(of.pace.sinceMs).toISOString() : null,
      },
      breakers: [['', settled(of.breaker, nowMs)] as const, ...of.operations]
        .filter(([, { state, failures }]) => state !== 'closed' || failures > 0)
        .map(([operation, breaker]) => breakerView(operation, breaker, nowMs)),
      forecast: dailyBudget === null ? null : forecastView(slots, dailyBudget, nowMs),
    };
  }

  /** Budgets are shown also while Redis is away. */
  private async usedIn(upstream: string, limits: Limits): Promise<(number | null)[]> {
    return this.window.used(upstream, limits).catch(() => limits.windows.map(() => null));
  }
}

function breakerView(operation: string, breaker: Breaker, nowMs: number) {
  const { state, failures, openUntilMs, probeUntilMs } = breaker;
  const untilMs = state === 'open' ? openUntilMs : probeUntilMs;
  const retryAfterMs = state === 'closed' ? 0 : Math.max(0, Math.ceil(untilMs - nowMs));
  return { operation: operation || null, state, failures, retryAfterMs };
}

function forecastView(slots: readonly UseSlot[], budget: number, nowMs: number) {
  const { callsLastHour, exhaustedAtMs } = forecastOf(slots, budget, nowMs);
  return {
    callsLastHour,
    exhaustedAt: exhaustedAtMs === null ? null : new Date(exhaustedAtMs).toISOString(),
  };
}
