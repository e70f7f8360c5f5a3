import type { Deal, Offer, Product } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import type { DealSummary, DealView, OfferView, ProductView } from './product.schemas.ts';

const amountOrNull = (minor: number | null, currency: string): string | null =>
  minor === null ? null : formatAmount(minor, currency);

export function offerView(offer: Offer): OfferView {
  const { priceMinor, listPriceMinor, shippingMinor, currency, ...rest } = offer;
  return {
    ...rest,
    price: formatAmount(priceMinor, currency),
    currency,
    listPrice: amountOrNull(listPriceMinor, currency),
    shipping: amountOrNull(shippingMinor, currency),
  };
}

/** A listing with its current offer, the newest. */
export function productView({ id, source, product, shared, facts, offers }: Product): ProductView {
  const { title, ...rest } = facts;
  const current = offers[0];
  return {
    id,
    source,
    product,
    title: title ?? null,
    shared,
    facts: rest,
    offer: current ? offerView(current) : null,
  };
}

export function dealSummary({
  score,
  confidence,
  discount,
  previousPriceMinor,
  statistics,
  currency,
}: Deal): DealSummary {
  const lowest = statistics.find(({ window }) => window === 'all')?.lowMinor ?? null;
  return {
    score,
    confidence,
    realPercent: discount.realPercent,
    claimedPercent: discount.claimedPercent,
    previousPrice: amountOrNull(previousPriceMinor, currency),
    lowest: amountOrNull(lowest, currency),
  };
}

export function dealView(deal: Deal): DealView {
  const { priceMinor, listPriceMinor, previousPriceMinor, statistics, currency, ...rest } = deal;
  return {
    ...rest,
    price: formatAmount(priceMinor, currency),
    currency,
    listPrice: amountOrNull(listPriceMinor, currency),
    previousPrice: amountOrNull(previousPriceMinor, currency),
    statistics: statistics.map((one) => ({
      window: one.window,
      observations: one.observations,
      low: formatAmount(one.lowMinor, currency),
      high: formatAmount(one.highMinor, currency),
      median: formatAmount(one.medianMinor, currency),
      p10: formatAmount(one.p10Minor, currency),
      p25: formatAmount(one.p25Minor, currency),
      p75: formatAmount(one.p75Minor, currency),
      p90: formatAmount(one.p90Minor, currency),
    })),
  };
}
