import { OUT_OF_STOCK } from '../availability.ts';
import type { PointColumns } from '../chunks/point-columns.ts';
import { DAY_MS } from '../day.ts';
import { longestSilenceMs } from '../price-series/held-prices.ts';
import { priceBuckets } from '../price-series/price-buckets.ts';
import { percentBelow, type Reduction, reductionOf } from '../prior-price.ts';
import { type Week, weekOf, weekStartMs } from './week-block.ts';

/** A reduction against its prior price, told once by the last step of a sale, or a price lower than all before. */
export interface MarketEvent {
  atMs: number;
  priceMinor: number;
  referenceMinor: number;
  percent: number;
  isLow: boolean;
}

export interface RolledUp {
  weeks: Map<number, Week>;
  /** Newest first. */
  events: MarketEvent[];
}

const LEAST_DROP_PERCENT = 10;
/** What was reduced so long before a week is the price by then, and no reduction: three times the days of a prior price. */
export const REDUCED_WITHIN_DAYS = 90;
/** A first week knows no lows. */
const LOW_NEEDS_MS = 30 * DAY_MS;
const EVENTS_AT_MOST = 500;

interface Run extends Reduction {
  startMs: number;
  priceMinor: number;
  /** NaN without an earlier price, or against one of 0. */
  realPercent: number;
}

/** What market reports need of an offer's whole history in one currency. */
export function rollUp(told: PointColumns): RolledUp {
  const history = asked(told);
  const runs = runsOf(history);
  const weeks = new Map<number, Week>();
  let run = 0;
  for (const bucket of priceBuckets(history, 'week', longestSilenceMs(history.atMs), () => false)) {
    const { closeMinor, meanMinor, listPriceMinor, availableShare } = bucket;
    if (closeMinor === null || meanMinor === null) continue;
    const week = weekOf(Date.parse(bucket.startsAt));
    while (run + 1 < runs.length && runs[run + 1]!.startMs < weekStartMs(week + 1)) run += 1;
    weeks.set(week, {
      closeMinor,
      meanMinor: availableShare === 0 ? NaN : meanMinor,
      claimedPercent:
        listPriceMinor === null ? NaN : Math.max(0, percentBelow(closeMinor, listPriceMinor) ?? 0),
      realPercent: realPercentAt(weekStartMs(week), runs, run),
    });
  }
  return { weeks, events: eventsOf(runs).slice(-EVENTS_AT_MOST).toReversed() };
}

/**
 * What cannot be bought has no price (`price-timeline.ts`): while it is sold out the last price that it could be bought at
 * stays; before it could be bought the first such price counts, or where it never could the first one told. No discount
 * was claimed of a price that was not told.
 */
function asked(told: PointColumns): PointColumns {
  const { availability } = told;
  if (!availability.includes(OUT_OF_STOCK)) return told;
  const priceMinor = told.priceMinor.slice();
  const listPriceMinor = told.listPriceMinor.slice();
  const firstBought = availability.findIndex((code) => code !== OUT_OF_STOCK);
  let price = priceMinor[Math.max(0, firstBought)]!;
  for (let index = 0; index < availability.length; index += 1) {
    if (availability[index] !== OUT_OF_STOCK) price = priceMinor[index]!;
    else if (priceMinor[index] !== price) {
      priceMinor[index] = price;
      listPriceMinor[index] = NaN;
    }
  }
  return { ...told, priceMinor, listPriceMinor };
}

/** What a price really saves in a week that begins at a time. */
function realPercentAt(weekMs: number, runs: readonly Run[], run: number): number {
  const { realPercent, firstStep } = runs[run]!;
  const isLongAgo = weekMs - runs[firstStep]!.startMs > REDUCED_WITHIN_DAYS * DAY_MS;
  return isLongAgo ? Math.min(0, realPercent) : realPercent;
}

/** Times of one price, with what it really saves. */
function runsOf({ atMs, priceMinor }: PointColumns): Run[] {
  const starts: number[] = [];
  const prices: number[] = [];
  for (let index = 0; index < atMs.length; index += 1) {
    if (prices.at(-1) === priceMinor[index]) continue;
    starts.push(atMs[index]!);
    prices.push(priceMinor[index]!);
  }
  return prices.map((price, run) => {
    const reduction = reductionOf(starts, prices, run);
    const { priorMinor } = reduction;
    const percent = priorMinor === undefined ? undefined : percentBelow(price, priorMinor);
    return { startMs: starts[run]!, priceMinor: price, realPercent: percent ?? NaN, ...reduction };
  });
}

function eventsOf(runs: readonly Run[]): MarketEvent[] {
  const events: MarketEvent[] = [];
  let lowest = Infinity;
  runs.forEach(({ startMs, priceMinor, realPercent, priorMinor, firstStep }, index) => {
    const before = runs[index - 1];
    const told = { atMs: startMs, priceMinor };
    const isLastStep = runs[index + 1]?.firstStep !== firstStep;
    if (before && priceMinor < before.priceMinor && realPercent >= LEAST_DROP_PERCENT && isLastStep)
      events.push({ ...told, referenceMinor: priorMinor!, percent: realPercent, isLow: false });
    if (before && priceMinor < lowest && startMs - runs[0]!.startMs >= LOW_NEEDS_MS) {
      const percent = percentBelow(priceMinor, lowest)!;
      events.push({ ...told, referenceMinor: lowest, percent, isLow: true });
    }
    lowest = Math.min(lowest, priceMinor);
  });
  return events;
}
