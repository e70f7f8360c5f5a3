import type { PriceTimeline } from './price-timeline.ts';
import { runAt } from './run-places.ts';

/** Fewer runs are looked through each time: that takes no longer, and nothing has to be remembered. */
const MANY = 48;

/**
 * The lowest price since any time, exact however many there were: of runs that have ended only those are kept after
 * which no other was as low, which makes their prices rise from old to new.
 */
export class LowestSince {
  /** How many are kept; what the columns hold behind them is left from before. */
  length = 0;
  private readonly endsMs: number[] = [];
  private readonly prices: number[] = [];

  /** Adds a run that ended after all others. */
  add(endMs: number, priceMinor: number): void {
    const { endsMs, prices } = this;
    let last = this.length - 1;
    while (last >= 0 && prices[last]! >= priceMinor) last -= 1;
    endsMs[last + 1] = endMs;
    prices[last + 1] = priceMinor;
    this.length = last + 2;
  }

  /** Minor units; what was in force when the time began counts. Infinite of none. */
  since(atMs: number): number {
    const first = this.endedBy(atMs);
    return first < this.length ? this.prices[first]! : Infinity;
  }

  /** Forgets what had ended by a time, since which nobody asks. */
  forget(untilMs: number): void {
    const gone = this.endedBy(untilMs);
    this.endsMs.splice(0, gone);
    this.prices.splice(0, gone);
    this.length -= gone;
  }

  private endedBy(atMs: number): number {
    return runAt(this.endsMs, atMs, this.length) + 1;
  }
}

const room = new LowestSince();

/** Of the runs held that have ended. Where there are few of them it is good until the next one is asked for. */
export function lowestOfEnded(timeline: PriceTimeline): LowestSince {
  if (timeline.lows) return timeline.lows;
  const { starts, prices, length } = timeline;
  const lows = length < MANY ? room : (timeline.lows = new LowestSince());
  lows.length = 0;
  for (let run = 1; run < length; run += 1) lows.add(starts[run]!, prices[run - 1]!);
  return lows;
}
