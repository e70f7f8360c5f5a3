import { DAY_MS } from './deal-measures.ts';
import { percentBelow, roundTo } from './deal-score.ts';
import type { PriceTimeline } from './price-timeline.ts';

const PERIOD_DAYS = 30;

/**
 * How the real discount is found, with its version. Directive 98/6/EC, Article 6a: the prior price of a reduction
 * is the lowest one of at least 30 days before the reduction was applied.
 * @see https://eur-lex.europa.eu/eli/dir/1998/6/2022-05-28
 */
export const DISCOUNT_METHOD = `eu-prior-price-1: against the lowest price of the ${PERIOD_DAYS} days before the current price took effect (Directive 98/6/EC, Article 6a)`;

export interface HonestDiscount {
  /** List price against price, as the shop claims; null without a list price, 0 when it is not above the price. */
  claimedPercent: number | null;
  /** Prior price against price; negative when it became dearer, null without an earlier price. */
  realPercent: number | null;
  method: string;
}

/** The discount that the shop claims beside the one that the history shows, percent with one decimal. */
export function honestDiscount(timeline: PriceTimeline, listPriceMinor: number | null): HonestDiscount {
  const priceMinor = timeline.last()!.priceMinor;
  const priorMinor = priorPrice(timeline);
  return {
    claimedPercent:
      listPriceMinor === null ? null : rounded(Math.max(0, percentBelow(priceMinor, listPriceMinor) ?? 0)),
    realPercent: priorMinor === undefined ? null : rounded(percentBelow(priceMinor, priorMinor)),
    method: DISCOUNT_METHOD,
  };
}

/** The lowest price in force in the 30 days before the newest price took effect. */
function priorPrice({ starts, prices, length }: PriceTimeline): number | undefined {
  let current = length - 1;
  // A change of availability begins a run of its own, but no new price.
  while (current > 0 && prices[current - 1] === prices[current]) current -= 1;
  const sinceMs = starts[current]! - PERIOD_DAYS * DAY_MS;
  let lowest: number | undefined;
  for (let run = current - 1; run >= 0 && starts[run + 1]! > sinceMs; run -= 1) {
    lowest = Math.min(lowest ?? Infinity, prices[run]!);
  }
  return lowest;
}

const rounded = (percent: number | undefined): number | null =>
  percent === undefined ? null : roundTo(percent, 10);
