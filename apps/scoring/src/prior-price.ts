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
  const first = firstStep(starts, prices, current);
  const sinceMs = starts[first]! - PRIOR_PRICE_DAYS * DAY_MS;
  let lowest = Infinity;
  for (let run = first - 1; run >= 0 && starts[run + 1]! > sinceMs; run -= 1) {
    if (prices[run]! < lowest) lowest = prices[run]!;
  }
  return lowest === Infinity ? undefined : lowest;
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

/** The real discount of the newest price, percent with one decimal: negative where it became dearer. */
export function realDiscountPercent(timeline: PriceTimeline): number | undefined {
  const priorMinor = priorPriceMinor(timeline);
  if (priorMinor === undefined) return undefined;
  const percent = percentBelow(timeline.last()!.priceMinor, priorMinor);
  return percent === undefined ? undefined : roundTo(percent, 10);
}
