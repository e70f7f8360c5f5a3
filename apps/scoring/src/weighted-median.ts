/**
 * The lower weighted median: the smallest price such that prices up to it carry at least half of all weight; whole
 * numbers throughout, as in `weightedQuantiles`, but found without sorting (selection with three-way partition, O(n)
 * on average), since it is worked out for every price that comes in. Prices without weight count for nothing.
 * @returns undefined without any weight
 * @see https://en.wikipedia.org/wiki/Weighted_median
 */
export function weightedMedian(
  prices: ArrayLike<number>,
  weights: ArrayLike<number>,
  count = prices.length,
): number | undefined {
  reserve(count);
  let total = 0;
  let used = 0;
  for (let index = 0; index < count; index += 1) {
    const weight = weights[index]!;
    if (weight <= 0) continue;
    values[used] = prices[index]!;
    shares[used] = weight;
    used += 1;
    total += weight;
  }
  return used === 0 ? undefined : select(used, total);
}

function select(used: number, total: number): number {
  let low = 0;
  let high = used - 1;
  let below = 0;
  for (;;) {
    const pivot = values[(low + high) >>> 1]!;
    let less = low;
    let more = high;
    let lessWeight = 0;
    let equalWeight = 0;
    for (let index = low; index <= more;) {
      const value = values[index]!;
      if (value > pivot) swap(index, more--);
      else {
        if (value < pivot) {
          lessWeight += shares[index]!;
          swap(index, less++);
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

// Room to work in, used again by every call: nothing here waits in between.
let values = new Float64Array(512);
let shares = new Float64Array(512);

function reserve(count: number): void {
  if (count <= values.length) return;
  values = new Float64Array(count * 2);
  shares = new Float64Array(count * 2);
}

function swap(one: number, other: number): void {
  const value = values[one]!;
  values[one] = values[other]!;
  values[other] = value;
  const share = shares[one]!;
  shares[one] = shares[other]!;
  shares[other] = share;
}
