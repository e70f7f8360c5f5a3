import type { Deal, WatchConditions } from '@souk/contracts';
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
  new Map([['when.priceBelow', { times, timesLately, sentence: 'as it was' }]]);
const advised = (
  when: WatchConditions,
  firings?: ReadonlyMap<string, PastFiring>,
  known: Deal | null = deal,
) => {
  const read = readConditions(when);
  if ('problems' in read) throw new Error('bad conditions');
  const watch = { target: null, productId: known ? productId : null };
  return adviceFor(watch, read.rule, known ?? undefined, undefined, undefined, firings).map(
    ({ kind, field, sentence }) => [kind, field, sentence],
  );
};

describe('advice on a new watch', () => {
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
