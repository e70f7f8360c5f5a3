import type { PriceTimeline } from './price-timeline.ts';

/**
 * The lower weighted median: the smallest price such that prices up to it carry at least half of all weight; whole
 * numbers throughout, as in `weightedQuantiles`, but found without sorting, since it is worked out for every price that
 * comes in. Prices without weight count for nothing.
 * @returns undefined without any weight
 * @see https://en.wikipedia.org/wiki/Weighted_median
 */
export function weightedMedian(
  prices: ArrayLike<number>,
  weights: ArrayLike<number>,
  count = prices.length,
): number | undefined {
  ROOM.clear();
  for (let index = 0; index < count; index += 1) ROOM.add(prices[index]!, weights[index]!);
  return ROOM.median();
}

/** What a timeline tells: a price is in force until the next run starts. */
type Runs = Pick<PriceTimeline, 'starts' | 'prices' | 'length'>;

/** Fewer are searched as they are. */
const FEW = 96;
/** Of more a sample tells about where the median lies: between places of the sample this far from its own. */
const SAMPLE = 96;
const BESIDE = 10;

/** Prices that are weighed one by one; kept between uses, so that no memory is asked for. */
export class WeighedPrices {
  private values = new Float64Array(256);
  private shares = new Float64Array(256);
  private used = 0;
  private total = 0;

  clear(): void {
    this.used = 0;
    this.total = 0;
  }

  /** Adds the prices of runs from one on, each for as long as it was in force between two times. */
  addRuns({ starts, prices, length }: Runs, oldest: number, fromMs: number, toMs: number): void {
    while (this.used + length - oldest > this.values.length) this.grow();
    const { values, shares } = this;
    let { used, total } = this;
    let startMs = starts[oldest]!;
    for (let run = oldest; run < length && startMs < toMs; run += 1) {
      const nextMs = run + 1 < length ? starts[run + 1]! : toMs;
      const weight = (nextMs < toMs ? nextMs : toMs) - (startMs > fromMs ? startMs : fromMs);
      startMs = nextMs;
      if (weight <= 0) continue;
      values[used] = prices[run]!;
      shares[used] = weight;
      used += 1;
      total += weight;
    }
    this.used = used;
    this.total = total;
  }

  add(price: number, weight: number): void {
    if (weight <= 0) return;
    if (this.used === this.values.length) this.grow();
    this.values[this.used] = price;
    this.shares[this.used] = weight;
    this.used += 1;
    this.total += weight;
  }

  /** The lower weighted median of what was added, which is in another order afterwards. */
  median(): number | undefined {
    const { values, shares, used, total } = this;
    if (used === 0) return undefined;
    return (used > FEW ? this.medianNearSample() : undefined) ?? select(values, shares, used, 0, total);
  }

  /**
   * Two prices of a sample around its median; those between them are copied and searched. Undefined where the median
   * lies elsewhere. Without branches, which a processor would guess wrong half of the time.
   */
  private medianNearSample(): number | undefined {
    const { values, shares, used, total } = this;
    for (let place = 0; place < SAMPLE; place += 1)
      sample[place] = values[Math.floor((place * used) / SAMPLE)]!;
    sample.sort();
    const low = sample[SAMPLE / 2 - BESIDE]!;
    const high = sample[SAMPLE / 2 + BESIDE]!;
    if (nearValues.length < used)
      [nearValues, nearShares] = [new Float64Array(used * 2), new Float64Array(used * 2)];
    let [near, below, nearWeight] = [0, 0, 0];
    for (let index = 0; index < used; index += 1) {
      const value = values[index]!;
      const share = shares[index]!;
      const isBelow = value < low ? 1 : 0;
      const isNear = (value <= high ? 1 : 0) - isBelow;
      below += share * isBelow;
      nearWeight += share * isNear;
      nearValues[near] = value;
      nearShares[near] = share;
      near += isNear;
    }
    const isThere = below * 2 < total && (below + nearWeight) * 2 >= total;
    return isThere ? select(nearValues, nearShares, near, below, total) : undefined;
  }

  private grow(): void {
    const [values, shares] = [this.values, this.shares];
    this.values = new Float64Array(values.length * 2);
    this.shares = new Float64Array(shares.length * 2);
    this.values.set(values);
    this.shares.set(shares);
  }
}

// Room to work in, used again by every call: nothing here waits in between.
const sample = new Float64Array(SAMPLE);
let nearValues = new Float64Array(256);
let nearShares = new Float64Array(256);
const ROOM = new WeighedPrices();

/**
 * Selection with three-way partition, O(n) on average.
 * @param weightBelow of prices less than all of these, which count towards the total as well
 */
function select(
  values: Float64Array,
  shares: Float64Array,
  used: number,
  weightBelow: number,
  total: number,
): number {
  let [low, high, below] = [0, used - 1, weightBelow];
  for (;;) {
    const pivot = values[(low + high) >>> 1]!;
    let less = low;
    let more = high;
    let lessWeight = 0;
    let equalWeight = 0;
    for (let index = low; index <= more;) {
      const value = values[index]!;
      if (value > pivot) swap(values, shares, index, more--);
      else {
        if (value < pivot) {
          lessWeight += shares[index]!;
          swap(values, shares, index, less++);
        } else equalWeight += shares[index]!;
        index += 1;
      }
    }
    if ((below + lessWeight) * 2 >= total) high = less - 1;
    else if ((below + lessWeight + equalWeight) * 2 >= total) return pivot;
    else {
      below += lessWeight + equalWeight;
      low = more + 1;
    }
  }
}

function swap(values: Float64Array, shares: Float64Array, one: number, other: number): void {
  const value = values[one]!;
  values[one] = values[other]!;
  values[other] = value;
  const share = shares[one]!;
  shares[one] = shares[other]!;
  shares[other] = share;
}
