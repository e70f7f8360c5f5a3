import type { ThresholdAdvice, WatchConditions } from '@souk/contracts';
import { sentenceOf } from '../texts/said.ts';
import { readConditions } from './conditions.ts';
import { askedPast, pastFirings, type PastTerms } from './past-firings.ts';

const rates = { day: '2026-06-01', base: 'EUR', rates: { USD: '1.25' } };
const terms: PastTerms = { currency: 'USD', shippingMinor: 300, rates };
const ruleOf = (when: WatchConditions) => {
  const read = readConditions(when);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.rule;
};
const counted = (times: number, timesLately: number, lastAt: string | null = null) => ({
  ...{ times, timesLately, lastAt, everyDays: null },
  why: '',
});
const told = (when: WatchConditions, past: Partial<ThresholdAdvice>, of = terms) => {
  const asked = { lowestMinor: 1200, largestDropPercent: 7.5, prices: [], drops: [] };
  const advice = { days: 730, ...past, asked: { ...asked, ...past.asked } };
  return [...pastFirings(ruleOf(when), of, advice)].map(
    ([field, firing]) => `${field}: ${sentenceOf(firing.said)}`,
  );
};
const pastOf = (part: Partial<NonNullable<ThresholdAdvice['asked']>>, days = 730) =>
  ({ days, asked: part }) as Partial<ThresholdAdvice>;

describe('the past of a watch', () => {
  it('is asked for prices and falls that price alone decides, in the currency of the offer', () => {
    const when = {
      any: [
        { priceBelow: '10.00', currency: 'EUR' },
        { inStockBelow: '10.5' },
        { priceBelow: '10.5' },
        { dropPercent: 20, against: '20' },
        { dropAmount: '5', against: 'usual' as const },
        { priceBelow: '10', landed: true as const },
        { priceBelow: '2', landed: true as const },
        { dropPercent: 12.5 },
        { dropPercent: 30, against: 'usual' as const },
        { priceAbove: '3' },
        { allTimeLow: true as const },
      ],
    };
    expect(askedPast(ruleOf(when), terms)).toEqual({ prices: [1250, 1050, 1601, 700], drops: [12.5] });
    expect(
      askedPast(ruleOf({ priceBelow: '1', currency: 'EUR' }), { ...terms, rates: undefined }).prices,
    ).toEqual([]);
    const noRate = { ...terms, rates: { ...rates, rates: {} } };
    expect(askedPast(ruleOf({ priceBelow: '1', currency: 'EUR' }), noRate).prices).toEqual([]);
  });

  it.each<[WatchConditions, Partial<ThresholdAdvice>, string[]]>([
    [
      { priceBelow: '15' },
      pastOf({ prices: [{ priceMinor: 1500, ...counted(20, 14) }] }),
      ['when.priceBelow: a price below 15.00 USD would have fired 14 times in the last 90 days'],
    ],
    [
      { priceBelow: '15' },
      pastOf({ prices: [{ priceMinor: 1500, ...counted(1, 1) }] }, 40),
      ['when.priceBelow: a price below 15.00 USD would have fired once in the last 40 days'],
    ],
    [
      { priceBelow: '15' },
      pastOf({ prices: [{ priceMinor: 1500, ...counted(3, 0, '2026-01-31T00:00:00.000Z') }] }, 400),
      [
        'when.priceBelow: a price below 15.00 USD would have fired 3 times in the last 400 days, the last time on 2026-01-31',
      ],
    ],
    [
      { priceBelow: '10' },
      pastOf({ prices: [{ priceMinor: 1000, ...counted(0, 0) }] }),
      [
        'when.priceBelow: a price below 10.00 USD would never have fired in 2 years: the lowest was 12.00 USD',
      ],
    ],
    [
      { dropPercent: 30 },
      pastOf({ drops: [{ percent: 30, ...counted(0, 0) }] }, 100),
      [
        'when.dropPercent: a fall by 30 % would never have fired in 100 days: it never fell by more than 7.5 % at once',
      ],
    ],
    [
      { all: [{ dropPercent: 20, against: '20' }, { backInStock: true }] },
      pastOf({ prices: [{ priceMinor: 1601, ...counted(2, 2) }] }),
      [
        'when.all.0.dropPercent: a price of at most 16.00 USD alone would have fired 2 times in the last 90 days',
      ],
    ],
    [{ priceBelow: '15' }, pastOf({ prices: [{ priceMinor: 1500, ...counted(9, 9) }] }, 13), []],
    [{ priceBelow: '15' }, pastOf({}), []],
  ])('is told in a sentence for each condition', (when, past, sentences) => {
    expect(told(when, past)).toEqual(sentences);
  });

  it('is nothing that an answer without it could tell', () => {
    expect(pastFirings(ruleOf({ priceBelow: '1' }), terms, { days: 730 }).size).toBe(0);
  });
});
