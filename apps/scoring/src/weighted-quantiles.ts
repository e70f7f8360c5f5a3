/**
 * Quantiles of weighted prices: for each share q the smallest price such that prices up to it carry at least q of
 * all weight. Without any weight the newest price (the last given) answers for all.
 */
export function weightedQuantiles(
  prices: readonly number[],
  weights: readonly number[],
  shares: readonly number[],
): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return shares.map(() => prices.at(-1)!);
  const order = prices.map((_, index) => index).sort((a, b) => prices[a]! - prices[b]!);
  return shares.map((share) => {
    let sum = 0;
    for (const index of order) {
      sum += weights[index]!;
      if (sum >= share * total && weights[index]! > 0) return prices[index]!;
    }
    return prices[order.at(-1)!]!;
  });
}
