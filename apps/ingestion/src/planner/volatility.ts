/** What checks of one product have shown so far. */
export interface CheckHistory {
  checks: number;
  /** Checks that found another price than the one before. */
  changes: number;
  /** Time between the first and the last of them. */
  watchedHours: number;
  /** Sum of the changes' sizes, each as a share of the price before. */
  moved: number;
}

/** Nothing is known yet: a change in two days, of a twentieth of the price. */
const PRIOR = { changes: 1, hours: 48, moved: 0.05 };
/** Old checks fade, so that a product that has calmed down is seen to have. */
const REMEMBERED_CHECKS = 200;

/**
 * How often the price changes. Checks that lie far apart miss changes; the estimator corrects for that, and the prior
 * carries the first checks.
 * @see J. Cho, H. Garcia-Molina, Estimating frequency of change, ACM TOIT 3(3), 2003: -log((n - X + 0.5) / (n + 0.5))
 */
export function changesPerHour({ checks, changes, watchedHours }: CheckHistory): number {
  const corrected = checks * -Math.log((checks - changes + 0.5) / (checks + 0.5));
  return (corrected + PRIOR.changes) / (watchedHours + PRIOR.hours);
}

/** The size of a change that is to be expected, as a share of the price. */
export const usualMove = ({ changes, moved }: CheckHistory): number =>
  (moved + PRIOR.moved * PRIOR.changes) / (changes + PRIOR.changes);

/** The history after one more check. */
export function checkedOnce(
  history: CheckHistory,
  check: { sinceLastHours: number; before: number | null; after: number | null },
): CheckHistory {
  const { sinceLastHours, before, after } = check;
  const hasChanged = before !== null && before !== after;
  const move = !hasChanged || after === null || before === 0 ? 0 : Math.abs(after - before) / before;
  const keep = history.checks >= REMEMBERED_CHECKS ? 0.5 : 1;
  return {
    checks: Math.round(history.checks * keep) + (before === null ? 0 : 1),
    changes: Math.round(history.changes * keep) + (hasChanged ? 1 : 0),
    watchedHours: history.watchedHours * keep + (before === null ? 0 : sinceLastHours),
    moved: history.moved * keep + Math.min(1, move),
  };
}
