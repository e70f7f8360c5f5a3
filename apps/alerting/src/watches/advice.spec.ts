import type { Deal, WatchConditions } from '@souk/contracts';
import { said } from '../texts/said.ts';
import { adviceFor } from './advice.ts';
import { readConditions } from './conditions.ts';
import type { PastFiring } from './past-firings.ts';

const productId = '605b76b4-8e84-5173-915e-ea4a402e6713';
const deal: Deal = {
  ...{ productId, offerId: productId, observedAt: '2026-01-01T00:00:00.000Z' },
  ...{ priceMinor: 1_000, currency: 'USD', listPriceMinor: null, availability: 'in_stock' },
  ...{ score: 40, confidence: 1, scoreMissing: null, factors: [], previousPriceMinor: 1_100 },
  discount: { claimedPercent: null, realPercent: null, method: 'none' },
  statistics: [
    {
      ...{
        window: 'all',
        observations: 40,
        lowMinor: 800,
        highMinor: 2_000,
        meanMinor: 1_000,
        medianMinor: 1_000,
      },
      ...{ p10Minor: 850, p25Minor: 900, p75Minor: 1_100, p90Minor: 1_500 },
    },
  ],
  traceId: '0'.repeat(32),
};
const past = (times: number, timesLately: number): ReadonlyMap<string, PastFiring> =>
  new Map([['when.priceBelow', { times, timesLately, said: said('said.plain', { sentence: 'as it was' }) }]]);
const adviceOf = (
  when: WatchConditions,
  firings?: ReadonlyMap<string, PastFiring>,
  known: Deal | null = deal,
) => {
  const read = readConditions(when);
  if ('problems' in read) throw new Error('bad conditions');
  const watch = { target: null, productId: known ? productId : null };
  return adviceFor(watch, read.rule, known ?? undefined, undefined, undefined, firings);
};
const advised = (...of: Parameters<typeof adviceOf>) =>
  adviceOf(...of).map(({ kind, field, sentence }) => [kind, field, sentence]);

const sentences = (when: WatchConditions, known: Deal = deal) =>
  advised(when, undefined, known).map(([kind, , sentence]) => [kind, sentence]);

describe('advice on a new watch', () => {
  it.each<[string, string, string | undefined, string | undefined]>([
    [
      'far below everything',
      '5',
      'never',
      '5.00 USD is 37.5 % below the lowest of 40 prices, 8.00 USD: this may never come true',
    ],
    [
      'the lowest one',
      '8',
      'rarely',
      'it never cost less than 8.00 USD so far: 8.00 USD would be its lowest price ever',
    ],
    ['among what it has cost', '15', undefined, undefined],
    [
      'above most prices',
      '15.01',
      'daily',
      'it costs less than 15.01 USD most of the time: this may speak whenever its price moves',
    ],
    [
      'above every price',
      '20.01',
      'always-true',
      'it never cost as much as 20.01 USD: this speaks only after it has been dearer than ever',
    ],
  ])('judges a limit that is %s by the prices there were', (_, priceBelow, kind, sentence) => {
    const expected = kind === undefined ? [] : [[kind, sentence]];
    expect(sentences({ priceBelow })).toEqual(expected);
    expect(sentences({ inStockBelow: priceBelow })).toEqual(expected);
  });

  it('says nothing of limits while too few prices are known', () => {
    const young = { ...deal, statistics: deal.statistics.map((all) => ({ ...all, observations: 4 })) };
    expect(sentences({ priceBelow: '5' }, young)).toEqual([]);
    expect(sentences({ priceBelow: '5' }, { ...deal, statistics: [] })).toEqual([]);
  });

  it('says that stock is not told where its source does not tell it', () => {
    const why = 'its source does not say whether it is in stock; without that this never comes true';
    for (const availability of [null, 'unknown'] as const) {
      expect(sentences({ backInStock: true }, { ...deal, availability })).toEqual([['not-told', why]]);
      expect(sentences({ inStockBelow: '9' }, { ...deal, availability })).toEqual([['not-told', why]]);
    }
    expect(sentences({ backInStock: true })).toEqual([]);
  });

  it('says that a limit in a currency without a rate never comes true', () => {
    expect(sentences({ priceBelow: '9', currency: 'EUR' })).toEqual([
      ['never', 'its price is in USD, and no rate of the day leads to EUR'],
    ]);
  });

  it('says what speaks every day: small changes and low scores, but not those against what is usual', () => {
    const small = ['daily', 'prices change by 1.5 % all the time: this may speak every day'];
    expect(sentences({ dropPercent: 1.5 })).toEqual([small]);
    expect(sentences({ priceRisePercent: 1.5 })).toEqual([small]);
    expect(sentences({ dropPercent: 2 })).toEqual([]);
    expect(sentences({ dropPercent: 1.5, against: 'usual' })).toEqual([]);
    expect(sentences({ scoreAtLeast: 30 })).toEqual([
      ['daily', 'most prices have such a deal score: this may speak every day'],
    ]);
    expect(sentences({ scoreAtLeast: 31 })).toEqual([]);
    expect(sentences({ allTimeLow: true })).toEqual([]);
  });

  it('says nothing of a listing that is known without a price', () => {
    const read = readConditions({ priceBelow: '5' });
    if ('problems' in read) throw new Error('bad conditions');
    const watch = { target: null, productId };
    expect(adviceFor(watch, read.rule, undefined, undefined, undefined)).toEqual([]);
  });

  it('carries each sentence as a wording too', () => {
    const [told] = adviceOf({ priceBelow: '5' });
    expect(told!.said).toEqual({
      key: 'advice.far-below',
      values: {
        limit: { amount: '5.00', currency: 'USD' },
        percent: { decimal: '37.5' },
        count: 40,
        lowest: { amount: '8.00', currency: 'USD' },
      },
    });
  });

  it('says what it would have done in the past, rather than what its limit looks like', () => {
    const told = (priceBelow: string, firings: ReadonlyMap<string, PastFiring>) =>
      advised({ priceBelow }, firings).map(([kind, , sentence]) => [kind, sentence]);
    expect(told('9', past(14, 14))).toEqual([['past', 'as it was']]);
    expect(told('9', past(60, 45))).toEqual([['daily', 'as it was']]);
    expect(told('9', past(0, 0))).toEqual([['rarely', 'as it was']]);
    expect(told('7', past(0, 0))).toEqual([['rarely', 'as it was']]);
    expect(told('2', past(0, 0))).toEqual([['never', 'as it was']]);
    expect(told('16', past(3, 1))).toEqual([
      ['daily', expect.stringMatching(/^it costs less than 16.00 USD most of the time.*; as it was$/)],
    ]);
    expect(told('30', past(0, 0))).toEqual([['always-true', expect.stringContaining('never cost as much')]]);
  });

  it('says what can never hold together, whether or not anybody knows the product', () => {
    const when = { all: [{ priceBelow: '10' }, { priceAbove: '20' }] };
    const never = [
      'never',
      'when.all.1.priceAbove',
      'this can never fire: no price is both below 10.00 and above 20.00',
    ];
    expect(advised(when)).toEqual([never]);
    expect(advised(when, undefined, null)).toEqual([
      never,
      ['unknown-product', 'product', expect.any(String)],
    ]);
  });
});
