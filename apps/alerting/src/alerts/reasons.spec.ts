import type { ConditionKind } from '@souk/contracts';
import type { Leaf } from '../watches/rule.ts';
import { microsText, percentText } from './amounts.ts';
import { reasonOf } from './reasons.ts';

const leaf = (kind: ConditionKind, threshold: number, over: Partial<Leaf> = {}): Leaf => ({
  kind,
  field: `when.${kind}`,
  threshold,
  currency: null,
  isLanded: false,
  against: 'last',
  ...over,
});

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
    [
      'scoreAtLeast',
      8_000,
      { priceMinor: 900, usualPriceMinor: 1_000, currency: 'USD', score: 82, previousScore: 61 },
      'deal score rose from 61 to 82 at 9.00 USD, 10.0 % below the usual 10.00; you asked for 80',
    ],
    [
      'scoreAtLeast',
      8_000,
      { priceMinor: 900, usualPriceMinor: 1_000, currency: 'USD', score: 82, previousScore: 82 },
      'deal score is 82 at 9.00 USD, 10.0 % below the usual 10.00; you asked for 80',
    ],
  ] as const)('%s %i', (kind, threshold, seen, sentence) => {
    expect(reasonOf(leaf(kind, threshold), seen)).toMatchObject({ kind, sentence });
  });

  it.each([
    [
      leaf('priceBelow', 20_000_000, { isLanded: true }),
      { priceMinor: 1_499, shippingMinor: 300, previousPriceMinor: 2_100, currency: 'USD' },
      'fell below 20.00 USD: now 17.99 USD with shipping, before 21.00',
    ],
    [
      leaf('priceBelow', 20_000_000, { currency: 'EUR' }),
      { priceMinor: 1_499, previousPriceMinor: 2_500, currency: 'USD' },
      'fell below 20.00 EUR: now 14.99 USD (13.63 EUR), before 25.00',
    ],
    [
      leaf('dropPercent', 2_000, { against: 'usual' }),
      { priceMinor: 700, usualPriceMinor: 1_000, currency: 'USD' },
      '30.0 % below the usual 10.00: now 7.00 USD; you asked for 20 %',
    ],
    [
      leaf('dropAmount', 2_000_000),
      { priceMinor: 700, previousPriceMinor: 1_000, currency: 'USD' },
      'fell 3.00 USD from 10.00 to 7.00 USD; you asked for 2.00 USD',
    ],
    [
      leaf('dropPercent', 2_000, { against: 10_000_000 }),
      { priceMinor: 700, currency: 'USD' },
      '20 % below the 10.00 USD that you chose: now 7.00 USD',
    ],
    [
      leaf('priceRisePercent', 1_000),
      { priceMinor: 1_200, previousPriceMinor: 1_000, currency: 'USD' },
      'rose 20.0 % from 10.00 to 12.00 USD; you asked for 10 %',
    ],
    [
      leaf('lowOfDays', 90),
      { priceMinor: 700, lowestBeforeMinorByDays: { '90': 800 }, currency: 'USD' },
      '7.00 USD is lower than every price of 90 days; the lowest was 8.00',
    ],
    [
      leaf('realDiscountAtLeast', 2_500),
      { priceMinor: 700, realDiscountPercent: 30.46, currency: 'USD' },
      '30.4 % below the lowest price of the 30 days before; you asked for 25 %',
    ],
  ])('$kind', (asked, facts, sentence) => {
    const rates = { day: '2026-01-01', base: 'EUR', rates: { USD: '1.1' } };
    expect(reasonOf(asked, facts, rates)).toMatchObject({ kind: asked.kind, sentence });
  });

  it('carries what the rule saw as exact decimals', () => {
    const { inputs } = reasonOf(leaf('dropPercent', 3_000), {
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
