import type { AcceptedOffer, ScoredDeal } from '@souk/contracts';
import { availabilityCode, availabilityName } from '../availability.ts';

/** The last price of an offer, all that may be remembered of it. */
export interface LastPrice {
  observedAt: string;
  priceMinor: number;
  currency: string;
  availability: number;
}

/** Compares a price with the last one alone; nothing when it is not newer. There is no score without a history. */
export function followPrice(
  offer: AcceptedOffer,
  last: LastPrice | undefined,
): { deal: ScoredDeal; last: LastPrice } | undefined {
  if (last && offer.observedAt <= last.observedAt) return undefined;
  const { productId, offerId, product, seller, condition, observedAt, priceMinor, currency, listPriceMinor } =
    offer;
  const previous = last?.currency === currency ? last : undefined;
  return {
    deal: {
      productId,
      offerId,
      product,
      seller,
      condition,
      observedAt,
      priceMinor,
      currency,
      listPriceMinor,
      shippingMinor: offer.shippingMinor,
      availability: offer.availability,
      previousPriceMinor: previous?.priceMinor,
      previousAvailability: previous && availabilityName(previous.availability),
    },
    last: { observedAt, priceMinor, currency, availability: availabilityCode(offer.availability) },
  };
}
