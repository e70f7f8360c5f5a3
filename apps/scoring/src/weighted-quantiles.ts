/**
 * Quantiles of weighted prices: for each percent p the smallest price such that prices up to it carry at least p
 * percent of all weight; whole numbers throughout, so that nothing hangs on rounding. Without any weight the newest price (the last given) answers for all.
 */
export function weightedQuantiles(
  prices: readonly number[],
  weights: readonly number[],
  percents: readonly number[],
): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return percents.map(() => prices.at(-1)!);
  const order = prices.map((_, index) => index).sort((a, b) => prices[a]! - prices[b]!);
  return percents.map((percent) => {
    let sum = 0;
    const reached = order.find((index) => {
      sum += weights[index]!;
      return sum * 100 >= percent * total && weights[index]! > 0;
    });
    return prices[reached!]!;
  });
}
