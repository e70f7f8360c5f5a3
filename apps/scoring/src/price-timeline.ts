import { OUT_OF_STOCK } from './availability.ts';
import type { PriceColumns } from './chunks/point-columns.ts';
import { DAY_MS } from './day.ts';
import { LowestSince } from './lowest-since.ts';
import type { RollingMedians } from './rolling-median.ts';
import { runBefore } from './run-places.ts';

/** A price as the history knows it: minor units, and a code of availability (0 when it was not stated). */
export interface TimelineValue {
  priceMinor: number;
  availability: number;
}

export const isSoldOut = ({ availability }: Pick<TimelineValue, 'availability'>): boolean =>
  availability === OUT_OF_STOCK;

/** Times of the nearest other observations of the same offer and currency; infinite where there is none. */
export interface Neighbours {
  previousMs: number;
  nextMs: number;
}

/** What is known of the time before the first run that is held. */
export interface OlderPrices {
  lowMinor: number;
  highMinor: number;
  /** Of the last year. */
  lows: LowestSince;
}

/**
 * Runs beyond this are summed up as `older`. A year of changes every half hour fits; scoring reads half as many, so
 * that it makes no difference whether a timeline was just loaded or has grown.
 */
export const RUNS_HELD = 20_000;
/** Sums are made of many runs at once. */
const TOO_MANY = 1.1;
const LOWS_KEPT_MS = 365 * DAY_MS;

/**
 * All prices of one offer in one currency, run-length: consecutive observations of the same price and availability
 * are one run. A run's price is in force from its start until the next run starts; `lasts` tells when it was
 * observed last. Times are Unix milliseconds, arrays run from old to new.
 *
 * What cannot be bought has no price: while a product is sold out, the last price that it could be bought at stays,
 * whatever is told meanwhile, and a placeholder is neither a low nor what is usual. Before it could be bought, the first
 * price that it could be bought at counts; where it never could, the first one told.
 */
export class PriceTimeline {
  readonly starts: number[] = [];
  readonly lasts: number[] = [];
  readonly prices: number[] = [];
  /** As observed, also while sold out. */
  private readonly told: number[] = [];
  readonly availabilities: number[] = [];
  observations = 0;
  firstMs = Infinity;
  lowMinor = Infinity;
  highMinor = -Infinity;
  /** Present when runs before the first one held were summed up. */
  older: OlderPrices | undefined;
  /** Kept where there is much to weigh; forgotten when the past changes. */
  medians: RollingMedians | undefined;
  /** Of the runs held that have ended, where there are many; forgotten when the past changes. */
  lows: LowestSince | undefined;

  get length(): number {
    return this.starts.length;
  }

  get newestMs(): number {
    return this.lasts.at(-1) ?? -Infinity;
  }

  /** From the first observation to the newest one. */
  get historyMs(): number {
    return this.newestMs - this.firstMs;
  }

  /** The newest observation. */
  last(): TimelineValue | undefined {
    return this.valueOf(this.length - 1);
  }

  /** Adds an observation that is newer than all others. */
  append(atMs: number, value: TimelineValue): void {
    const last = this.length - 1;
    const priceMinor = this.priceBehind(last, value);
    this.count(atMs, priceMinor);
    // They took the price before for one that is still in force then.
    if (this.medians && atMs < this.medians.usual.toMs) this.medians = undefined;
    if (last >= 0 && this.isValue(last, value)) {
      this.lasts[last] = atMs;
      return;
    }
    this.lows?.add(atMs, this.prices[last]!);
    this.starts.push(atMs);
    this.lasts.push(atMs);
    this.prices.push(priceMinor);
    this.told.push(value.priceMinor);
    this.availabilities.push(value.availability);
    if (last >= 0 && this.availabilities[last] === OUT_OF_STOCK) this.carryBack();
  }

  /** Adds observations that are newer than all others, from old to new. */
  appendAll({ atMs, priceMinor, availability }: PriceColumns): void {
    for (let from = 0; from < atMs.length;) {
      const value = { priceMinor: priceMinor[from]!, availability: availability[from]! };
      let to = from + 1;
      while (
        to < atMs.length &&
        priceMinor[to] === value.priceMinor &&
        availability[to] === value.availability
      )
        to += 1;
      this.append(atMs[from]!, value);
      this.lasts[this.length - 1] = atMs[to - 1]!;
      this.observations += to - from - 1;
      from = to;
    }
  }

  /** Whether the time lies before what is held run by run, where only sums are known. */
  isBeyond(atMs: number): boolean {
    return this.older !== undefined && atMs < this.starts[0]!;
  }

  /** What preceded a time: the observation before it, and the lowest price of all before it. */
  before(atMs: number): (TimelineValue & { lowestMinor: number }) | undefined {
    const run = runBefore(this.starts, atMs);
    const value = this.valueOf(run);
    if (!value) return undefined;
    let lowestMinor = this.older?.lowMinor ?? Infinity;
    for (let index = 0; index <= run; index += 1) lowestMinor = Math.min(lowestMinor, this.prices[index]!);
    return { ...value, lowestMinor };
  }

  /**
   * The neighbours of an observation about to be inserted, where the runs tell them: between two runs they do,
   * and within a run of the same value they do not matter. Within a run of another value only the stored
   * observations tell where it is to be cut: undefined.
   */
  neighboursOf(atMs: number, value: TimelineValue): Neighbours | undefined {
    const run = runBefore(this.starts, atMs);
    if (run >= 0 && atMs < this.lasts[run]!) {
      return this.isValue(run, value) ? { previousMs: -Infinity, nextMs: Infinity } : undefined;
    }
    return { previousMs: this.lasts[run] ?? -Infinity, nextMs: this.starts[run + 1] ?? Infinity };
  }

  /** Adds an observation older than the newest one. The neighbours matter where it cuts a run in two. */
  insert(atMs: number, value: TimelineValue, neighbours: Neighbours): void {
    const run = runBefore(this.starts, atMs);
    this.count(atMs, this.priceBehind(run, value));
    this.medians = undefined;
    this.lows = undefined;
    if (run >= 0 && atMs < this.lasts[run]!) {
      if (!this.isValue(run, value)) this.split(run, atMs, value, neighbours);
    } else if (run >= 0 && this.isValue(run, value)) {
      this.lasts[run] = atMs;
    } else if (run + 1 < this.length && this.isValue(run + 1, value)) {
      this.starts[run + 1] = atMs;
    } else {
      this.put(run + 1, atMs, atMs, value);
    }
  }

  private split(run: number, atMs: number, value: TimelineValue, { previousMs, nextMs }: Neighbours): void {
    const rest = { priceMinor: this.told[run]!, availability: this.availabilities[run]! };
    this.put(run + 1, nextMs, this.lasts[run]!, rest);
    this.lasts[run] = previousMs;
    this.put(run + 1, atMs, atMs, value);
  }

  private put(index: number, startMs: number, lastMs: number, value: TimelineValue): void {
    this.starts.splice(index, 0, startMs);
    this.lasts.splice(index, 0, lastMs);
    this.prices.splice(index, 0, this.priceBehind(index - 1, value));
    this.told.splice(index, 0, value.priceMinor);
    this.availabilities.splice(index, 0, value.availability);
    this.carryOn(index);
    this.carryBack();
  }

  /** What is asked with an observation that follows a run. */
  private priceBehind(run: number, { priceMinor, availability }: TimelineValue): number {
    if (availability !== OUT_OF_STOCK) return priceMinor;
    if (run >= 0) return this.prices[run]!;
    const wasEverBought = this.availabilities.some((one) => one !== OUT_OF_STOCK);
    return wasEverBought ? this.prices[0]! : priceMinor;
  }

  /** What is sold out right behind a run has its price. */
  private carryOn(run: number): void {
    const { prices, availabilities, length } = this;
    let isOther = false;
    for (let next = run + 1; next < length && availabilities[next] === OUT_OF_STOCK; next += 1) {
      isOther ||= prices[next] !== prices[run];
      prices[next] = prices[run]!;
    }
    if (isOther) this.rangeAnew();
  }

  /** What was sold out before it could ever be bought has the first price that it could be bought at. */
  private carryBack(): void {
    const { prices, availabilities, length } = this;
    if (this.older || availabilities[0] !== OUT_OF_STOCK) return;
    let first = 0;
    while (first < length && availabilities[first] === OUT_OF_STOCK) first += 1;
    if (first === length || prices[0] === prices[first]) return;
    prices.fill(prices[first]!, 0, first);
    this.medians = undefined;
    this.lows = undefined;
    this.rangeAnew();
  }

  private rangeAnew(): void {
    const { prices, older } = this;
    this.lowMinor = prices.reduce((low, price) => Math.min(low, price), older?.lowMinor ?? Infinity);
    this.highMinor = prices.reduce((high, price) => Math.max(high, price), older?.highMinor ?? -Infinity);
  }

  private count(atMs: number, priceMinor: number): void {
    this.observations += 1;
    if (atMs < this.firstMs) this.firstMs = atMs;
    if (priceMinor < this.lowMinor) this.lowMinor = priceMinor;
    if (priceMinor > this.highMinor) this.highMinor = priceMinor;
  }

  /** Sums up the oldest runs when there are far more than are to be held. */
  trim(runsHeld = RUNS_HELD): void {
    if (this.length < runsHeld * TOO_MANY) return;
    const tooMany = this.length - runsHeld;
    const { lowMinor = Infinity, highMinor = -Infinity, lows = new LowestSince() } = this.older ?? {};
    for (let run = 0; run < tooMany; run += 1) lows.add(this.starts[run + 1]!, this.prices[run]!);
    lows.forget(this.newestMs - LOWS_KEPT_MS);
    const gone = this.prices.splice(0, tooMany);
    this.starts.splice(0, tooMany);
    this.lasts.splice(0, tooMany);
    this.told.splice(0, tooMany);
    this.availabilities.splice(0, tooMany);
    this.lows = undefined;
    this.older = {
      lowMinor: gone.reduce((low, price) => Math.min(low, price), lowMinor),
      highMinor: gone.reduce((high, price) => Math.max(high, price), highMinor),
      lows,
    };
  }

  private isValue(run: number, value: TimelineValue): boolean {
    return this.told[run] === value.priceMinor && this.availabilities[run] === value.availability;
  }

  private valueOf(run: number): TimelineValue | undefined {
    if (run < 0) return undefined;
    return { priceMinor: this.prices[run]!, availability: this.availabilities[run]! };
  }
}
