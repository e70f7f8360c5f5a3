import type { PriceTimeline } from './price-timeline.ts';
import type { TodaysMoney } from './price-trend.ts';

const ROOM = 256;

/** The lowest and the highest of some prices; infinite of none. */
export interface PriceRange {
  lowMinor: number;
  highMinor: number;
}

/**
 * The prices in force before the newest observation, run by run from new to old, in columns. Room that is used again:
 * what was read before is gone.
 */
export class PastRuns {
  length = 0;
  /** Minor units. */
  prices = new Float64Array(ROOM);
  range: PriceRange = { lowMinor: Infinity, highMinor: -Infinity };
  /** The same in today's money. */
  reals = this.prices;
  realRange = this.range;
  /** A run was in force from the bound after its own to its own: the first one up to the newest observation. */
  boundsMs = new Float64Array(ROOM + 1);
  private inTodaysMoney = new Float64Array(ROOM);

  /** Reads a timeline from a run on, as far back as a time. What came just now was in force for no time, and is left out. */
  read(timeline: PriceTimeline, oldest: number, fromMs: number, money: TodaysMoney): void {
    this.makeRoom(timeline.length - oldest);
    this.readColumns(timeline, oldest, fromMs);
    this.range = rangeOf(this.prices, this.length);
    this.reals = this.prices;
    this.realRange = this.range;
    if (!money.isRising) return;
    this.reals = this.inTodaysMoney;
    let endMs = this.boundsMs[0]!;
    for (let run = 0; run < this.length; run += 1) {
      // A change of availability begins a run of its own, but the same price held on.
      if (run > 0 && this.prices[run] !== this.prices[run - 1]) endMs = this.boundsMs[run]!;
      this.reals[run] = money.of(this.prices[run]!, endMs);
    }
    this.realRange = rangeOf(this.reals, this.length);
  }

  /** From the first to the newest of these prices. */
  get coveredMs(): number {
    return this.boundsMs[0]! - this.boundsMs[this.length]!;
  }

  /** Of the prices in force since a time. */
  rangeSince(atMs: number): PriceRange {
    const { boundsMs, length } = this;
    if (length > 0 && boundsMs[length - 1]! > atMs) return this.range;
    let since = 0;
    while (since < length && boundsMs[since]! > atMs) since += 1;
    return rangeOf(this.prices, since);
  }

  private makeRoom(runs: number): void {
    if (this.prices.length >= runs) return;
    const room = 2 ** Math.ceil(Math.log2(runs));
    this.prices = new Float64Array(room);
    this.inTodaysMoney = new Float64Array(room);
    this.boundsMs = new Float64Array(room + 1);
  }

  private readColumns(timeline: PriceTimeline, oldest: number, fromMs: number): void {
    const { starts, newestMs } = timeline;
    const { prices, boundsMs } = this;
    boundsMs[0] = newestMs;
    let length = 0;
    for (let run = timeline.length - 1; run >= oldest; run -= 1) {
      const startMs = starts[run]! > fromMs ? starts[run]! : fromMs;
      if (startMs === boundsMs[length]) continue;
      prices[length] = timeline.prices[run]!;
      length += 1;
      boundsMs[length] = startMs;
    }
    this.length = length;
  }
}

function rangeOf(prices: Float64Array, length: number): PriceRange {
  let [lowMinor, highMinor] = [Infinity, -Infinity];
  for (let run = 0; run < length; run += 1) {
    const price = prices[run]!;
    if (price < lowMinor) lowMinor = price;
    if (price > highMinor) highMinor = price;
  }
  return { lowMinor, highMinor };
}
