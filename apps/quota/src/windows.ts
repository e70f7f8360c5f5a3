import type { BudgetWindow, UpstreamBudget } from '@souk/contracts';

/** How far ahead and for how long a process may hold permits of a fast upstream. */
export interface LeaseTerms {
  /** Permits may begin at most this far ahead. */
  horizonMs: number;
  /** How long a permit that nobody else lacks may be kept in hand. */
  holdMs: number;
  /** Least time between permits that are scarce. */
  apartMs: number;
}

/** All that the calls of an upstream have to keep to, apart from its daily budget. */
export interface Limits {
  windows: BudgetWindow[];
  /** Every permit counts as used this long after its moment: for its way to the worker and to the upstream. */
  guardMs: number;
  /** The part of it within which the call must have begun; the rest is for the way to the upstream. */
  useWithinMs: number;
  /** Only fast upstreams are leased: a slow one asks Redis for every permit. */
  lease: LeaseTerms | undefined;
}

type Budget = Pick<UpstreamBudget, 'ratePerSecond' | 'burst' | 'windows' | 'guardMs'>;

const LEASE_FROM_PER_SECOND = 100;
/** The guard lowers the rate by as much: 5 % of the shortest window leaves more than 95 %. */
const GUARD_SHARE = 0.05;
const GUARD_AT_MOST_MS = 100;
/** A leased permit must survive its way through the queue; of windows below 100 ms this takes more than 5 %. */
const LEASED_GUARD_AT_LEAST_MS = 5;
/** A little faster than the rate, so that it never is what holds calls back for long. */
const APART_SHARE = 0.9;
const USE_SHARE = 0.5;
const HORIZON_AT_MOST_MS = 500;

export function limitsOf(budget: Budget): Limits {
  const { ratePerSecond, burst } = budget;
  const windows = [
    { calls: burst, periodMs: (burst / ratePerSecond) * 1_000 },
    ...budget.windows.map(({ calls, seconds }) => ({ calls, periodMs: seconds * 1_000 })),
  ].toSorted((a, b) => a.periodMs - b.periodMs);
  const shortestMs = windows[0]!.periodMs;
  const isLeased = longRunRate(windows) >= LEASE_FROM_PER_SECOND;
  const leastMs = isLeased ? LEASED_GUARD_AT_LEAST_MS : 0;
  const guardMs = budget.guardMs ?? Math.max(leastMs, Math.min(GUARD_AT_MOST_MS, shortestMs * GUARD_SHARE));
  const lease = {
    horizonMs: Math.min(HORIZON_AT_MOST_MS, shortestMs / 2),
    holdMs: Math.min(HORIZON_AT_MOST_MS, shortestMs) / 4,
    apartMs: (APART_SHARE * 1_000) / longRunRate(windows),
  };
  return { windows, guardMs, useWithinMs: guardMs * USE_SHARE, lease: isLeased ? lease : undefined };
}

/** Calls per second that all windows allow for ever. */
export const longRunRate = (windows: readonly BudgetWindow[]): number =>
  Math.min(...windows.map(({ calls, periodMs }) => (calls / periodMs) * 1_000));

/** Calls that can ever be made at once. */
export const mostAtOnce = (windows: readonly BudgetWindow[]): number =>
  Math.min(...windows.map(({ calls }) => calls));
