import { DAY_MS } from './day.ts';
import { ONE_SALE_MS } from './prior-price.ts';

/** A low lasted when nothing lower followed for so long. */
export const LASTING_MS = 60 * DAY_MS;
/** Prices that differ by less are as good as each other. */
const ALIKE = 0.02;

/** At how many levels above the present price it is asked how long they lasted. */
const LEVELS_ASKED = 48;

/** How often a price as good as the present one was there before, and how long it was not undercut. */
export interface SuchPrices {
  /** Share of the time before the present observation, 0 to 1. */
  share: number;
  /**
   * What counts as good for `times` and `lasted`: up to 2 % above the present price, or a higher level if what was below
   * it lasted more often. What undercuts the lower of two prices undercuts the higher one too, so that a lower price
   * never lasts less.
   */
  levelMinor: number;
  /** Times that it came, and 60 days or a lower price have come since. */
  times: number;
  /** Of these, times that it was not undercut by more than 4 % of the level then or within the 60 days after. */
  lasted: number;
  /**
   * Times that the price fell, to whatever level, and 60 days or a lower price have come since. A price that falls
   * further within two days fell once, to the last level.
   */
  falls: number;
  /** Of these, falls that were not undercut within 60 days. */
  lastedFalls: number;
}

/**
 * Share of such prices that last, by Laplace's rule of succession: what is known of prices as good is mixed with one
 * case of the product's falls in general, and these with one of each outcome.
 * @see https://en.wikipedia.org/wiki/Rule_of_succession
 */
export const lastingShare = ({
  times,
  lasted,
  falls,
  lastedFalls,
}: Omit<SuchPrices, 'share' | 'levelMinor'>) => (lasted + (lastedFalls + 1) / (falls + 2)) / (times + 1);

/** Counts prices as good as the present one, run by run from new to old, of what was in force before it. */
export class SuchCount {
  private readonly priceMinor: number;
  private readonly likeMinor: number;
  private readonly newestMs: number;
  private length = 0;
  private allMs = 0;
  private suchMs = 0;
  private lastPrice = 0;
  private hasMoved = false;
  private isStep = true;
  private readonly falls: FallCount;

  constructor(priceMinor: number, newestMs: number) {
    this.falls = new FallCount(newestMs);
    this.priceMinor = priceMinor;
    this.likeMinor = priceMinor * (1 + ALIKE);
    this.newestMs = newestMs;
  }

  add(price: number, real: number, startMs: number, endMs: number): void {
    this.falls.add(price, startMs);
    // Steps of a sale that goes on undercut nothing yet: the present price would seem worse for each of them.
    this.isStep &&= startMs > this.newestMs - ONE_SALE_MS && !(price < this.lastPrice && this.allMs > 0);
    if (this.allMs > 0 && price !== this.lastPrice) this.hasMoved = true;
    this.lastPrice = price;
    this.allMs += endMs - startMs;
    if (real <= this.likeMinor) this.suchMs += endMs - startMs;
    if (this.isStep) return;
    if (this.length === pastReals.length) growPast();
    pastReals[this.length] = real;
    pastStarts[this.length] = startMs;
    pastEnds[this.length] = endMs;
    this.length += 1;
  }

  result(): SuchPrices | undefined {
    if (this.allMs === 0 || (!this.hasMoved && this.priceMinor >= this.lastPrice)) return undefined;
    const falls = this.falls.result();
    let best = { levelMinor: this.likeMinor, ...this.at(this.likeMinor) };
    let most = lastingShare({ ...best, ...falls });
    const step = Math.ceil(this.length / LEVELS_ASKED);
    for (let run = 0; run < this.length; run += step) {
      const levelMinor = pastReals[run]!;
      if (levelMinor <= this.likeMinor) continue;
      const counted = this.at(levelMinor);
      const share = lastingShare({ ...counted, ...falls });
      if (share <= most) continue;
      best = { levelMinor, ...counted };
      most = share;
    }
    return { share: this.suchMs / this.allMs, ...best, ...falls };
  }

  /** How often the price came down to a level, and how often it was not undercut soon; what is not decided is left out. */
  private at(levelMinor: number): { times: number; lasted: number } {
    const lowerMinor = (levelMinor * (1 - ALIKE)) / (1 + ALIKE);
    let [times, lasted] = [0, 0];
    let isInside = false;
    let isUndercut = false;
    let isDecided = false;
    // When the nearest later price began that undercuts the level.
    let lowerFromMs = Infinity;
    for (let run = 0; run <= this.length; run += 1) {
      if (run === this.length || pastReals[run]! > levelMinor) {
        if (isInside && (isUndercut || isDecided)) {
          times += 1;
          if (!isUndercut) lasted += 1;
        }
        isInside = false;
        continue;
      }
      if (!isInside) {
        const lastsUntilMs = pastEnds[run]! + LASTING_MS;
        isUndercut = lowerFromMs <= lastsUntilMs;
        isDecided = lastsUntilMs <= this.newestMs;
        isInside = true;
      }
      if (pastReals[run]! < lowerMinor) {
        isUndercut = true;
        lowerFromMs = pastStarts[run]!;
      }
    }
    return { times, lasted };
  }
}

/** Counts falls of the price, run by run from new to old, and which of them were followed by lower prices. */
class FallCount {
  private falls = 0;
  private lastedFalls = 0;
  /** Place of the last of the later prices that nothing before them undercuts: from late and low to early and high. */
  private last = -1;
  private readonly newestMs: number;
  /** When the sale found last came to its lowest level: what fell shortly before was a step of the same sale. */
  private saleMs = Infinity;

  constructor(newestMs: number) {
    this.newestMs = newestMs;
  }

  add(price: number, startMs: number): void {
    let { last } = this;
    // The run before is dearer than the one after it: that one began with a fall.
    if (last >= 0 && laterPrices[last]! < price * (1 - ALIKE)) this.judge(last);
    while (last >= 0 && laterPrices[last]! >= price) last -= 1;
    last += 1;
    if (last === laterPrices.length) growLater();
    laterPrices[last] = price;
    laterStarts[last] = startMs;
    this.last = last;
  }

  result(): { falls: number; lastedFalls: number } {
    return { falls: this.falls, lastedFalls: this.lastedFalls };
  }

  private judge(fall: number): void {
    const lowerMinor = laterPrices[fall]! * (1 - ALIKE);
    let undercut = fall - 1;
    while (undercut >= 0 && laterPrices[undercut]! >= lowerMinor) undercut -= 1;
    const startMs = laterStarts[fall]!;
    if (undercut >= 0 && laterStarts[undercut]! <= this.saleMs && this.saleMs - startMs <= ONE_SALE_MS)
      return;
    this.saleMs = startMs;
    const lastsUntilMs = startMs + LASTING_MS;
    const isUndercut = undercut >= 0 && laterStarts[undercut]! <= lastsUntilMs;
    if (!isUndercut && lastsUntilMs > this.newestMs) return;
    this.falls += 1;
    if (!isUndercut) this.lastedFalls += 1;
  }
}

// Room to work in, used again by every count: nothing waits in between.
let laterPrices = new Float64Array(256);
let laterStarts = new Float64Array(256);
let pastReals = new Float64Array(256);
let pastStarts = new Float64Array(256);
let pastEnds = new Float64Array(256);

function growLater(): void {
  [laterPrices, laterStarts] = [twice(laterPrices), twice(laterStarts)];
}

function growPast(): void {
  [pastReals, pastStarts, pastEnds] = [twice(pastReals), twice(pastStarts), twice(pastEnds)];
}

function twice(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const more = new Float64Array(values.length * 2);
  more.set(values);
  return more;
}
