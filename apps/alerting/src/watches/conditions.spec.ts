import type { WatchConditions } from '@souk/contracts';
import { readConditions } from './conditions.ts';
import { indexRowsOf, leavesOf, ROW } from './rule.ts';

const thresholds = (...args: Parameters<typeof readConditions>) => {
  const read = readConditions(...args);
  if ('problems' in read)
    throw new Error(read.problems.map(({ field, problem }) => `${field} ${problem}`).join('; '));
  return leavesOf(read.rule).map(({ kind, threshold, currency }) => [kind, threshold, currency]);
};
const problems = (...args: Parameters<typeof readConditions>) => {
  const read = readConditions(...args);
  return 'problems' in read ? read.problems.map(({ field, problem }) => `${field}: ${problem}`) : [];
};

describe('conditions of a watch as thresholds', () => {
  it('every condition becomes one', () => {
    expect(
      thresholds({
        priceBelow: '14.99',
        currency: 'USD',
        dropPercent: 12.5,
        allTimeLow: true,
        backInStock: true,
        scoreAtLeast: 29.29,
      }),
    ).toEqual([
      ['priceBelow', 14_990_000, 'USD'],
      ['dropPercent', 1_250, null],
      ['allTimeLow', 0, null],
      ['backInStock', 0, null],
      ['scoreAtLeast', 2_929, null],
    ]);
  });

  it('a limit without a currency is read by the currency of the offer and applies to any', () => {
    expect(thresholds({ priceBelow: '1500' }, 'JPY')).toEqual([['priceBelow', 1_500_000_000, null]]);
    expect(problems({ priceBelow: '15.5' }, 'JPY')).toEqual([
      'when.priceBelow: "15.5" has too many decimals: JPY allows no decimals',
    ]);
  });

  it('a limit for a product nobody knows yet takes up to six decimals', () => {
    expect(thresholds({ priceBelow: '0.123456' })).toEqual([['priceBelow', 123_456, null]]);
    expect(thresholds({ priceBelow: '15.5000000' })).toEqual([['priceBelow', 15_500_000, null]]);
    expect(problems({ priceBelow: '0.1234567' })[0]).toContain('at most six decimals');
    expect(problems({ priceBelow: '12,50' })[0]).toContain('plain decimal');
  });

  it.each([
    [{ priceBelow: '0.00' }, 'when.priceBelow: must be above 0: no price is lower'],
    [{ priceBelow: '9000000001' }, 'when.priceBelow: is too large: at most 9,000,000,000'],
    [
      { priceBelow: '99999999999999999999999999999999' },
      'when.priceBelow: is too large: at most 9,000,000,000',
    ],
    [
      { priceBelow: '1.999', currency: 'USD' },
      'when.priceBelow: "1.999" has too many decimals: USD allows at most 2 decimals',
    ],
    [{ priceBelow: '1', currency: 'QQQ' }, 'when.currency: "QQQ" is no ISO 4217 currency code'],
    [
      { dropPercent: 30, currency: 'USD' },
      'when.currency: is only of use together with an amount such as priceBelow',
    ],
    [
      { priceBelow: '1', against: 'usual' },
      'when.against: is only of use together with dropPercent, dropAmount, priceRisePercent, priceRiseAmount',
    ],
    [
      { dropPercent: 3, landed: true },
      'when.landed: is only of use together with priceBelow, priceAbove, inStockBelow',
    ],
    [
      { dropAmount: '50', against: '40' },
      'when.dropAmount: is more than the chosen price: no price is that low',
    ],
    [
      { all: [{ any: [{ priceBelow: '0' }] }] },
      'when.all.0.any.0.priceBelow: must be above 0: no price is lower',
    ],
    [{ dropPercent: 30.123 }, 'when.dropPercent: use at most two decimals'],
    [{ scoreAtLeast: 80.001 }, 'when.scoreAtLeast: use at most two decimals'],
  ] satisfies [WatchConditions, string][])('%j is refused by field', (when: WatchConditions, problem) => {
    expect(problems(when)).toEqual([problem]);
  });

  it('all problems are named at once', () => {
    expect(problems({ priceBelow: '-1', dropPercent: 30.123 })).toHaveLength(2);
  });

  it('what a group says concerns its branches', () => {
    expect(thresholds({ currency: 'EUR', all: [{ priceBelow: '5' }, { dropAmount: '1' }] })).toEqual([
      ['priceBelow', 5_000_000, 'EUR'],
      ['dropAmount', 1_000_000, 'EUR'],
    ]);
  });

  const rows = (...args: Parameters<typeof readConditions>) => {
    const read = readConditions(...args);
    if ('problems' in read) throw new Error(read.problems[0]!.problem);
    return indexRowsOf(read.rule).map(({ kind, threshold }) => [kind, threshold]);
  };

  it('a drop from a chosen price is a limit like any other', () => {
    expect(rows({ dropPercent: 20, against: '50' })).toEqual([[ROW.priceBelow, 40_000_001]]);
    expect(rows({ dropPercent: 33.33, against: '0.01' }, 'USD')).toEqual([[ROW.priceBelow, 6_668]]);
    expect(rows({ priceRiseAmount: '5', against: '50' })).toEqual([[ROW.priceAbove, 54_999_999]]);
  });

  it('where all must hold, what is over at once is all that has to be looked for', () => {
    expect(rows({ all: [{ priceBelow: '5' }, { scoreAtLeast: 80 }] })).toEqual([
      [ROW.priceBelow, 5_000_000],
      [ROW.scoreAtLeast, 8_000],
    ]);
    expect(rows({ all: [{ priceBelow: '5' }, { allTimeLow: true, backInStock: true }] })).toEqual([
      [ROW.allTimeLow, 0],
      [ROW.backInStock, 0],
    ]);
  });
});
