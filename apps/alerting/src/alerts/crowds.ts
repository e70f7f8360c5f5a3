import type { Message } from '@souk/bus';
import type { DealsScored, ScoredDeal } from '@souk/contracts';
import type { Candidate } from './match.store.ts';

/** A price that more watches than this wait for is a crowd's: it is told in slices, each in a transaction of its own. */
export const ALONE_AT_MOST = 500;
/** Candidates of a batch that are looked at together; what is beyond them is left to slices as well. */
export const CANDIDATES_AT_MOST = 5_000;

/** Longest that a crowd rests between two slices, however long one took. */
const REST_AT_MOST_MS = 500;

/** How long a crowd rests after a slice: three fifths of the time are left to what comes beside it, on any machine. */
export const restAfter = (sliceMs: number): number => Math.min(sliceMs * 1.5, REST_AT_MOST_MS);

export interface Parted {
  candidates: Candidate[];
  /** Places of prices whose watches were not all found: they are left to slices. */
  crowded: Set<number>;
}

/**
 * Parts what was found, in the order of the places, one more than `ALONE_AT_MOST` of each place and
 * `CANDIDATES_AT_MOST` in all. `behind` are places whose listing still has a crowd: they wait until it is told.
 */
export function partCrowds(
  found: readonly Candidate[],
  asked: ReadonlySet<number>,
  behind: ReadonlySet<number>,
): Parted {
  const count = new Map<number, number>();
  for (const { place } of found) count.set(place, (count.get(place) ?? 0) + 1);
  const isCut = found.length >= CANDIDATES_AT_MOST;
  const cutAt = isCut ? found.at(-1)!.place : Number.POSITIVE_INFINITY;
  const crowded = new Set(
    [...asked].filter((place) => place >= cutAt || (count.get(place) ?? 0) > ALONE_AT_MOST),
  ).union(behind);
  return { candidates: found.filter(({ place }) => !crowded.has(place)), crowded };
}

/** The message as if it had come with this price alone. */
export function messageWith({ payload }: Message<typeof DealsScored>, deal: ScoredDeal): string {
  const envelope = JSON.parse(payload) as { data: object };
  return JSON.stringify({ ...envelope, data: { ...envelope.data, deals: [deal] } });
}
