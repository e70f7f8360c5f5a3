import { JevonsChain } from './price-index.ts';
import { readBlock, type Week, weekOf, weekStartMs } from './week-block.ts';
import { DAY_MS } from '../day.ts';

/** Up to half a year is told by week, more by month. */
const WEEKS_BY_WEEK = 26;
/** Smaller claims are rounding and member prices. */
const CLAIM_PERCENT = 5;
/** Whoever claims more than twice what is saved exaggerates. */
const EXAGGERATED = 2;
const MOVERS = 10;

export interface Period {
  kind: 'week' | 'month';
  /** Where each begins. */
  startsMs: number[];
  weeks: readonly [first: number, last: number];
  /** Period of a week; a week belongs to the month of its Thursday, as to the year in ISO 8601. */
  periodOf: (week: number) => number;
}

/** The whole weeks of a span, and how they are put together. */
export function periodsOf(fromMs: number, toMs: number): Period {
  const weeks = [weekOf(fromMs), Math.max(weekOf(fromMs), weekOf(toMs))] as const;
  const [first, last] = weeks;
  if (last - first < WEEKS_BY_WEEK) {
    const startsMs = Array.from({ length: last - first + 1 }, (_, place) => weekStartMs(first + place));
    return { kind: 'week', startsMs, weeks, periodOf: (week) => week - first };
  }
  const monthOf = (week: number): number => {
    const thursday = new Date(weekStartMs(week) + 3 * DAY_MS);
    return thursday.getUTCFullYear() * 12 + thursday.getUTCMonth();
  };
  const firstMonth = monthOf(first);
  const startsMs = Array.from({ length: monthOf(last) - firstMonth + 1 }, (_, place) =>
    Date.UTC(Math.floor((firstMonth + place) / 12), (firstMonth + place) % 12, 1),
  );
  const months = Array.from({ length: last - first + 1 }, (_, place) => monthOf(first + place) - firstMonth);
  return { kind: 'month', startsMs, weeks, periodOf: (week) => months[week - first]! };
}

export interface Mover {
  offerId: string;
  fromMinor: number;
  toMinor: number;
  percent: number;
}

export interface Claims {
  /** Offers times weeks in which a discount was claimed and the prior price is known. */
  claimed: number;
  /** Of them those that were no cheaper than the prior price, or were reduced long ago. */
  fake: number;
  /** Cheaper, but by less than half of what was claimed. */
  exaggerated: number;
  /** Claimed, but no prior price is known. */
  unknown: number;
}

/** Puts a market together, offer by offer: what it holds does not grow with their number. */
export class MarketTally {
  readonly claims: Claims = { claimed: 0, fake: 0, exaggerated: 0, unknown: 0 };
  offers = 0;
  private readonly chain: JevonsChain;
  private readonly sums: Float64Array;
  private readonly counts: Float64Array;
  private offerId: string | undefined;
  private firstMinor = NaN;
  private lastMinor = NaN;
  private readonly moved: Mover[] = [];

  constructor(private readonly period: Period) {
    const count = period.startsMs.length;
    this.chain = new JevonsChain(count);
    this.sums = new Float64Array(count);
    this.counts = new Float64Array(count);
  }

  /** Blocks of one offer come one after the other, in order. */
  add(offerId: string, block: number, weeks: Buffer): void {
    if (offerId !== this.offerId) this.endOffer();
    this.offerId = offerId;
    readBlock(weeks, block, this.period.weeks, (number, week) => this.addWeek(number, week));
  }

  /** After the last block. */
  end() {
    this.endOffer();
    const byPercent = this.moved.toSorted((one, other) => one.percent - other.percent);
    return {
      index: this.chain.points(),
      down: byPercent.filter(({ percent }) => percent < 0).slice(0, MOVERS),
      up: byPercent
        .filter(({ percent }) => percent > 0)
        .slice(-MOVERS)
        .toReversed(),
    };
  }

  private addWeek(number: number, { meanMinor, closeMinor, claimedPercent, realPercent }: Week): void {
    if (Number.isNaN(this.firstMinor)) this.firstMinor = closeMinor;
    this.lastMinor = closeMinor;
    if (meanMinor > 0) {
      const place = this.period.periodOf(number);
      this.sums[place]! += meanMinor;
      this.counts[place]! += 1;
    }
    if (!(claimedPercent >= CLAIM_PERCENT)) return;
    if (Number.isNaN(realPercent)) this.claims.unknown += 1;
    else {
      this.claims.claimed += 1;
      if (realPercent <= 0) this.claims.fake += 1;
      else if (realPercent * EXAGGERATED < claimedPercent) this.claims.exaggerated += 1;
    }
  }

  private endOffer(): void {
    if (this.offerId === undefined || Number.isNaN(this.firstMinor)) return;
    this.offers += 1;
    this.chain.add(
      this.sums.map((sum, place) => (this.counts[place]! > 0 ? sum / this.counts[place]! : NaN)),
    );
    this.note({
      offerId: this.offerId,
      fromMinor: this.firstMinor,
      toMinor: this.lastMinor,
      percent: (this.lastMinor / this.firstMinor - 1) * 100,
    });
    this.sums.fill(0);
    this.counts.fill(0);
    this.firstMinor = NaN;
  }

  /** Only those that may be among the largest are kept. */
  private note(mover: Mover): void {
    if (!Number.isFinite(mover.percent) || mover.percent === 0) return;
    this.moved.push(mover);
    if (this.moved.length < 1_000) return;
    this.moved.sort((one, other) => one.percent - other.percent);
    this.moved.splice(MOVERS, this.moved.length - 2 * MOVERS);
  }
}
