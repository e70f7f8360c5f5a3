import { type ListPriceVerdict, judgeListPrice } from './list-price.ts';
import type { PriceTimeline } from './price-timeline.ts';
import { pricesBefore } from './prices-before.ts';
import { percentBelow, PRIOR_PRICE_DAYS, realDiscountPercent, roundTo } from './prior-price.ts';

/**
 * How the real discount is found, with its version. Directive 98/6/EC, Article 6a: the prior price of a reduction
 * is the lowest one of at least 30 days before the reduction was applied.
 * @see https://eur-lex.europa.eu/eli/dir/1998/6/2022-05-28
 */
export const DISCOUNT_METHOD = `eu-prior-price-2: against the lowest price of the ${PRIOR_PRICE_DAYS} days before the current price took effect, where it came in steps within two days before the first of them (Directive 98/6/EC, Article 6a)`;
export const USUAL_METHOD =
  'usual-price-1: against the time-weighted median of the 90 days up to the observation, after a week at least';

export interface HonestDiscount extends ListPriceVerdict {
  /** List price against price, as the shop claims; null without a list price, 0 when it is not above the price. */
  claimedPercent: number | null;
  /** Prior price against price; negative when it became dearer, null without an earlier price or after one of 0. */
  realPercent: number | null;
  method: string;
  /** Usual price against price; negative when it is dearer than usual, null while nothing is usual, or 0 is. */
  usualPercent: number | null;
  usualMethod: string;
}

/** The discount that the shop claims beside those that the history shows, percent with one decimal. */
export function honestDiscount(
  timeline: PriceTimeline,
  listPriceMinor: number | null,
  currency: string,
): HonestDiscount {
  const { priceMinor } = timeline.last()!;
  const { usualPriceMinor } = pricesBefore(timeline, timeline.newestMs);
  const rounded = (referenceMinor: number): number | null => {
    const percent = percentBelow(priceMinor, referenceMinor);
    return percent === undefined ? null : roundTo(percent, 10);
  };
  return {
    claimedPercent: listPriceMinor === null ? null : Math.max(0, rounded(listPriceMinor) ?? 0),
    realPercent: realDiscountPercent(timeline) ?? null,
    method: DISCOUNT_METHOD,
    usualPercent: usualPriceMinor === undefined ? null : rounded(usualPriceMinor),
    usualMethod: USUAL_METHOD,
    ...judgeListPrice(timeline, listPriceMinor, currency),
  };
}
