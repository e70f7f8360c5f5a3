import type { WatchConditions } from '@souk/contracts';
import { readConditions } from './conditions.ts';
import { contradictionsOf } from './contradictions.ts';

const contradictions = (when: WatchConditions) => {
  const read = readConditions(when);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return contradictionsOf(read.rule).map(({ field, sentence }) => `${field}: ${sentence}`);
};
const EUR = { currency: 'EUR' };
const below10 = { priceBelow: '10', ...EUR };

describe('conditions that can never hold together', () => {
  it.each<[string, WatchConditions, string]>([
    [
      'below 10 and above 20',
      { all: [below10, { priceAbove: '20', ...EUR }] },
      'when.all.1.priceAbove: this can never fire: no price is both below 10.00 EUR and above 20.00 EUR',
    ],
    [
      'the same, without a currency and the other way round',
      { all: [{ priceAbove: '10' }, { inStockBelow: '10' }] },
      'when.all.1.inStockBelow: this can never fire: no price is both below 10.00 and above 10.00',
    ],
    [
      'a fall and a rise from chosen prices',
      {
        all: [
          { dropPercent: 50, against: '20', ...EUR },
          { priceRiseAmount: '5', against: '10', ...EUR },
        ],
      },
      'when.all.1.priceRiseAmount: this can never fire: no price is both at most 10.00 EUR and at least 15.00 EUR',
    ],
    [
      'with shipping below what it is without',
      {
        all: [
          { ...below10, landed: true },
          { priceAbove: '20', ...EUR },
        ],
      },
      'when.all.1.priceAbove: this can never fire: no price is both below 10.00 EUR and above 20.00 EUR',
    ],
    [
      'a fall and a rise at once',
      { all: [{ dropPercent: 5 }, { priceRisePercent: 5 }] },
      'when.all.1.priceRisePercent: this can never fire: no price is lower and higher than the last one',
    ],
    [
      'the lowest price ever and a rise',
      { all: [{ priceRisePercent: 5 }, { allTimeLow: true }] },
      'when.all.1.allTimeLow: this can never fire: no price that is lower than ever has risen',
    ],
    [
      'a score and a price above the usual one',
      { all: [{ scoreAtLeast: 70 }, { priceRisePercent: 5, against: 'usual' }] },
      'when.all.1.priceRisePercent: this can never fire: a deal score of 70 speaks only of prices below the usual one',
    ],
    [
      'sellers of whom none is asked for twice',
      { seller: ['A'], all: [{ allTimeLow: true, seller: ['B'] }] },
      'when.all.0.allTimeLow: this can never fire: no seller is in both lists of sellers',
    ],
    [
      'states of which an offer has one',
      { condition: ['new'], any: [{ allTimeLow: true, condition: ['used'] }] },
      'when.any.0.allTimeLow: this can never fire: no offer is in two states at once',
    ],
    [
      'every way of a choice',
      {
        all: [
          below10,
          {
            any: [
              { priceAbove: '20', ...EUR },
              { priceAbove: '30', ...EUR },
            ],
          },
        ],
      },
      'when.all.1.any.0.priceAbove: this can never fire: no price is both below 10.00 EUR and above 20.00 EUR',
    ],
    [
      'one part of several',
      { any: [{ allTimeLow: true }, { all: [below10, { priceAbove: '20', ...EUR }] }] },
      'when.any.1.all.1.priceAbove: this part can never come true: no price is both below 10.00 EUR and above 20.00 EUR',
    ],
  ])('are told: %s', (_what, when, sentence) => {
    expect(contradictions(when)).toEqual([sentence]);
  });

  it.each<[string, WatchConditions]>([
    ['either of both', { any: [below10, { priceAbove: '20', ...EUR }] }],
    [
      'a span',
      {
        all: [
          { priceAbove: '10', ...EUR },
          { priceBelow: '20', ...EUR },
        ],
      },
    ],
    [
      'a bare price below what it is with shipping',
      { all: [below10, { priceAbove: '20', ...EUR, landed: true }] },
    ],
    ['amounts that only a rate compares', { all: [below10, { priceAbove: '20', currency: 'USD' }] }],
    [
      'a fall against one and a rise against another',
      { all: [{ dropPercent: 5 }, { priceRisePercent: 5, against: 'usual' }] },
    ],
    ['a seller named twice', { seller: ['A', 'B'], all: [{ allTimeLow: true, seller: ['b'] }] }],
    ['sellers and states', { seller: ['A'], all: [{ allTimeLow: true, condition: ['used'] }] }],
    [
      'one way of a choice',
      { all: [below10, { any: [{ priceAbove: '20', ...EUR }, { backInStock: true }] }] },
    ],
  ])('are not seen in %s', (_what, when) => {
    expect(contradictions(when)).toEqual([]);
  });

  it('are found in the largest tree there can be', () => {
    const leaf = (at: number) => ({ priceBelow: String(at + 1) });
    const choices = Array.from({ length: 6 }, (_, at) => ({ any: [leaf(at), leaf(at + 7), leaf(at + 14)] }));
    expect(contradictions({ all: [...choices, { priceAbove: '100' }] })).toEqual([
      'when.all.6.priceAbove: this can never fire: no price is both below 1.00 and above 100.00',
    ]);
    expect(contradictions({ all: choices })).toEqual([]);
  });
});
