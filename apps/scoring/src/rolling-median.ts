import type { PriceTimeline } from './price-timeline.ts';
import { runAt, runBefore } from './run-places.ts';
import { WeighedPrices } from './weighted-median.ts';

/** Fewer runs are weighed anew each time: that takes no longer, and nothing has to be remembered. */
const MANY = 48;
/** A median that has moved by more different prices than these is searched for anew. */
const STEPS = 4;

/** Medians of windows of one timeline; to be forgotten when its past changes. */
export class RollingMedians {
  readonly usual = new RollingMedian();
  readonly earlier = new RollingMedian();
  readonly later = new RollingMedian();
}

/**
 * The time-weighted median between two times, where the first one that counts is not before the start of a run.
 * @returns undefined for no time at all
 */
export function medianBetween(
  timeline: PriceTimeline,
  window: keyof RollingMedians,
  oldestRun: number,
  fromMs: number,
  toMs: number,
): number | undefined {
  if (timeline.length - oldestRun >= MANY) {
    timeline.medians ??= new RollingMedians();
    return timeline.medians[window].over(timeline, Math.max(fromMs, timeline.starts[oldestRun]!), toMs);
  }
  room.clear();
  room.addRuns(timeline, oldestRun, fromMs, toMs);
  return room.median();
}

const room = new WeighedPrices();

/**
 * The lower weighted median of a window that moves on, by what comes in at its end and drops out at its beginning: the
 * median and how long prices below it were in force is all that is remembered. Sums of whole milliseconds are exact, so
 * that the result is that of weighing all prices anew.
 */
export class RollingMedian {
  /** Prices up to here are counted. */
  toMs = -Infinity;
  private fromMs = -Infinity;
  private priceMinor = NaN;
  private belowMs = 0;
  private equalMs = 0;

  /** @param fromMs not before the timeline's first run */
  over(timeline: PriceTimeline, fromMs: number, toMs: number): number | undefined {
    if (toMs <= fromMs) return undefined;
    const isAhead = fromMs >= this.fromMs && fromMs < this.toMs && toMs >= this.toMs;
    if (!isAhead || !this.moveTo(timeline, fromMs, toMs)) this.weighAnew(timeline, fromMs, toMs);
    return this.priceMinor;
  }

  /** False where the median has gone far. */
  private moveTo(timeline: PriceTimeline, fromMs: number, toMs: number): boolean {
    this.count(timeline, this.fromMs, fromMs, -1);
    this.count(timeline, this.toMs, toMs, 1);
    this.fromMs = fromMs;
    this.toMs = toMs;
    for (let step = 0; step <= STEPS; step += 1) {
      const halfMs = (toMs - fromMs) / 2;
      if (this.belowMs >= halfMs) this.stepDown(timeline);
      else if (this.belowMs + this.equalMs < halfMs) this.stepUp(timeline);
      else return true;
    }
    return false;
  }

  private weighAnew(timeline: PriceTimeline, fromMs: number, toMs: number): void {
    room.clear();
    room.addRuns(timeline, runAt(timeline.starts, fromMs), fromMs, toMs);
    this.priceMinor = room.median()!;
    [this.fromMs, this.toMs] = [fromMs, toMs];
    [this.belowMs, this.equalMs] = [0, 0];
    this.count(timeline, fromMs, toMs, 1);
  }

  private count(timeline: PriceTimeline, fromMs: number, toMs: number, sign: 1 | -1): void {
    if (fromMs >= toMs) return;
    const { starts, prices, length } = timeline;
    const { priceMinor } = this;
    let [belowMs, equalMs] = [0, 0];
    let startMs = fromMs;
    for (let run = runAt(timeline.starts, fromMs); run < length && startMs < toMs; run += 1) {
      const nextMs = run + 1 < length ? starts[run + 1]! : toMs;
      const endMs = nextMs < toMs ? nextMs : toMs;
      if (prices[run]! < priceMinor) belowMs += endMs - startMs;
      else if (priceMinor === prices[run]) equalMs += endMs - startMs;
      startMs = endMs;
    }
    this.belowMs += sign * belowMs;
    this.equalMs += sign * equalMs;
  }

  private stepDown(timeline: PriceTimeline): void {
    const next = this.nearest(timeline, -1);
    this.equalMs = next.forMs;
    this.belowMs -= next.forMs;
    this.priceMinor = next.priceMinor;
  }

  private stepUp(timeline: PriceTimeline): void {
    const next = this.nearest(timeline, 1);
    this.belowMs += this.equalMs;
    this.equalMs = next.forMs;
    this.priceMinor = next.priceMinor;
  }

  /** The next lower or higher price of the window, and for how long it was in force. */
  private nearest(timeline: PriceTimeline, sign: 1 | -1): { priceMinor: number; forMs: number } {
    const { starts, prices } = timeline;
    const beyond = this.priceMinor * sign;
    let [nearest, forMs] = [Infinity, 0];
    let endMs = this.toMs;
    for (let run = runBefore(timeline.starts, this.toMs); endMs > this.fromMs; run -= 1) {
      const startMs = starts[run]! > this.fromMs ? starts[run]! : this.fromMs;
      const price = prices[run]! * sign;
      if (price > beyond && price <= nearest) {
        if (price < nearest) forMs = 0;
        nearest = price;
        forMs += endMs - startMs;
      }
      endMs = startMs;
    }
    return { priceMinor: nearest * sign, forMs };
  }
}
