import { ALIKE, LASTING_MS } from './lasting-levels.ts';
import type { PastRuns } from './past-runs.ts';
import { ONE_SALE_MS } from './prior-price.ts';

export interface Falls {
  /**
   * Times that the price fell by more than 2 % at once, to whatever level, and 60 days or a price lower by as much have
   * come since. A price that falls further within two days fell once, to the last level.
   */
  falls: number;
  /** Of these, falls that were not undercut within 60 days. */
  lastedFalls: number;
}

// Room to work in, used again by every count: the later prices that nothing before them undercuts, from late and low
// to early and high.
let laterPrices = new Float64Array(256);
let laterStarts = new Float64Array(257);

/** Counts falls of the price by more than 2 %, from new to old, and which of them were followed by lower prices. */
export function countFalls({ prices, boundsMs, length }: PastRuns): Falls {
  if (laterPrices.length < length)
    [laterPrices, laterStarts] = [new Float64Array(prices.length), new Float64Array(prices.length)];
  const newestMs = boundsMs[0]!;
  let [falls, lastedFalls] = [0, 0];
  // When the sale found last came to its lowest level: what fell shortly before was a step of the same sale.
  let saleMs = Infinity;
  let last = -1;
  for (let run = 0; run < length; run += 1) {
    const price = prices[run]!;
    // This run is dearer than the one after it: that one began with a fall.
    if (last >= 0 && laterPrices[last]! < price * (1 - ALIKE)) {
      const lowerMinor = laterPrices[last]! * (1 - ALIKE);
      const startMs = laterStarts[last]!;
      let undercut = last - 1;
      while (undercut >= 0 && laterPrices[undercut]! >= lowerMinor) undercut -= 1;
      const undercutMs = undercut >= 0 ? laterStarts[undercut]! : Infinity;
      if (undercutMs > saleMs || undercutMs === Infinity || saleMs - startMs > ONE_SALE_MS) {
        saleMs = startMs;
        const isUndercut = undercutMs <= startMs + LASTING_MS;
        if (isUndercut || startMs + LASTING_MS <= newestMs) falls += 1;
        if (!isUndercut && startMs + LASTING_MS <= newestMs) lastedFalls += 1;
      }
    }
    while (last >= 0 && laterPrices[last]! >= price) last -= 1;
    last += 1;
    laterPrices[last] = price;
    laterStarts[last] = boundsMs[run + 1]!;
  }
  return { falls, lastedFalls };
}
