import type { Message } from '@souk/bus';
import type { DealsScored, ScoredDeal } from '@souk/contracts';
import { ALONE_AT_MOST, CANDIDATES_AT_MOST, messageWith, partCrowds, restAfter } from './crowds.ts';

const candidates = (place: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ place, watchId: `${place}-${index}`, accountId: 'a' }));
const places = (...all: number[]): Set<number> => new Set(all);

describe('prices that many watches wait for', () => {
  it('are left to slices, and the others are not', () => {
    const found = [...candidates(0, 3), ...candidates(1, ALONE_AT_MOST + 1), ...candidates(2, ALONE_AT_MOST)];
    const { candidates: alone, crowded } = partCrowds(found, places(0, 1, 2, 3), places());
    expect(crowded).toEqual(places(1));
    expect(alone).toHaveLength(3 + ALONE_AT_MOST);
  });

  it('are those as well that a batch has no room for: the one that was cut off, and all behind it', () => {
    const found = Array.from({ length: CANDIDATES_AT_MOST / 500 }, (_, place) =>
      candidates(place, 500),
    ).flat();
    const { candidates: alone, crowded } = partCrowds(found, places(0, 8, 9, 10, 11), places());
    expect(crowded).toEqual(places(9, 10, 11));
    expect(alone).toHaveLength(9 * 500);
  });

  it('are those as well whose listing still has a crowd, though few or nobody waits for them', () => {
    const { candidates: alone, crowded } = partCrowds(candidates(0, 1), places(0, 1), places(0, 2));
    expect(crowded).toEqual(places(0, 2));
    expect(alone).toEqual([]);
  });

  it('keep their message, without the other prices', () => {
    const payload = JSON.stringify({ id: 'm', traceparent: 't', data: { source: 's', deals: [{}, {}] } });
    const deal = { product: 'p' } as ScoredDeal;
    expect(JSON.parse(messageWith({ payload } as Message<typeof DealsScored>, deal))).toEqual({
      id: 'm',
      traceparent: 't',
      data: { source: 's', deals: [{ product: 'p' }] },
    });
  });
});

it('a crowd leaves three fifths of the time to others, and never rests longer than half a second', () => {
  expect(restAfter(80)).toBe(120);
  expect(restAfter(10_000)).toBe(500);
});
