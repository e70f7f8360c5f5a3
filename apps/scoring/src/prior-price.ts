import { DAY_MS } from './day.ts';
import type { PriceTimeline } from './price-timeline.ts';

/** The directive's "not shorter than 30 days". */
export const PRIOR_PRICE_DAYS = 30;

/**
 * The prior price of the newest price by Directive 98/6/EC, Article 6a: the lowest one in force in the 30 days before
 * the newest price took effect; undefined without an earlier price.
 * @see https://eur-lex.europa.eu/eli/dir/1998/6/2022-05-28
 */
export function priorPriceMinor({ starts, prices, length }: PriceTimeline): number | undefined {
  let current = length - 1;
  // A change of availability begins a run of its own, but no new price.
  while (current > 0 && prices[current - 1] === prices[current]) current -= 1;
  const sinceMs = starts[current]! - PRIOR_PRICE_DAYS * DAY_MS;
  let lowest: number | undefined;
  for (let run = current - 1; run >= 0 && starts[run + 1]! > sinceMs; run -= 1) {
    lowest = Math.min(lowest ?? Infinity, prices[run]!);
  }
  return lowest;
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
