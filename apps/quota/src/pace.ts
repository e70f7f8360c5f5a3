/** How much of its budget an upstream is given after it asked for fewer calls without saying for how long. */
export interface Pace {
  /** Share of the budget at `sinceMs`, above 0 and at most 1. */
  factor: number;
  sinceMs: number;
}

export const FULL_PACE: Pace = { factor: 1, sinceMs: 0 };
export const SLOWEST = 1 / 32;
const DECREASE = 0.5;
/** A hundredth of the budget per second: from half to full in 50 s. */
const RECOVERY_PER_SECOND = 0.01;
/** Calls that were under way when the pace was lowered say nothing of the new one. */
const SETTLE_MS = 1_000;

/**
 * The share in force: it recovers by addition, never above the budget.
 * @see Chiu and Jain, Analysis of the increase and decrease algorithms for congestion avoidance (1989)
 */
export const factorAt = ({ factor, sinceMs }: Pace, nowMs: number): number =>
  Math.min(1, factor + (RECOVERY_PER_SECOND * Math.max(0, nowMs - sinceMs)) / 1_000);

/** The pace after one more refusal: halved, once per while; the same object when nothing changes. */
export function slowed(pace: Pace, nowMs: number): Pace {
  if (pace.sinceMs > 0 && nowMs - pace.sinceMs < SETTLE_MS) return pace;
  return { factor: Math.max(SLOWEST, factorAt(pace, nowMs) * DECREASE), sinceMs: nowMs };
}
