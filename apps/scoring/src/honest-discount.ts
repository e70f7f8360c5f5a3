import type { PriceTimeline } from './price-timeline.ts';
import { percentBelow, PRIOR_PRICE_DAYS, realDiscountPercent, roundTo } from './prior-price.ts';

/**
 * How the real discount is found, with its version. Directive 98/6/EC, Article 6a: the prior price of a reduction
 * is the lowest one of at least 30 days before the reduction was applied.
 * @see https://eur-lex.europa.eu/eli/dir/1998/6/2022-05-28
 */
export const DISCOUNT_METHOD = `eu-prior-price-1: against the lowest price of the ${PRIOR_PRICE_DAYS} days before the current price took effect (Directive 98/6/EC, Article 6a)`;

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
  return {
    claimedPercent:
      listPriceMinor === null ? null : rounded(Math.max(0, percentBelow(priceMinor, listPriceMinor) ?? 0)),
    realPercent: realDiscountPercent(timeline) ?? null,
    method: DISCOUNT_METHOD,
  };
}

const rounded = (percent: number | undefined): number | null =>
  percent === undefined ? null : roundTo(percent, 10);
