import { ObservationsCollected, partitionOf, productIdOf } from '@souk/contracts';
import * as fc from 'fast-check';
import { groupObservations, type ReadLine } from './group-observations.ts';

const account = '018f0000-0000-7000-8000-0000000000aa';
const PARTITIONS = 4;

const lineOf = (source: string, product: string, priceMinor: number, characters = 100): ReadLine => ({
  source,
  characters,
  observation: { product, priceMinor, currency: 'USD', observedAt: '2025-01-01T00:00:00.000Z' },
});

describe('lines grouped into messages', () => {
  it('keep every line once, one source and one partition a message, at most 100, in order per product', () => {
    const lines = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(30)), { maxLength: 1_500 });
    fc.assert(
      fc.property(lines, (drawn) => {
        const all = drawn.map(([source, product], index) => lineOf(source, `p${product}`, index));
        const groups = groupObservations(account, all, PARTITIONS);
        for (const { source, key, observations } of groups) {
          const data = { source, fetchId: account, origin: 'posted', mode: 'live', observations } as const;
          ObservationsCollected.data.parse({ ...data, collectedAt: '2025-01-01T00:00:00.000Z' });
          const ids = observations.map(({ product }) => productIdOf(account, source, product));
          expect(ids[0]).toBe(key);
          expect(new Set(ids.map((id) => partitionOf(id, PARTITIONS))).size).toBe(1);
        }
        const orderOf = (source: string, product: string): number[] =>
          groups
            .filter((group) => group.source === source)
            .flatMap(({ observations }) => observations.filter((one) => one.product === product))
            .map(({ priceMinor }) => priceMinor);
        for (const { source, observation } of all) {
          const expected = all
            .filter((one) => one.source === source && one.observation.product === observation.product)
            .map((one) => one.observation.priceMinor);
          expect(orderOf(source, observation.product)).toEqual(expected);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('close a message before it is larger than the broker takes', () => {
    const lines = Array.from({ length: 10 }, (_, index) => lineOf('a', 'p', index, 60_000));
    const sizes = groupObservations(account, lines, PARTITIONS).map(
      ({ observations }) => observations.length,
    );
    expect(sizes).toEqual([2, 2, 2, 2, 2]);
  });
});
