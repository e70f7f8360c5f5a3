import type { ScoredDeal } from '@souk/contracts';
import * as fc from 'fast-check';
import { ROW } from '../watches/rule.ts';
import { dropBasisPoints, scoreHundredths } from './facts.ts';
import { probesOf } from './probes.ts';

const deal = (over: Partial<ScoredDeal>): ScoredDeal => ({
  productId: '018f0000-0000-7000-8000-000000000001',
  offerId: '018f0000-0000-7000-8000-000000000001',
  product: '730',
  observedAt: '2026-01-01T00:00:00.000Z',
  priceMinor: 1_000,
  currency: 'USD',
  ...over,
});
const kinds = (over: Partial<ScoredDeal>) => probesOf(deal(over)).map((probe) => probe.kind);
const fires = (over: Partial<ScoredDeal>, kind: keyof typeof ROW, threshold: number) =>
  probesOf(deal(over)).some(
    (probe) => probe.kind === ROW[kind] && threshold > probe.low && threshold <= probe.high,
  );

describe('what a price asks of the match index', () => {
  it('the price that stays asks nothing', () => {
    expect(
      kinds({ previousPriceMinor: 1_000, lowestBeforeMinor: 1_000, score: 50, previousScore: 50 }),
    ).toEqual([]);
  });

  it('the price that rises asks only for what rises', () => {
    const rises: number[] = [
      ROW.priceAbove,
      ROW.landedAbove,
      ROW.rearmAbove,
      ROW.risePercent,
      ROW.riseAmount,
    ];
    const asked = kinds({ previousPriceMinor: 900, lowestBeforeMinor: 900, score: 40, previousScore: 50 });
    expect(asked.toSorted((x, y) => x - y)).toEqual(rises.toSorted((x, y) => x - y));
  });

  it('a price in an unknown currency asks nothing', () => {
    expect(kinds({ previousPriceMinor: 2_000, currency: 'QQQ' })).toEqual([]);
  });

  it.each([
    [1_000, 700, 3_000, true],
    [999, 700, 3_000, false],
    [1_000, 701, 3_000, false],
    [100, 0, 10_000, true],
    [0, 0, 1, false],
    [9_007_199_254_740_991, 6_305_039_478_318_693, 3_000, true],
    [9_007_199_254_740_991, 6_305_039_478_318_694, 3_000, false],
  ])('a fall from %i to %i fires %i basis points: %s', (previous, price, basisPoints, expected) => {
    expect(fires({ previousPriceMinor: previous, priceMinor: price }, 'dropPercent', basisPoints)).toBe(
      expected,
    );
  });

  it('a percentage fires exactly when (previous - price) x 10,000 >= basis points x previous', () => {
    const amount = fc.integer({ min: 0, max: 9_007_199_254_740_991 });
    fc.assert(
      fc.property(amount, amount, fc.integer({ min: 1, max: 10_000 }), (previous, price, basisPoints) => {
        const expected =
          previous > 0 &&
          (BigInt(previous) - BigInt(price)) * 10_000n >= BigInt(basisPoints) * BigInt(previous);
        expect(dropBasisPoints(previous, price) >= basisPoints).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('a limit fires when the price falls strictly below it, once', () => {
    const limit = 10_000_000; // 10.00 in millionths
    expect(fires({ previousPriceMinor: 1_100, priceMinor: 1_000 }, 'priceBelow', limit)).toBe(false);
    expect(fires({ previousPriceMinor: 1_000, priceMinor: 999 }, 'priceBelow', limit)).toBe(true);
    expect(fires({ previousPriceMinor: 999, priceMinor: 998 }, 'priceBelow', limit)).toBe(false);
    expect(fires({ priceMinor: 999 }, 'priceBelow', limit)).toBe(true);
  });

  it('an all-time low needs an earlier price and must be below it', () => {
    expect(kinds({ priceMinor: 500 })).toEqual([ROW.priceBelow, ROW.landedBelow]);
    expect(fires({ priceMinor: 500, lowestBeforeMinor: 500 }, 'allTimeLow', 0)).toBe(false);
    expect(fires({ priceMinor: 499, lowestBeforeMinor: 500 }, 'allTimeLow', 0)).toBe(true);
  });

  it.each([
    ['out_of_stock', 'in_stock', true],
    ['out_of_stock', 'limited', true],
    ['out_of_stock', 'preorder', false],
    ['preorder', 'in_stock', false],
    ['unknown', 'in_stock', false],
    [undefined, 'in_stock', false],
    ['in_stock', 'in_stock', false],
  ] as const)(
    'availability from %s to %s is back in stock: %s',
    (previousAvailability, availability, expected) => {
      expect(fires({ previousAvailability, availability }, 'backInStock', 0)).toBe(expected);
    },
  );

  it('a score fires when it rises to the threshold or above, also with its first value', () => {
    expect(fires({ previousScore: 79.99, score: 80 }, 'scoreAtLeast', 8_000)).toBe(true);
    expect(fires({ previousScore: 80, score: 81 }, 'scoreAtLeast', 8_000)).toBe(false);
    expect(fires({ score: 80 }, 'scoreAtLeast', 8_000)).toBe(true);
    expect(fires({ previousScore: 90, score: 85 }, 'scoreAtLeast', 8_000)).toBe(false);
    expect(fires({ previousScore: 10, score: 79.999 }, 'scoreAtLeast', 8_000)).toBe(false);
    expect(scoreHundredths(29.29)).toBe(2_929);
  });

  it.each([
    ['an ordinary price asks nothing, however its score drifts', 1_000, 1_000, 60, 95, false],
    ['2 % below the usual price is ordinary', 1_000, 980, 60, 95, false],
    ['a price below it asks when its score rises', 900, 900, 60, 85, true],
    ['a price below it asks nothing when its score was as good', 900, 890, 85, 86, false],
    ['a price that comes below it asks even when its score stays', 1_000, 979, 85, 85, true],
  ])('%s', (_, previousPriceMinor, priceMinor, previousScore, score, expected) => {
    const facts = { previousPriceMinor, priceMinor, previousScore, score, usualPriceMinor: 1_000 };
    expect(fires(facts, 'scoreAtLeast', 8_000)).toBe(expected);
  });
});
