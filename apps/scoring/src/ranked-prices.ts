/**
 * Prices that weights are added to bit by bit, to be asked for quantiles in between: sorted once, however often they are
 * asked. Tells the same as `weightedQuantiles` of what was added so far.
 */
export class RankedPrices {
  /** Places of the prices, from low to high. */
  private readonly order: number[];
  /** Of each place where it stands in that order. */
  private readonly ranks: Uint32Array;
  /** In that order. */
  private readonly weights: Float64Array;
  private readonly prices: readonly number[];
  private total = 0;

  constructor(prices: readonly number[]) {
    this.prices = prices;
    this.order = prices.map((_, place) => place).sort((one, other) => prices[one]! - prices[other]!);
    this.ranks = new Uint32Array(prices.length);
    for (let rank = 0; rank < prices.length; rank += 1) this.ranks[this.order[rank]!] = rank;
    this.weights = new Float64Array(prices.length);
  }

  /** @param place of the price among those given */
  add(place: number, weight: number): void {
    this.weights[this.ranks[place]!]! += weight;
    this.total += weight;
  }

  /**
   * For each percent, from low to high, the smallest price such that prices up to it carry at least as much of all
   * weight.
   * @param weightless what is told when nothing has any weight
   */
  quantiles(percents: readonly number[], weightless: number): number[] {
    const { prices, order, weights, total } = this;
    if (total === 0) return percents.map(() => weightless);
    let rank = 0;
    let sum = weights[0]!;
    return percents.map((percent) => {
      while (sum * 100 < percent * total) sum += weights[(rank += 1)]!;
      return prices[order[rank]!]!;
    });
  }
}
