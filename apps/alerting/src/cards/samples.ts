import type { Alert, Deal, Product } from '@souk/contracts';
import { percentSaid } from '../alerts/amounts.ts';
import { said } from '../texts/said.ts';

const productId = '5a9d6a3c-9f44-5c8e-9f3d-0b6e6f1f7a11';

/** An alert as tests and docs/messages.md show it. */
export const sampleAlert: Alert = {
  id: '018f0000-0000-7000-8000-000000000001',
  position: 1,
  watchId: '018f0000-0000-7000-8000-000000000002',
  productId,
  offerId: productId,
  source: 'lampenhaus',
  product: 'L-730',
  title: 'Desk lamp <Aurora> & "friends"',
  url: 'https://shop.example/aurora?a=1&b=2',
  image: 'https://shop.example/aurora.jpg',
  seller: 'Lampenhaus',
  condition: 'new',
  priceMinor: 3_959,
  previousPriceMinor: 5_999,
  currency: 'EUR',
  observedAt: '2026-01-02T03:04:05.000Z',
  raisedAt: '2026-01-02T03:04:06.000Z',
  score: 87.5,
  reasons: [
    {
      kind: 'dropPercent',
      sentence: 'fell 34.0 % from 59.99 to 39.59 EUR; you asked for 30 %',
      said: said('reason.fell', {
        moved: percentSaid('34.0'),
        before: { amount: '59.99', currency: 'EUR', isBare: true },
        price: { amount: '39.59', currency: 'EUR' },
        asked: percentSaid('30'),
      }),
      inputs: { dropPercent: 30, fellPercent: 34, price: '39.59', previousPrice: '59.99', currency: 'EUR' },
    },
  ],
  traceId: '0'.repeat(32),
};

export const sampleDeal: Deal = {
  productId,
  offerId: productId,
  observedAt: '2026-01-02T03:04:05.000Z',
  priceMinor: 3_959,
  currency: 'EUR',
  listPriceMinor: 7_999,
  availability: 'limited',
  score: 87.5,
  confidence: 0.8,
  scoreMissing: null,
  factors: [
    {
      name: 'percentile',
      value: 97,
      weight: 0.3,
      why: '39.59 EUR is lower than the price was during 97 % of the last 365 days.',
    },
    { name: 'allTimeLow', value: 100, weight: 0.2, why: '39.59 EUR is the lowest price ever seen.' },
    {
      name: 'realDiscount',
      value: 58,
      weight: 0.25,
      why: '39.59 EUR is 29 % below the time-weighted median of the last 90 days, 55.99 EUR.',
    },
    { name: 'availability', value: 100, weight: 0.1, why: 'It is limited.' },
  ],
  discount: {
    claimedPercent: 50.5,
    realPercent: 12.1,
    method: 'eu-prior-price-2',
    usualPercent: 29.3,
    usualMethod: 'usual-price-1',
  },
  previousPriceMinor: 5_999,
  statistics: [],
  traceId: '0'.repeat(32),
};

export const sampleProduct: Product = {
  id: productId,
  source: 'lampenhaus',
  product: 'L-730',
  shared: true,
  facts: {
    title: 'Desk lamp Aurora',
    url: 'https://shop.example/aurora',
    image: 'https://shop.example/aurora.jpg',
  },
  offers: [
    {
      offerId: productId,
      seller: 'Lampenhaus',
      condition: 'new',
      priceMinor: 3_959,
      currency: 'EUR',
      listPriceMinor: 7_999,
      shippingMinor: 495,
      availability: 'limited',
      observedAt: '2026-01-02T03:04:05.000Z',
      attribution: 'Prices by Lampenhaus',
    },
  ],
};
