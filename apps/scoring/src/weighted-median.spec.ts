import * as fc from 'fast-check';
import { weightedMedian } from './weighted-median.ts';
import { weightedQuantiles } from './weighted-quantiles.ts';

const weighed = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 5 })), {
  maxLength: 60,
});

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
