import { DAY_MS } from './day.ts';
import type { PastRuns } from './past-runs.ts';

/** A low lasted when nothing lower followed for so long. */
export const LASTING_MS = 60 * DAY_MS;
/** Prices that differ by less are as good as each other. */
export const ALIKE = 0.02;

/** At so many levels at most it is asked how long they lasted. */
export const LEVELS_AT_MOST = 49;
/** The finer the table, the seldomer two levels share a place in it. */
const PLACES_PER_LEVEL = 8;

/**
 * How often the price came down to each of some levels, and how often it was not undercut soon, for all levels in one
 * pass over the past. A stay at a level lasts from the run that came down to it until the next dearer one. It was
 * undercut when a price more than 4 % below the level came within it or within the 60 days after; it is left out while
 * neither that nor 60 days have come.
 *
 * Levels are numbered from low to high. A stay that ends with a run does so at a range of levels, those that the run
 * is not above but the one after it is; and where it is not undercut at one of them, it is not at those below either. So
 * stays are counted by where ranges of levels begin and end, and summed up in the end.
 */
export class LastingLevels {
  private count = 0;
  /** From low to high, and an infinite one at the end. */
  private readonly levels = new Float64Array(LEVELS_AT_MOST + 1);
  /** What undercuts a level is lower than this. */
  private readonly lowers = new Float64Array(LEVELS_AT_MOST + 1);
  private readonly table = new Uint8Array(LEVELS_AT_MOST * PLACES_PER_LEVEL + 2);
  private readonly times = new Int32Array(LEVELS_AT_MOST + 1);
  private readonly lasted = new Int32Array(LEVELS_AT_MOST + 1);
  /** By run: the first level that it is not above. */
  private ranks = new Uint8Array(256);
  /** By run: the lowest price from it on, up to where the last look began. */
  private lowest = new Float64Array(257);

  clear(): void {
    this.count = 0;
  }

  /** Asks for a level, at most 49 of them. */
  ask(levelMinor: number): void {
    this.levels[this.count] = levelMinor;
    this.count += 1;
  }

  /** Counts all levels asked for in the past from a run on; what is after that run neither stays nor undercuts. */
  sweep(past: PastRuns, first = 0): void {
    const { count, levels, lowers, times, lasted } = this;
    levels.subarray(0, count).sort();
    levels[count] = Infinity;
    for (let level = 0; level <= count; level += 1)
      lowers[level] = (levels[level]! * (1 - ALIKE)) / (1 + ALIKE);
    this.rank(past);
    times.fill(0, 0, count + 1);
    lasted.fill(0, 0, count + 1);
    this.countStays(past, first);
    for (let level = 1; level < count; level += 1) {
      times[level]! += times[level - 1]!;
      lasted[level]! += lasted[level - 1]!;
    }
  }

  /** Place among the levels, from low to high, of the price of a run. */
  rankOf(run: number): number {
    return this.ranks[run]!;
  }

  /**
   * Times that a level, by its place, came and 60 days or a lower price have come since; of these, times that it was not
   * undercut.
   */
  at(level: number): { times: number; lasted: number } {
    return { times: this.times[level]!, lasted: this.lasted[level]! };
  }

  private rank({ reals, realRange: { lowMinor, highMinor }, length }: PastRuns): void {
    if (this.ranks.length < length) {
      this.ranks = new Uint8Array(reals.length);
      this.lowest = new Float64Array(reals.length + 1);
    }
    const { count, levels, table, ranks } = this;
    const places = count * PLACES_PER_LEVEL;
    const placesPerMinor = highMinor > lowMinor ? places / (highMinor - lowMinor) : 0;
    let place = 0;
    for (let level = 0; level < count; level += 1) {
      // A level may lie beyond all prices.
      const end = Math.max(0, Math.min(places + 1, (levels[level]! - lowMinor) * placesPerMinor));
      for (; place <= end; place += 1) table[place] = level;
    }
    table.fill(count, place, places + 2);
    for (let run = 0; run < length; run += 1) {
      const real = reals[run]!;
      // All levels in places before are lower, those in the same place may be.
      let rank = table[((real - lowMinor) * placesPerMinor) | 0]!;
      while (levels[rank]! < real) rank += 1;
      ranks[run] = rank;
    }
  }

  private countStays(past: PastRuns, from: number): void {
    const { count, ranks, lowers, lowest, times } = this;
    const { reals, boundsMs, length } = past;
    const newestMs = boundsMs[0]!;
    // Later runs that begin within 60 days are those from `first` on: up to `middle` `lowest` tells the lowest of them,
    // from there on `sinceMiddle`.
    let [first, middle, sinceMiddle] = [from, from, Infinity];
    lowest[middle] = Infinity;
    let laterRank = count;
    for (let run = from; run < length; run += 1) {
      const lastsUntilMs = boundsMs[run]! + LASTING_MS;
      while (boundsMs[first + 1]! > lastsUntilMs) first += 1;
      if (first > middle) {
        [middle, sinceMiddle] = [run, Infinity];
        lowest[middle] = Infinity;
        for (let later = middle - 1; later >= first; later -= 1)
          lowest[later] = lesser(lowest[later + 1]!, reals[later]!);
      }
      const rank = ranks[run]!;
      // No stay ends here where the later run is not dearer: what is added is taken away again, without a branch.
      times[rank]! += 1;
      times[rank < laterRank ? laterRank : rank]! -= 1;
      const undercutBy = lesser(lesser(lowest[first]!, sinceMiddle), reals[run]!);
      if (undercutBy >= lowers[rank]! && rank < laterRank)
        this.countLasting(past, run, undercutBy, laterRank, lastsUntilMs <= newestMs);
      sinceMiddle = lesser(sinceMiddle, reals[run]!);
      laterRank = rank;
    }
  }

  /**
   * Of the stays that end with a run, at levels up to another one, counts those that neither a later price nor one within
   * them undercuts: they lasted, or are not decided.
   */
  private countLasting(
    { reals, length }: PastRuns,
    last: number,
    undercutBy: number,
    upTo: number,
    isDecided: boolean,
  ): void {
    const { ranks, lowers } = this;
    const counts = isDecided ? this.lasted : this.times;
    const change = isDecided ? 1 : -1;
    let level = ranks[last]!;
    let lowestMinor = undercutBy;
    for (let run = last + 1; level < upTo && lowestMinor >= lowers[level]!; run += 1) {
      const rank = run < length ? ranks[run]! : upTo;
      // At levels below the rank of this run the stay began just after it.
      for (; level < rank && level < upTo && lowestMinor >= lowers[level]!; level += 1) {
        counts[level]! += change;
        counts[level + 1]! -= change;
      }
      if (run < length) lowestMinor = lesser(lowestMinor, reals[run]!);
    }
  }
}

const lesser = (one: number, other: number): number => (one < other ? one : other);
