import type { BudgetWindow } from '@souk/contracts';
import type { UpstreamBudget } from './config.ts';

/** How far ahead and for how long a process may hold permits of a fast upstream. */
export interface LeaseTerms {
  /** Permits may begin at most this far ahead. */
  horizonMs: number;
  /** How long a permit that was free at once may be kept in hand. */
  holdMs: number;
  /** How late a permit that begins later may be handed out. */
  slackMs: number;
}

/** All that the calls of an upstream have to keep to, apart from its daily budget. */
export interface Limits {
  windows: BudgetWindow[];
  /** Every permit counts as used this long after it was handed out: its way to the upstream. */
  guardMs: number;
  /** Only fast upstreams are leased: a slow one asks Redis for every permit. */
  lease: LeaseTerms | undefined;
}

type Budget = Pick<UpstreamBudget, 'ratePerSecond' | 'burst' | 'windows' | 'guardMs'>;

const LEASE_FROM_PER_SECOND = 100;
/** Guard and slack lower the rate by as much: 5 % and 2.5 % of the shortest window leave more than 90 %. */
const GUARD_SHARE = 0.05;
const GUARD_AT_MOST_MS = 100;
const SLACK_SHARE = 0.025;
/** A permit must survive its way from Redis; of windows below 200 ms this takes more than 2.5 %. */
const SLACK_AT_LEAST_MS = 5;
const HORIZON_AT_MOST_MS = 500;

export function limitsOf(budget: Budget): Limits {
  const { ratePerSecond, burst } = budget;
  const windows = [
    { calls: burst, periodMs: (burst / ratePerSecond) * 1_000 },
    ...budget.windows.map(({ calls, seconds }) => ({ calls, periodMs: seconds * 1_000 })),
  ].toSorted((a, b) => a.periodMs - b.periodMs);
  const shortestMs = windows[0]!.periodMs;
  const guardMs = budget.guardMs ?? Math.min(GUARD_AT_MOST_MS, shortestMs * GUARD_SHARE);
  const lease = {
    horizonMs: Math.min(HORIZON_AT_MOST_MS, shortestMs / 2),
    holdMs: Math.min(HORIZON_AT_MOST_MS, shortestMs) / 4,
    slackMs: Math.max(SLACK_AT_LEAST_MS, shortestMs * SLACK_SHARE),
  };
  return { windows, guardMs, lease: longRunRate(windows) >= LEASE_FROM_PER_SECOND ? lease : undefined };
}

/** Calls per second that all windows allow for ever. */
export const longRunRate = (windows: readonly BudgetWindow[]): number =>
  Math.min(...windows.map(({ calls, periodMs }) => (calls / periodMs) * 1_000));

/** Calls that can ever be made at once. */
export const mostAtOnce = (windows: readonly BudgetWindow[]): number =>
  Math.min(...windows.map(({ calls }) => calls));
