import { type CollectedObservation, type JobItem, offerIdOf } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import { csvRow } from '../http/csv.ts';
import type { OfferView } from '../products/product.schemas.ts';
import type { JobResult } from './job.schemas.ts';

/** One line of a job with what became of it. */
export function resultOf({ observations, fetchedAt, ...item }: JobItem): JobResult {
  const { productId } = item;
  const offers = productId === null ? [] : (observations ?? []);
  return {
    line: item.line,
    source: item.source,
    product: item.product,
    state: item.state,
    credits: item.credits,
    productId,
    title: offers[0]?.title ?? null,
    url: offers[0]?.url ?? null,
    offers: offers.map((observation) => offerOf(productId!, observation, fetchedAt)),
    attribution: item.attribution,
    problem: item.problem,
  };
}

function offerOf(productId: string, told: CollectedObservation, fetchedAt: string | null): OfferView {
  const { priceMinor, currency, listPriceMinor, shippingMinor, seller, condition } = told;
  const amount = (minor: number | undefined): string | null =>
    minor === undefined ? null : formatAmount(minor, currency);
  return {
    offerId: offerIdOf(productId, seller, condition),
    seller: seller ?? null,
    condition: condition ?? null,
    price: formatAmount(priceMinor, currency),
    currency,
    listPrice: amount(listPriceMinor),
    shipping: amount(shippingMinor),
    availability: told.availability ?? null,
    observedAt: told.observedAt,
    origin: 'fetched',
    ...(fetchedAt !== null && { collectedAt: fetchedAt }),
  };
}

export const CSV_HEADER = [
  'line',
  'source',
  'product',
  'state',
  'price',
  'currency',
  'list_price',
  'shipping',
  'availability',
  'seller',
  'condition',
  'observed_at',
  'offers',
  'title',
  'url',
  'product_id',
  'credits',
  'reason',
  'detail',
  'attribution',
].join(',');

/** One row, with the first of its offers. */
export function csvRowOf(result: JobResult): string {
  const [offer] = result.offers;
  return csvRow([
    result.line,
    result.source,
    result.product,
    result.state,
    offer?.price,
    offer?.currency,
    offer?.listPrice,
    offer?.shipping,
    offer?.availability,
    offer?.seller,
    offer?.condition,
    offer?.observedAt,
    result.offers.length,
    result.title,
    result.url,
    result.productId,
    result.credits,
    result.problem?.reason,
    result.problem?.detail,
    result.attribution,
  ]);
}
