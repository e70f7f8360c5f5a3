import type { Freshness } from '@souk/contracts';

/** Listings followed at most; more are as fresh as others make them. */
const MOST = 50;

/** What is looked up for a watch on many listings, told by the slowest of them. */
export function freshnessOfMany(planned: readonly Freshness[]): Freshness {
  const lookedUp = planned.filter(({ intervalMs }) => intervalMs !== null);
  const slowest = lookedUp.toSorted((one, other) => other.intervalMs! - one.intervalMs!)[0];
  if (!slowest)
    return {
      intervalMs: null,
      sentence:
        'none of its listings is looked up: they are as fresh as they are posted or their sources are read',
    };
  const count = lookedUp.length;
  const which =
    count >= MOST
      ? `its ${count} newest listings are`
      : count === 1
        ? 'one listing is'
        : `${count} listings are`;
  return {
    intervalMs: slowest.intervalMs,
    sentence: `${which} looked up for it, ${slowest.sentence}; others are as fresh as they are posted or their sources are read`,
  };
}
