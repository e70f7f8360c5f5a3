import type { Offer, Product } from '@souk/contracts';
import { type ComparedListing, disagreementOf, listingOffers } from './compare-offers.ts';

const ID = '605b76b4-8e84-5173-915e-ea4a402e6713';
const nowMs = Date.UTC(2026, 2, 1, 12);
const by = { kind: 'gtin', value: '04006381333931' } as const;

function listing(source: string, priceMinor: number | undefined, changes: Partial<Offer> = {}): Product {
  const offer: Offer = {
    offerId: ID,
    seller: null,
    condition: null,
    priceMinor: priceMinor ?? 0,
    currency: 'EUR',
    listPriceMinor: null,
    shippingMinor: null,
    availability: 'in_stock',
    observedAt: '2026-03-01T11:00:00.000Z',
    ...changes,
  };
  return {
    id: ID,
    source,
    product: 'p',
    shared: true,
    facts: {},
    offers: priceMinor === undefined ? [] : [offer],
  };
}
const compared = (...listings: Product[]): ComparedListing[] =>
  listings.map((one, index) => ({ listing: one, by: index === 0 ? null : by }));

describe('listings of one item beside each other', () => {
  it('show age, attribution and how far each is from the one that was asked for', () => {
    const rows = listingOffers(
      compared(listing('a', 1_000), listing('b', 900, { attribution: 'By B' }), listing('c', 1_055)),
      nowMs,
    );
    expect(rows.map(({ source, ageSeconds, difference }) => [source, ageSeconds, difference])).toEqual([
      ['a', 3_600, null],
      ['b', 3_600, { amount: '-1.00', percent: -10 }],
      ['c', 3_600, { amount: '0.55', percent: 5.5 }],
    ]);
    expect(rows[1]!.offer).toMatchObject({ attribution: 'By B', price: '9.00' });
  });

  it('show another currency or condition as it is, without a difference', () => {
    const rows = listingOffers(
      compared(
        listing('a', 1_000),
        listing('b', 900, { currency: 'USD' }),
        listing('c', 700, { condition: 'used' }),
      ),
      nowMs,
    );
    expect(rows.map(({ difference }) => difference)).toEqual([null, null, null]);
    expect(rows[1]!.offer).toMatchObject({ price: '9.00', currency: 'USD' });
  });

  it('may have no price at all', () => {
    const [row] = listingOffers(compared(listing('a', undefined)), nowMs);
    expect(row).toMatchObject({ offer: null, ageSeconds: null });
    expect(disagreementOf(compared(listing('a', undefined), listing('b', 5)))).toBeNull();
  });
});

describe('the disagreement of sources', () => {
  it('is the spread of comparable offers that can be bought, lowest first', () => {
    const sources = compared(
      listing('a', 1_000),
      listing('b', 900),
      listing('c', 1_100),
      listing('d', 100, { currency: 'USD' }),
      listing('e', 200, { availability: 'out_of_stock' }),
      listing('f', 300, { condition: 'used' }),
    );
    expect(disagreementOf(sources)).toEqual({
      currency: 'EUR',
      lowest: '9.00',
      highest: '11.00',
      spread: '2.00',
      spreadPercent: 22.2,
      agree: false,
      sources: [
        { source: 'b', price: '9.00' },
        { source: 'a', price: '10.00' },
        { source: 'c', price: '11.00' },
      ],
    });
  });

  it('is none where all say the same, and nothing is said of one source alone', () => {
    expect(disagreementOf(compared(listing('a', 1_000), listing('b', 1_000)))).toMatchObject({
      agree: true,
      spread: '0.00',
    });
    expect(disagreementOf(compared(listing('a', 1_000)))).toBeNull();
    expect(disagreementOf(compared(listing('a', 0), listing('b', 500)))).toMatchObject({ spreadPercent: 0 });
  });
});
