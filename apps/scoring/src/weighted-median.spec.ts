import * as fc from 'fast-check';
import { weightedMedian } from './weighted-median.ts';
import { weightedQuantiles } from './weighted-quantiles.ts';

const pairOf = (highest: number) =>
  fc.tuple(fc.integer({ min: 0, max: highest }), fc.integer({ min: 0, max: 5 }));
/** Few and many prices; those that rise and fall in step with a sample of them too. */
const weighed = fc.oneof(
  fc.array(pairOf(20), { maxLength: 60 }),
  fc.array(pairOf(1_000), { minLength: 90, maxLength: 700 }),
  fc
    .tuple(fc.array(pairOf(1_000), { minLength: 1, maxLength: 20 }), fc.integer({ min: 5, max: 60 }))
    .map(([pairs, times]) => Array.from({ length: times }, () => pairs).flat()),
);

describe('weighted median', () => {
  it('is what sorting all prices finds', () => {
    fc.assert(
      fc.property(weighed, (pairs) => {
        const prices = pairs.map(([price]) => price);
        const weights = pairs.map(([, weight]) => weight);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const expected = total === 0 ? undefined : weightedQuantiles(prices, weights, [50])[0];
        expect(weightedMedian(prices, weights)).toBe(expected);
      }),
    );
  });

  it('counts a price by its weight, not by how often it is given', () => {
    expect(weightedMedian([1, 1, 1, 9], [1, 1, 1, 4])).toBe(9);
  });
});
