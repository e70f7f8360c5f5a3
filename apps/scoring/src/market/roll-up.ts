import type { PointColumns } from '../chunks/point-columns.ts';
import { DAY_MS } from '../day.ts';
import { longestSilenceMs } from '../price-series/held-prices.ts';
import { priceBuckets } from '../price-series/price-buckets.ts';
import { percentBelow, PRIOR_PRICE_DAYS } from '../prior-price.ts';
import { type Week, weekOf, weekStartMs } from './week-block.ts';

/** A reduction against its prior price, or a price lower than all before. */
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
/** A first week knows no lows. */
const LOW_NEEDS_MS = 30 * DAY_MS;
const EVENTS_AT_MOST = 500;

interface Run {
  startMs: number;
  priceMinor: number;
  realPercent: number;
}

/** What market reports need of an offer's whole history in one currency. */
export function rollUp(history: PointColumns): RolledUp {
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
      realPercent: runs[run]!.realPercent,
    });
  }
  return { weeks, events: eventsOf(runs).slice(-EVENTS_AT_MOST).toReversed() };
}

/** Times of one price, with what it really saves. */
function runsOf({ atMs, priceMinor }: PointColumns): Run[] {
  const runs: Run[] = [];
  for (let index = 0; index < atMs.length; index += 1) {
    const price = priceMinor[index]!;
    if (runs.at(-1)?.priceMinor === price) continue;
    const startMs = atMs[index]!;
    const prior = priorMinor(runs, startMs);
    const percent = prior === undefined ? undefined : percentBelow(price, prior);
    runs.push({ startMs, priceMinor: price, realPercent: percent ?? NaN });
  }
  return runs;
}

/** The lowest price in force in the 30 days before (Directive 98/6/EC, Article 6a), as `prior-price.ts` has it. */
function priorMinor(runs: readonly Run[], atMs: number): number | undefined {
  const sinceMs = atMs - PRIOR_PRICE_DAYS * DAY_MS;
  let lowest: number | undefined;
  let endMs = atMs;
  for (let run = runs.length - 1; run >= 0 && endMs > sinceMs; run -= 1) {
    lowest = Math.min(lowest ?? Infinity, runs[run]!.priceMinor);
    endMs = runs[run]!.startMs;
  }
  return lowest;
}

function eventsOf(runs: readonly Run[]): MarketEvent[] {
  const events: MarketEvent[] = [];
  let lowest = Infinity;
  runs.forEach(({ startMs, priceMinor, realPercent }, index) => {
    const before = runs[index - 1];
    const told = { atMs: startMs, priceMinor };
    if (before && priceMinor < before.priceMinor && realPercent >= LEAST_DROP_PERCENT) {
      const referenceMinor = Math.round(priceMinor / (1 - realPercent / 100));
      events.push({ ...told, referenceMinor, percent: realPercent, isLow: false });
    }
    if (before && priceMinor < lowest && startMs - runs[0]!.startMs >= LOW_NEEDS_MS) {
      const percent = percentBelow(priceMinor, lowest)!;
      events.push({ ...told, referenceMinor: lowest, percent, isLow: true });
    }
    lowest = Math.min(lowest, priceMinor);
  });
  return events;
}
