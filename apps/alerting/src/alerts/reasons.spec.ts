import { microsText, percentText, reasonOf } from './reasons.ts';

describe('why an alert fired', () => {
  it.each([
    [
      'dropPercent',
      3_000,
      { priceMinor: 3_959, previousPriceMinor: 5_999, currency: 'USD' },
      'fell 34.0 % from 59.99 to 39.59 USD; you asked for 30 %',
    ],
    [
      'dropPercent',
      1_250,
      { priceMinor: 87_500, previousPriceMinor: 100_000, currency: 'JPY' },
      'fell 12.5 % from 100000 to 87500 JPY; you asked for 12.5 %',
    ],
    [
      'priceBelow',
      20_000_000,
      { priceMinor: 1_499, previousPriceMinor: 2_100, currency: 'USD' },
      'fell below 20.00 USD: now 14.99 USD, before 21.00',
    ],
    [
      'priceBelow',
      14_995_000,
      { priceMinor: 1_499, currency: 'USD' },
      'fell below 14.995 USD: now 14.99 USD, the first price seen',
    ],
    [
      'allTimeLow',
      0,
      { priceMinor: 3_959, lowestBeforeMinor: 4_100, currency: 'USD' },
      '39.59 USD is lower than every earlier price; the lowest was 41.00',
    ],
    [
      'backInStock',
      0,
      { priceMinor: 3_959, currency: 'USD', availability: 'limited', previousAvailability: 'out_of_stock' },
      'can be bought again for 39.59 USD after being out of stock',
    ],
    [
      'scoreAtLeast',
      8_000,
      { priceMinor: 3_959, currency: 'USD', score: 82.46, previousScore: 61 },
      'deal score rose from 61 to 82.4; you asked for 80',
    ],
    [
      'scoreAtLeast',
      8_050,
      { priceMinor: 3_959, currency: 'USD', score: 90 },
      'deal score rose to 90; you asked for 80.5',
    ],
  ] as const)('%s %i', (kind, threshold, seen, sentence) => {
    expect(reasonOf(kind, threshold, seen)).toMatchObject({ kind, sentence });
  });

  it('carries what the rule saw as exact decimals', () => {
    const { inputs } = reasonOf('dropPercent', 3_000, {
      priceMinor: 700,
      previousPriceMinor: 1_000,
      currency: 'USD',
    });
    expect(inputs).toEqual({
      dropPercent: 30,
      fellPercent: 30,
      price: '7.00',
      previousPrice: '10.00',
      currency: 'USD',
    });
  });

  it('a fall is cut, never rounded up to what was asked for', () => {
    expect(percentText(2_999, 1)).toBe('29.9');
    expect(percentText(50, 1)).toBe('0.5');
    expect(microsText(500_000, 'JPY')).toBe('0.5');
  });
});
