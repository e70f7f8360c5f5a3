/** A price that became ten times as high or as low from one period to the next is a mistake, or another product. */
const LARGEST_LINK = Math.log(10);

export interface IndexPoint {
  /** 100 in the period before the first link; else null where no offer has a price in this period and in the one before. */
  value: number | null;
  /** Offers with a price in both periods. */
  matched: number;
}

export const INDEX_METHOD =
  'jevons-chain-1: the geometric mean of the price relatives of all offers priced in two consecutive periods, ' +
  'chained (matched models, each counting the same)';

/**
 * A chained price index. The elementary index of Jevons links two consecutive periods:
 *
 *   I(t) = I(t-1) * exp(1/n * sum over the n matched offers of ln(p(t) / p(t-1)))
 *
 * p is the average price of a period, time-weighted. Only offers with a price in both periods count, so that new and
 * gone ones shift nothing. For a fixed set of offers chaining is exact (Jevons is transitive). Where nothing matches
 * there is no value, and the chain goes on from its last one.
 * @see ILO, IMF and others: Consumer Price Index Manual, Concepts and Methods (2020), on elementary indices
 */
export class JevonsChain {
  private readonly logSums: Float64Array;
  private readonly counts: Uint32Array;

  constructor(private readonly periods: number) {
    this.logSums = new Float64Array(periods);
    this.counts = new Uint32Array(periods);
  }

  /** Average prices of one offer by period; NaN where it has none. */
  add(prices: ArrayLike<number>): void {
    for (let period = 1; period < this.periods; period += 1) {
      const link = Math.log(prices[period]! / prices[period - 1]!);
      // NaN compares false: no price in one of the two.
      if (!(Math.abs(link) <= LARGEST_LINK)) continue;
      this.logSums[period]! += link;
      this.counts[period]! += 1;
    }
  }

  points(): IndexPoint[] {
    let level = 100;
    // Periods before anything was known are no beginning.
    const base = this.counts.findIndex((matched) => matched > 0) - 1;
    return Array.from({ length: this.periods }, (_, period) => {
      const matched = this.counts[period]!;
      if (matched === 0) return { value: period === base ? 100 : null, matched };
      level *= Math.exp(this.logSums[period]! / matched);
      return { value: Math.round(level * 100) / 100, matched };
    });
  }
}
