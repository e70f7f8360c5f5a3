import type { Deal, WatchConditions } from '@souk/contracts';
import { alreadyTrue, standingOfRule } from './already-true.ts';
import { factsOfDeal } from './deal-facts.ts';
import { readConditions } from './conditions.ts';

const deal: Deal = {
  productId: '018f0000-0000-7000-8000-000000000001',
  offerId: '018f0000-0000-7000-8000-000000000001',
  observedAt: '2026-01-01T00:00:00.000Z',
  priceMinor: 3_959,
  currency: 'USD',
  listPriceMinor: null,
  availability: 'in_stock',
  score: 82,
  confidence: 1,
  scoreMissing: null,
  factors: [],
  discount: { claimedPercent: null, realPercent: null, method: 'none' },
  previousPriceMinor: 5_999,
  statistics: [
    {
      window: 'all',
      observations: 12,
      lowMinor: 3_959,
      highMinor: 5_999,
      medianMinor: 5_999,
      p10Minor: 5_999,
      p25Minor: 5_999,
      p75Minor: 5_999,
      p90Minor: 5_999,
    },
  ],
  traceId: '0'.repeat(32),
};
const holds = (when: WatchConditions, over: Partial<Deal> = {}) => {
  const read = readConditions(when);
  if ('problems' in read) throw new Error('bad conditions');
  return alreadyTrue(read.rule, { ...deal, ...over }).map((reason) => reason.sentence);
};

describe('conditions that hold when the watch is made', () => {
  it('are stated, each in a sentence', () => {
    expect(
      holds({ priceBelow: '40', dropPercent: 30, allTimeLow: true, backInStock: true, scoreAtLeast: 80 }),
    ).toEqual([
      'is below 40.00 USD already: 39.59 USD',
      'fell 34.0 % from 59.99 to 39.59 USD with its last price; you asked for 30 %',
      '39.59 USD is the lowest known price already',
      'is in stock already',
      'has a deal score of 82 already; you asked for 80',
    ]);
  });

  it('a score at an ordinary price is not, one below the usual price is', () => {
    const usual = (medianMinor: number) => ({
      statistics: [{ ...deal.statistics[0]!, window: '90d' as const, medianMinor }],
    });
    expect(holds({ scoreAtLeast: 80 }, usual(4_000))).toEqual([]);
    expect(holds({ scoreAtLeast: 80 }, usual(5_000))).toEqual([
      'has a deal score of 82 already; you asked for 80',
    ]);
  });

  it.each<[string, WatchConditions, string[]]>([
    [
      'what holds of a choice',
      { any: [{ priceBelow: '40' }, { scoreAtLeast: 99 }] },
      ['when.any.0.priceBelow'],
    ],
    [
      'what fails of what must all hold, without choices that are met',
      { all: [{ any: [{ priceBelow: '40' }, { scoreAtLeast: 99 }] }, { priceBelow: '30' }] },
      ['when.all.1.priceBelow'],
    ],
    [
      'all of a choice that is not met',
      { any: [{ priceBelow: '30' }, { scoreAtLeast: 99 }] },
      ['when.any.0.priceBelow', 'when.any.1.scoreAtLeast'],
    ],
    [
      'all of what must hold and does',
      { all: [{ priceBelow: '40' }, { backInStock: true }] },
      ['when.all.0.priceBelow', 'when.all.1.backInStock'],
    ],
    ['nothing where only the seller is wrong', { priceBelow: '40', seller: ['Ada'] }, []],
  ])('tell what mattered: %s', (_what, when, fields) => {
    const read = readConditions(when);
    if ('problems' in read) throw new Error('bad conditions');
    const facts = { ...factsOfDeal(deal), seller: 'Bob' };
    expect(standingOfRule(read.rule, facts).decisive.map(({ leaf }) => leaf.field)).toEqual(fields);
  });

  it('those that do not hold are not', () => {
    expect(
      holds(
        { priceBelow: '39.59', dropPercent: 40, allTimeLow: true, backInStock: true, scoreAtLeast: 83 },
        { availability: 'out_of_stock', statistics: [{ ...deal.statistics[0]!, lowMinor: 3_000 }] },
      ),
    ).toEqual([]);
    expect(holds({ priceBelow: '40', currency: 'EUR' })).toEqual([]);
    expect(holds({ dropPercent: 1, scoreAtLeast: 1 }, { previousPriceMinor: null, score: null })).toEqual([]);
    expect(
      holds({ allTimeLow: true }, { statistics: [{ ...deal.statistics[0]!, observations: 1 }] }),
    ).toEqual([]);
  });
});
