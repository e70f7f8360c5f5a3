import { DAY_MS } from './day.ts';
import type { PriceTimeline } from './price-timeline.ts';

/** The directive's "not shorter than 30 days". */
export const PRIOR_PRICE_DAYS = 30;
/** Falls that follow each other so soon are steps of one sale. */
export const ONE_SALE_MS = 2 * DAY_MS;

/**
 * The prior price of the newest price by Directive 98/6/EC, Article 6a: the lowest one in force in the 30 days before
 * the reduction was applied; undefined without an earlier price. Steps of a sale that deepens within two days are one
 * reduction, as its paragraph 5 has it, which began with the first of them.
 * @see https://eur-lex.europa.eu/eli/dir/1998/6/2022-05-28
 */
export function priorPriceMinor({ starts, prices, length }: PriceTimeline): number | undefined {
  let current = length - 1;
  // A change of availability begins a run of its own, but no new price.
  while (current > 0 && prices[current - 1] === prices[current]) current -= 1;
  return reductionOf(starts, prices, current).priorMinor;
}

/** What a price is a reduction from, and with which run its sale began: its own where no fall came just before it. */
export interface Reduction {
  firstStep: number;
  /** Minor units; undefined without an earlier price. */
  priorMinor: number | undefined;
}

/** The reduction that a price came with, of which nothing later is looked at. */
export function reductionOf(
  starts: readonly number[],
  prices: readonly number[],
  current: number,
): Reduction {
  const first = firstStep(starts, prices, current);
  const sinceMs = starts[first]! - PRIOR_PRICE_DAYS * DAY_MS;
  let lowest = Infinity;
  for (let run = first - 1; run >= 0 && starts[run + 1]! > sinceMs; run -= 1) {
    if (prices[run]! < lowest) lowest = prices[run]!;
  }
  return { firstStep: first, priorMinor: lowest === Infinity ? undefined : lowest };
}

/** What a price is reduced from. */
export interface ReducedFrom {
  priceMinor: number;
  /** It was the lowest price of the 30 days before this time: that of a fall, or of the newest observation. */
  beforeMs: number;
}

/**
 * What the newest price is reduced from: the lowest price of the 30 days before one of its falls within the last 30
 * days, with no rise since, or before now, whichever is dearer. A price that has held for longer is the price by now,
 * and one that falls further is reduced by no less than it was before. Undefined without an earlier price.
 */
export function reducedFrom({ starts, prices, length, newestMs }: PriceTimeline): ReducedFrom | undefined {
  const priceMinor = prices[length - 1]!;
  const periodMs = PRIOR_PRICE_DAYS * DAY_MS;
  // A price that has just come was in force for no time.
  const last = starts[length - 1] === newestMs ? length - 2 : length - 1;
  let other = last;
  while (other >= 0 && prices[other] === priceMinor) other -= 1;
  if (other < 0) return undefined;
  const from = { priceMinor: lowestBetween(starts, prices, last, newestMs - periodMs), beforeMs: newestMs };
  if (priceMinor > prices[last]!) return from;
  for (let run = last; run > 0 && starts[run]! > newestMs - periodMs; run -= 1) {
    const change = prices[run]! - prices[run - 1]!;
    if (change > 0) break;
    if (change === 0) continue;
    const lowestMinor = lowestBetween(starts, prices, run - 1, starts[run]! - periodMs);
    if (lowestMinor > from.priceMinor) [from.priceMinor, from.beforeMs] = [lowestMinor, starts[run]!];
  }
  return from;
}

/** The lowest price in force since a time, up to the end of a run. */
function lowestBetween(
  starts: readonly number[],
  prices: readonly number[],
  last: number,
  sinceMs: number,
): number {
  let lowest = prices[last]!;
  for (let run = last - 1; run >= 0 && starts[run + 1]! > sinceMs; run -= 1)
    if (prices[run]! < lowest) lowest = prices[run]!;
  return lowest;
}

/** The run that a sale began with which fell, without ever rising, to the price of a run within two days. */
function firstStep(starts: readonly number[], prices: readonly number[], last: number): number {
  const sinceMs = starts[last]! - ONE_SALE_MS;
  let first = last;
  for (let run = last - 1; run > 0 && starts[run]! >= sinceMs && prices[run]! >= prices[run + 1]!; run -= 1)
    if (prices[run]! < prices[run - 1]!) first = run;
  return first;
}

/** How far a price is below a reference, in percent; negative when above it; undefined against nothing. */
export const percentBelow = (priceMinor: number, referenceMinor: number): number | undefined =>
  referenceMinor === 0 ? undefined : ((referenceMinor - priceMinor) / referenceMinor) * 100;

export const roundTo = (value: number, steps: number): number => Math.round(value * steps) / steps;

/**
 * The real discount of the newest price, percent with one decimal: negative where it became dearer, undefined without
 * an earlier price and where the prior price is 0, of which nothing is a percentage.
 */
export function realDiscountPercent(timeline: PriceTimeline): number | undefined {
  const priorMinor = priorPriceMinor(timeline);
  if (priorMinor === undefined) return undefined;
  const percent = percentBelow(timeline.last()!.priceMinor, priorMinor);
  return percent === undefined ? undefined : roundTo(percent, 10);
}
