import type { Observed } from './series.ts';

/**
 * The alerts of a rule, one for each episode: it holds now and did not hold at the observation before, and the price
 * is not that of the last alert without another price in between. What holds from the first observation on raises
 * nothing; undefined, where it cannot be told, changes nothing, and neither does a price that was heard later. The same
 * for every rule.
 */
export function alertsOf(
  observed: readonly Observed[],
  holds: (index: number) => boolean | undefined,
): number[] {
  const alerts: number[] = [];
  let heldBefore = true;
  let told: number | undefined;
  for (let index = 0; index < observed.length; index += 1) {
    const { priceMinor } = observed[index]!;
    if (told !== undefined && told !== priceMinor) told = undefined;
    const held = observed[index]!.heardLate ? undefined : holds(index);
    if (held && !heldBefore && told === undefined) {
      alerts.push(index);
      told = priceMinor;
    }
    heldBefore = held ?? heldBefore;
  }
  return alerts;
}

/** Observations whose score alerts at a threshold or above. */
export const scoreAlerts = (
  observed: readonly Observed[],
  scores: ArrayLike<number>,
  threshold: number,
): number[] =>
  alertsOf(observed, (index) => (Number.isNaN(scores[index]) ? undefined : scores[index]! >= threshold));

/**
 * The strictest threshold at which a count comes to the wanted one: never fewer alerts than the rule that is compared
 * with, and as few more as the steps of the score allow. Where no threshold brings that many, the one with the most.
 */
export function thresholdFor(wanted: number, countAt: (threshold: number) => number): number {
  let [low, high] = [100, 100];
  let most = { threshold: 100, count: 0 };
  for (let tenths = 1000; tenths > 0; tenths -= 10) {
    const count = countAt(tenths / 10);
    if (count > most.count) most = { threshold: tenths / 10, count };
    if (count >= wanted) {
      [low, high] = [tenths / 10, Math.min(100, tenths / 10 + 1)];
      break;
    }
  }
  if (most.count < wanted) return most.threshold;
  for (let halvings = 0; halvings < 12; halvings += 1) {
    const middle = (low + high) / 2;
    if (countAt(middle) >= wanted) low = middle;
    else high = middle;
  }
  return low;
}
