import type { ScoredDeal } from '@souk/contracts';
import { availabilityName } from './availability.ts';
import { contextFor, type ListingContext } from './deal-context.ts';
import { measureDeal } from './deal-measures.ts';
import { dealScore, hasEnoughHistory } from './deal-score.ts';
import type { OfferHistory } from './offer-history.ts';
import { KnownRange } from './plausibility/known-range.ts';
import { isSoldOut, type Neighbours, type PriceTimeline } from './price-timeline.ts';
import { pricesBefore } from './prices-before.ts';
import { realDiscountPercent } from './prior-price.ts';
import type { NewPrice } from './sort-out.ts';

/** Neighbours of the late prices among what was stored before the batch. */
export type StoredNeighbours = ReadonlyMap<NewPrice, Neighbours>;

export interface JudgedPrice {
  price: NewPrice;
  deal: ScoredDeal;
}

/**
 * Adds the new prices of one offer to its history, in accepted order, and judges each against what was known just
 * before it. A late price changes the history and nothing else: it gets no score and moves no last state.
 */
export function judgePrices(
  added: readonly NewPrice[],
  history: OfferHistory,
  stored: StoredNeighbours,
  contextOf: (productId: string) => ListingContext,
): JudgedPrice[] {
  return added.map((price, index) => ({
    price,
    deal: price.isLate
      ? judgeLate(price, history, () => nearest(price, added, index, stored))
      : judgeNewest(price, history, contextOf(price.offer.productId)),
  }));
}

function judgeNewest(price: NewPrice, history: OfferHistory, listing: ListingContext): ScoredDeal {
  const timeline = history.timelineOf(price.offer.currency);
  const previous = timeline.last();
  const lowestBeforeMinor = previous && timeline.lowMinor;
  const previousScore = history.lastScore ?? undefined;
  const before = pricesBefore(timeline, price.atMs);
  // While it is sold out no price changes, so that what is told of it raises nothing.
  const changesNone = previous && isSoldOut(price.value);
  const { priceMinor } = price.value;
  const isError = isPriceError(timeline, price);
  const previousRealDiscount = previous && realDiscountPercent(timeline);
  timeline.append(price.atMs, price.value);
  count(history, price.atMs);
  const context = contextFor(listing, { ...price.offer, atMs: price.atMs });
  const score = hasEnoughHistory(timeline) ? dealScore(measureDeal(timeline, context, before)) : undefined;
  // Only another currency can have too little history where there was a score before: the last one told stays.
  history.lastScore = score ?? history.lastScore;
  return {
    ...priceOf(price),
    previousPriceMinor: changesNone ? priceMinor : previous?.priceMinor,
    previousAvailability: previous && availabilityName(previous.availability),
    lowestBeforeMinor: changesNone ? Math.min(lowestBeforeMinor!, priceMinor) : lowestBeforeMinor,
    score,
    previousScore,
    usualPriceMinor: before.usualPriceMinor,
    lowestBeforeMinorByDays: changesNone ? noneAbove(before.lowestByDays, priceMinor) : before.lowestByDays,
    // The same price has the same discount: it is measured from when the price took effect.
    realDiscountPercent:
      changesNone || previous?.priceMinor === priceMinor
        ? previousRealDiscount
        : realDiscountPercent(timeline),
    previousRealDiscountPercent: previousRealDiscount,
    ...(isError && { priceError: true }),
  };
}

/** Lows of days, none of them dearer than a price. */
const noneAbove = (
  lows: ScoredDeal['lowestBeforeMinorByDays'],
  priceMinor: number,
): ScoredDeal['lowestBeforeMinorByDays'] =>
  lows && Object.fromEntries(Object.entries(lows).map(([days, low]) => [days, Math.min(low, priceMinor)]));

/** Up to 95 % off may be meant; a shop that claims more has lost its decimal point. */
const BELIEVED_SHARE = 0.05;

/**
 * A confirmed price far below everything known, which the shop does not call a reduction. Confirmed: it waited and
 * another reading agreed, or (of a trusted source) it is the second reading of a price that was as far below.
 */
function isPriceError(timeline: PriceTimeline, { offer, value, isConfirmed }: NewPrice): boolean {
  const { priceMinor } = value;
  if (isSoldOut(value)) return false;
  const { length } = timeline;
  let lowMinor = timeline.lowMinor;
  if (!isConfirmed) {
    const last = length - 1;
    const isSecond =
      length > 1 &&
      timeline.prices[last] === priceMinor &&
      timeline.starts[last] === timeline.lasts[last] &&
      lowMinor === priceMinor;
    if (!isSecond) return false;
    lowMinor = Math.min(timeline.older?.lowMinor ?? Infinity, ...timeline.prices.slice(0, last));
  }
  const known = { lowMinor, highMinor: timeline.highMinor, observations: timeline.observations };
  const range = new KnownRange(known, isConfirmed && timeline);
  const listMinor = offer.listPriceMinor ?? 0;
  const isCalledReduction = listMinor >= lowMinor && priceMinor >= listMinor * BELIEVED_SHARE;
  return !isCalledReduction && range.isFarBelow(priceMinor);
}

function judgeLate(price: NewPrice, history: OfferHistory, nearestOnes: () => Neighbours): ScoredDeal {
  const timeline = history.timelineOf(price.offer.currency);
  const before = timeline.before(price.atMs);
  timeline.insert(price.atMs, price.value, timeline.neighboursOf(price.atMs, price.value) ?? nearestOnes());
  count(history, price.atMs);
  return {
    ...priceOf(price),
    previousPriceMinor: before?.priceMinor,
    previousAvailability: before && availabilityName(before.availability),
    lowestBeforeMinor: before?.lowestMinor,
    late: true,
  };
}

function count(history: OfferHistory, atMs: number): void {
  history.points += 1;
  if (atMs > history.newestMs) history.newestMs = atMs;
}

/** The nearest observations among those stored and those that the batch added before this one. */
function nearest(
  price: NewPrice,
  added: readonly NewPrice[],
  end: number,
  stored: StoredNeighbours,
): Neighbours {
  let { previousMs, nextMs } = stored.get(price) ?? { previousMs: -Infinity, nextMs: Infinity };
  for (let index = 0; index < end; index += 1) {
    const { offer, atMs } = added[index]!;
    if (offer.currency !== price.offer.currency) continue;
    if (atMs < price.atMs) previousMs = Math.max(previousMs, atMs);
    else nextMs = Math.min(nextMs, atMs);
  }
  return { previousMs, nextMs };
}

const priceOf = ({ offer }: NewPrice) => ({
  productId: offer.productId,
  offerId: offer.offerId,
  product: offer.product,
  seller: offer.seller,
  condition: offer.condition,
  observedAt: offer.observedAt,
  priceMinor: offer.priceMinor,
  currency: offer.currency,
  listPriceMinor: offer.listPriceMinor,
  shippingMinor: offer.shippingMinor,
  availability: offer.availability,
});
