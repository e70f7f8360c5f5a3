import * as fc from 'fast-check';
import { RankedPrices } from './ranked-prices.ts';
import { weightedQuantiles } from './weighted-quantiles.ts';

const PERCENTS = [10, 25, 50, 75, 90];

const weighed = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 30 }), fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1e12 }))),
  { minLength: 1, maxLength: 80 },
);

describe('ranked prices', () => {
  it('tell after every price the quantiles of those weighed so far', () => {
    fc.assert(
      fc.property(weighed, (pairs) => {
        const prices = pairs.map(([price]) => price);
        const ranked = new RankedPrices(prices);
        for (const [place, [, weight]] of pairs.entries()) {
          ranked.add(place, weight);
          const weights = pairs.map(([, later], index) => (index <= place ? later : 0));
          expect(ranked.quantiles(PERCENTS, prices.at(-1)!)).toEqual(
            weightedQuantiles(prices, weights, PERCENTS),
          );
        }
      }),
    );
  });

  it('tell what they are told to while nothing has any weight', () => {
    const ranked = new RankedPrices([500, 400]);
    ranked.add(0, 0);
    expect(ranked.quantiles([50, 90], 300)).toEqual([300, 300]);
  });
});
