import { DAY_MS } from '../day.ts';
import type { PriceTimeline } from '../price-timeline.ts';
import { RUNS_READ } from '../prices-before.ts';

/** One price before is enough to ask for a second reading; an error of the shop is told by what it asked before. */
const OBSERVATIONS_NEEDED = 1;
const OBSERVATIONS_OF_ERROR = 3;
/** Far below: less than 40 % of the lowest price; far above: more than 2.5 times the highest. */
const FAR_BELOW = 0.4;
const FAR_ABOVE = 2.5;
/** After a jump as large a price is known where it is no further beyond what the offer cost for long. */
const NEAR_KNOWN = 0.1;
/** What was in force for less is not what the offer costs: three days, or a part of a short history. */
export const ESTABLISHED_DAYS = 3;
const ESTABLISHED = { ms: ESTABLISHED_DAYS * DAY_MS, share: 0.05 };

/** Why a reading is strange: its price is far outside of what is known, or in a currency that is not the offer's. */
export type Strangeness = 'below' | 'above' | 'currency';

/** The prices an offer ever had in one currency. */
export class KnownRange {
  lowMinor: number;
  highMinor: number;
  private observations: number;
  /** Of the newest price. */
  private lastMinor: number | undefined;
  private readonly timeline: PriceTimeline | undefined;

  /** @param timeline without it, every price counts that ever was */
  constructor(
    { lowMinor, highMinor, observations }: Pick<PriceTimeline, 'lowMinor' | 'highMinor' | 'observations'>,
    timeline?: PriceTimeline,
  ) {
    this.lowMinor = lowMinor;
    this.highMinor = highMinor;
    this.observations = observations;
    this.timeline = timeline;
    this.lastMinor = timeline?.last()?.priceMinor;
  }

  get isKnown(): boolean {
    return this.observations >= OBSERVATIONS_NEEDED;
  }

  /**
   * Whether a price has to be confirmed, and on which side of what is known it lies.
   * @param isDoubtful its message jumps: whatever leads a tenth beyond all that is known has to be confirmed
   */
  outside(priceMinor: number, isDoubtful = false): 'below' | 'above' | undefined {
    if (!this.isKnown) return undefined;
    if (isDoubtful && priceMinor < this.lowMinor * (1 - NEAR_KNOWN)) return 'below';
    if (isDoubtful && priceMinor > this.highMinor * (1 + NEAR_KNOWN)) return 'above';
    return this.beyond(priceMinor, 1 - NEAR_KNOWN, 1 + NEAR_KNOWN);
  }

  /**
   * The last price, of one that is far from it but not from all prices: what has to be confirmed is the jump alone. Undefined
   * of any other.
   */
  jumpsFrom(priceMinor: number): number | undefined {
    if (this.outside(priceMinor) === undefined || this.isFarFromAll(priceMinor)) return undefined;
    return this.lastMinor;
  }

  /** Whether a price is so far below everything that the offer cost that it may be an error of the shop. */
  isFarBelow(priceMinor: number): boolean {
    if (this.observations < OBSERVATIONS_OF_ERROR) return false;
    return this.beyond(priceMinor, FAR_BELOW, FAR_ABOVE) === 'below';
  }

  /** Far outside of all prices, or as far from the last one and beyond these shares of what was in force for long. */
  private beyond(priceMinor: number, below: number, above: number): 'below' | 'above' | undefined {
    if (this.isFarFromAll(priceMinor)) return priceMinor < this.lowMinor ? 'below' : 'above';
    // What was confirmed once does not open the door for every reading that is wrong in the same way.
    const { lastMinor } = this;
    if (lastMinor === undefined) return undefined;
    if (priceMinor < lastMinor * FAR_BELOW)
      return this.isEstablished((known) => known * below <= priceMinor) ? undefined : 'below';
    if (priceMinor > lastMinor * FAR_ABOVE)
      return this.isEstablished((known) => known * above >= priceMinor) ? undefined : 'above';
    return undefined;
  }

  private isFarFromAll(priceMinor: number): boolean {
    return priceMinor < this.lowMinor * FAR_BELOW || priceMinor > this.highMinor * FAR_ABOVE;
  }

  /** Whether prices of a kind were in force for long enough, among the newest ones. */
  private isEstablished(isSuch: (priceMinor: number) => boolean): boolean {
    const { starts, prices, length, newestMs } = this.timeline!;
    const oldest = Math.max(0, length - RUNS_READ);
    const neededMs = Math.min(ESTABLISHED.ms, ESTABLISHED.share * (newestMs - starts[oldest]!));
    let suchMs = 0;
    for (let run = length - 1; run >= oldest && suchMs < neededMs; run -= 1)
      if (isSuch(prices[run]!)) suchMs += (starts[run + 1] ?? newestMs) - starts[run]!;
    return suchMs >= neededMs;
  }

  add(priceMinor: number): void {
    this.observations += 1;
    this.lastMinor = this.timeline && priceMinor;
    this.lowMinor = Math.min(this.lowMinor, priceMinor);
    this.highMinor = Math.max(this.highMinor, priceMinor);
  }
}

/** What is known of an offer in all its currencies. */
export class KnownPrices {
  private readonly ranges = new Map<string, KnownRange>();
  private readonly timelines: ReadonlyMap<string, PriceTimeline>;
  /** Of the newest price. */
  currency: string | undefined;

  constructor(timelines: ReadonlyMap<string, PriceTimeline>) {
    this.timelines = timelines;
    let newestMs = -Infinity;
    for (const [currency, timeline] of timelines) {
      this.ranges.set(currency, new KnownRange(timeline, timeline));
      if (timeline.newestMs <= newestMs) continue;
      newestMs = timeline.newestMs;
      this.currency = currency;
    }
  }

  /** Of a currency that the offer has changed to, or was told in for as long as a price has to be to be established. */
  range(currency: string): KnownRange | undefined {
    return currency === this.currency || isEstablishedCurrency(currency, this.timelines)
      ? this.ranges.get(currency)
      : undefined;
  }

  /** What is strange about a price; a currency is until the offer is known in it, or has changed to it. */
  strangeness(currency: string, priceMinor: number, isDoubtful = false): Strangeness | undefined {
    const range = this.range(currency);
    if (range?.isKnown) return range.outside(priceMinor, isDoubtful);
    const isOther = this.currency !== undefined && this.currency !== currency;
    return isOther && this.ranges.get(this.currency!)!.isKnown ? 'currency' : undefined;
  }

  accept(currency: string, priceMinor: number, isLate: boolean): void {
    let range = this.ranges.get(currency);
    if (!range) {
      range = new KnownRange({ lowMinor: Infinity, highMinor: -Infinity, observations: 0 });
      this.ranges.set(currency, range);
    }
    range.add(priceMinor);
    if (!isLate) this.currency = currency;
  }
}

/**
 * Whether an offer was told in a currency for long enough: from each observation in it to the next one in any. What a run
 * in another currency spans does not count, since it does not say when between its ends it was observed.
 */
function isEstablishedCurrency(currency: string, timelines: ReadonlyMap<string, PriceTimeline>): boolean {
  const ends = [...timelines].flatMap(([of, { starts, lasts }]) => {
    const isOwn = of === currency;
    return starts.flatMap((startMs, run) => {
      const lastMs = lasts[run]!;
      return [startMs, lastMs].map((atMs) => ({ isOwn, atMs, lastMs }));
    });
  });
  ends.sort((one, other) => one.atMs - other.atMs);
  let [toldMs, othersUntilMs] = [0, -Infinity];
  for (const [place, { isOwn, atMs, lastMs }] of ends.entries()) {
    if (!isOwn) othersUntilMs = Math.max(othersUntilMs, lastMs);
    else if (othersUntilMs < atMs) toldMs += (ends[place + 1]?.atMs ?? atMs) - atMs;
  }
  const knownMs = ends.length === 0 ? 0 : ends.at(-1)!.atMs - ends[0]!.atMs;
  return toldMs > 0 && toldMs >= Math.min(ESTABLISHED.ms, ESTABLISHED.share * knownMs);
}
