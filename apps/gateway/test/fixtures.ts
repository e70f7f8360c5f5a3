import type { Alert, Deal, Job, PricePoint, Product } from '@souk/contracts';
import { newId, productIdOf } from '@souk/contracts';

const at = '2026-01-01T00:00:00.000Z';
export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

export function product(accountId: string, code: string, change: Partial<Product> = {}): Product {
  const id = productIdOf(accountId, 'sandbox', code);
  return {
    id,
    source: 'sandbox',
    product: code,
    shared: false,
    facts: { title: `Product ${code}`, url: 'https://shop.example/p', category: ['Games'] },
    offers: [
      {
        offerId: id,
        seller: null,
        condition: null,
        priceMinor: 999,
        currency: 'USD',
        listPriceMinor: 1_999,
        shippingMinor: null,
        availability: 'in_stock',
        observedAt: at,
      },
    ],
    ...change,
  };
}

export function point(productId: string, change: Partial<PricePoint> = {}): PricePoint {
  return {
    offerId: productId,
    observedAt: at,
    priceMinor: 1_499,
    currency: 'USD',
    listPriceMinor: null,
    availability: null,
    seller: null,
    condition: null,
    origin: 'posted',
    traceId: TRACE_ID,
    ...change,
  };
}

export function deal(productId: string, change: Partial<Deal> = {}): Deal {
  const amounts = { lowMinor: 999, highMinor: 1_999, medianMinor: 1_499, p10Minor: 999, p25Minor: 1_299 };
  return {
    productId,
    offerId: productId,
    observedAt: at,
    priceMinor: 999,
    currency: 'USD',
    listPriceMinor: 1_999,
    availability: 'in_stock',
    score: 82,
    confidence: 0.7,
    scoreMissing: null,
    factors: [{ name: 'against-median', value: 90, weight: 1, why: 'a third below the median of 90 days' }],
    discount: { claimedPercent: 50, realPercent: 33.4, method: 'median-90d-v1' },
    previousPriceMinor: 1_499,
    statistics: [{ window: 'all', observations: 12, ...amounts, p75Minor: 1_599, p90Minor: 1_999 }],
    traceId: TRACE_ID,
    ...change,
  };
}

export function alert(accountId: string, position: number, change: Partial<Alert> = {}): Alert {
  const productId = productIdOf(accountId, 'sandbox', 'p1');
  return {
    id: newId(),
    position,
    watchId: newId(),
    productId,
    offerId: productId,
    source: 'sandbox',
    product: 'p1',
    title: 'Product p1',
    url: null,
    image: null,
    seller: null,
    condition: null,
    priceMinor: 999,
    previousPriceMinor: 1_499,
    currency: 'USD',
    observedAt: at,
    raisedAt: at,
    score: 82,
    reasons: [
      {
        kind: 'dropPercent',
        sentence: 'The price fell by 33.4 %, from 14.99 to 9.99 USD; you asked for 30 % or more.',
        inputs: { previous: '14.99', price: '9.99', dropPercent: 30 },
      },
    ],
    traceId: TRACE_ID,
    ...change,
  };
}

/** A job that runs. */
export const job = (id: string, change: Partial<Job> = {}): Job => ({
  id,
  state: 'running',
  priority: 'enrichment',
  lines: 2,
  items: 2,
  rejected: 0,
  pending: 1,
  found: 1,
  failed: 0,
  cancelled: 0,
  credits: { price: 2, captured: 1, refunded: 0 },
  position: 1,
  createdAt: at,
  finishedAt: null,
  expiresAt: at,
  ...change,
});
