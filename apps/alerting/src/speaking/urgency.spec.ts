import type { ScoredDeal } from '@souk/contracts';
import { dueAtOf, PRICE_ERROR_URGENCY, urgencyOf } from './urgency.ts';

const deal: ScoredDeal = {
  productId: '018f0000-0000-7000-8000-000000000001',
  offerId: '018f0000-0000-7000-8000-000000000001',
  product: 'a',
  observedAt: '2026-01-01T00:00:00.000Z',
  priceMinor: 1_000,
  currency: 'EUR',
};

it('a price error is more urgent than any other deal; then the score, few left, and a new low count', () => {
  const urgencies = [
    urgencyOf({ ...deal, priceError: true, score: 0 }),
    urgencyOf({ ...deal, score: 100, availability: 'limited', lowestBeforeMinor: 2_000 }),
    urgencyOf({ ...deal, score: 90, availability: 'limited' }),
    urgencyOf({ ...deal, score: 90 }),
    urgencyOf(deal),
    urgencyOf({ ...deal, score: 10 }),
  ];
  expect(urgencies).toEqual(urgencies.toSorted((a, b) => b - a));
  expect(new Set(urgencies).size).toBe(urgencies.length);
  expect(urgencies[0]).toBe(PRICE_ERROR_URGENCY);
});

it('nothing waits for newer deals that were raised more than ten minutes later, but for price errors', () => {
  const raisedAt = new Date('2026-01-01T12:00:00Z');
  const later = new Date(raisedAt.getTime() + 10 * 60_000 + 1);
  expect(dueAtOf(later, 900).getTime()).toBeGreaterThan(dueAtOf(raisedAt, 0).getTime());
  expect(dueAtOf(raisedAt, 900).getTime()).toBeLessThan(dueAtOf(raisedAt, 300).getTime());
  expect(dueAtOf(later, PRICE_ERROR_URGENCY).getTime()).toBeLessThan(dueAtOf(raisedAt, 900).getTime());
});
