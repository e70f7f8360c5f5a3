import { followPrice } from './follow-price.ts';

const offer = {
  productId: '605b76b4-8e84-5173-915e-ea4a402e6713',
  offerId: '605b76b4-8e84-5173-915e-ea4a402e6713',
  product: 'p',
  priceMinor: 900,
  currency: 'EUR',
  availability: 'in_stock',
  observedAt: '2026-03-02T00:00:00.000Z',
} as const;
const last = { observedAt: '2026-03-01T00:00:00.000Z', priceMinor: 1_000, currency: 'EUR', availability: 0 };

describe('a price without a history', () => {
  it('is compared with the last one, and has no score', () => {
    const followed = followPrice(offer, last)!;
    expect(followed.deal).toMatchObject({ priceMinor: 900, previousPriceMinor: 1_000 });
    expect(followed.deal).not.toHaveProperty('score');
    expect(followed.last).toMatchObject({ priceMinor: 900, observedAt: offer.observedAt });
  });

  it('is the first one when none is known, or only one in another currency', () => {
    expect(followPrice(offer, undefined)!.deal.previousPriceMinor).toBeUndefined();
    expect(followPrice(offer, { ...last, currency: 'USD' })!.deal.previousPriceMinor).toBeUndefined();
  });

  it('that is no newer changes nothing', () => {
    expect(followPrice(offer, { ...last, observedAt: offer.observedAt })).toBeUndefined();
  });
});
