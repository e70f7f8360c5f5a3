import type { Deal, WatchConditions } from '@souk/contracts';
import { nearLimit } from './near-limit.ts';

const id = '605b76b4-8e84-5173-915e-ea4a402e6713';
const deal: Deal = {
  ...{ productId: id, offerId: id, observedAt: '2026-01-01T00:00:00.000Z', priceMinor: 10_000 },
  ...{ currency: 'EUR', listPriceMinor: null, availability: 'in_stock', score: 70, confidence: 1 },
  ...{ scoreMissing: null, factors: [], previousPriceMinor: null, statistics: [], traceId: 'a'.repeat(32) },
  discount: { claimedPercent: null, realPercent: null, method: 'test' },
};
const near = (priceBelow: string, basisPoints: number) => ({
  limit: { amount: `${priceBelow}.00`, currency: 'EUR' },
  basisPoints,
});

it.each<[string, WatchConditions, ReturnType<typeof nearLimit>]>([
  ['a price just above its limit', { priceBelow: '98' }, near('98', 204)],
  ['a price at its limit', { priceBelow: '100' }, near('100', 0)],
  ['a limit in the same currency', { priceBelow: '98', currency: 'EUR' }, near('98', 204)],
  ['one in stock', { inStockBelow: '98' }, near('98', 204)],
  ['the nearest that suffices', { any: [{ priceBelow: '96' }, { priceBelow: '99' }] }, near('99', 101)],
  ['the farthest of all', { all: [{ priceBelow: '96' }, { priceBelow: '99' }] }, near('96', 416)],
  [
    'what is missing beside what holds',
    { all: [{ priceBelow: '98' }, { scoreAtLeast: 60 }] },
    near('98', 204),
  ],
])('%s is near', (_, when, expected) => {
  expect(nearLimit(when, deal)).toEqual(expected);
});

it.each<[string, WatchConditions]>([
  ['a price far above its limit', { priceBelow: '95' }],
  ['what holds already', { priceBelow: '101' }],
  ['what waits for something else', { dropPercent: 10 }],
  ['what waits for something else too', { all: [{ priceBelow: '98' }, { scoreAtLeast: 90 }] }],
  ['a limit in another currency', { priceBelow: '98', currency: 'USD' }],
  ['a limit with shipping, which nobody knows', { priceBelow: '98', landed: true }],
  ['a seller whom nobody knows', { priceBelow: '98', seller: ['shop'] }],
  ['what cannot be read', { priceBelow: 'much' }],
])('%s is not', (_, when) => {
  expect(nearLimit(when, deal)).toBeUndefined();
});

it('a price below the limit of something that is sold out is not near', () => {
  expect(nearLimit({ inStockBelow: '101' }, { ...deal, availability: 'out_of_stock' })).toBeUndefined();
});
