/**
 * Draws numbers from 0 to `count` - 1 as people look for products: the n-th with a probability of 1/n (Zipf's law).
 * The same seed draws the same.
 */
export function zipf(count: number, seed = 1): () => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let rank = 1; rank <= count; rank += 1) sums[rank - 1] = sum += 1 / rank;
  let state = seed >>> 0;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    const drawn = (((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sums[middle]! < drawn) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
