import { DAY_MS } from './day.ts';
import { ONE_SALE_MS } from './prior-price.ts';

/** A low lasted when nothing lower followed for so long. */
export const LASTING_MS = 60 * DAY_MS;
/** Prices that differ by less are as good as each other. */
const ALIKE = 0.02;

/** How often a price as good as the present one was there before the present one took effect. */
export interface SuchPrices {
  /** Share of the time, 0 to 1. */
  share: number;
  /** Times that it came. */
  times: number;
  /** Of these, times that it was not undercut by more than 2 % then or within the 60 days after. */
  lasted: number;
  /**
   * Times that the price fell, to whatever level, and 60 days or a lower price have come since. A price that falls
   * further within two days fell once, to the last level.
   */
  falls: number;
  /** Of these, falls that were not undercut within 60 days. */
  lastedFalls: number;
}

/** Counts prices as good as the present one, run by run from new to old. */
export class SuchCount {
  private readonly priceMinor: number;
  private readonly likeMinor: number;
  private readonly lowerMinor: number;
  private isCurrent = true;
  private otherMs = 0;
  private suchMs = 0;
  private times = 0;
  private lasted = 0;
  private isInside = false;
  private isUndercut = false;
  /** When the nearest later price began that undercuts the present one. */
  private lowerFromMs = Infinity;
  private readonly falls: FallCount;

  constructor(priceMinor: number, newestMs: number) {
    this.falls = new FallCount(newestMs);
    this.priceMinor = priceMinor;
    this.likeMinor = priceMinor * (1 + ALIKE);
    this.lowerMinor = priceMinor * (1 - ALIKE);
  }

  add(price: number, real: number, startMs: number, endMs: number): void {
    this.falls.add(price, startMs, this.isCurrent && price === this.priceMinor);
    if (this.isCurrent && price === this.priceMinor) return;
    this.isCurrent = false;
    this.otherMs += endMs - startMs;
    if (real > this.likeMinor) return this.close();
    this.suchMs += endMs - startMs;
    if (!this.isInside) this.isUndercut = this.lowerFromMs <= endMs + LASTING_MS;
    this.isInside = true;
    if (real < this.lowerMinor) {
      this.isUndercut = true;
      this.lowerFromMs = startMs;
    }
  }

  result(): SuchPrices | undefined {
    this.close();
    const { otherMs, suchMs, times, lasted } = this;
    return otherMs === 0 ? undefined : { share: suchMs / otherMs, times, lasted, ...this.falls.result() };
  }

  private close(): void {
    if (!this.isInside) return;
    this.times += 1;
    if (!this.isUndercut) this.lasted += 1;
    this.isInside = false;
  }
}

/** Counts falls of the price, run by run from new to old, and which of them were followed by lower prices. */
class FallCount {
  private falls = 0;
  private lastedFalls = 0;
  /** Place of the last of the later prices that nothing before them undercuts: from late and low to early and high. */
  private last = -1;
  private readonly newestMs: number;
  private isPresent = true;
  /** When the sale found last came to its lowest level: what fell shortly before was a step of the same sale. */
  private saleMs = Infinity;

  constructor(newestMs: number) {
    this.newestMs = newestMs;
  }

  add(price: number, startMs: number, isPresent: boolean): void {
    let { last } = this;
    // The run before is dearer than the one after it: that one began with a fall.
    if (last >= 0 && !this.isPresent && laterPrices[last]! < price * (1 - ALIKE)) this.judge(last);
    while (last >= 0 && laterPrices[last]! >= price) last -= 1;
    last += 1;
    if (last === laterPrices.length) growLater();
    laterPrices[last] = price;
    laterStarts[last] = startMs;
    this.last = last;
    this.isPresent = isPresent;
    if (isPresent) this.saleMs = startMs;
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

function growLater(): void {
  const [prices, starts] = [laterPrices, laterStarts];
  laterPrices = new Float64Array(prices.length * 2);
  laterStarts = new Float64Array(starts.length * 2);
  laterPrices.set(prices);
  laterStarts.set(starts);
}
