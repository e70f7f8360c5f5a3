import type { ScoredDeal } from '@souk/contracts';

/** A confirmed price error: told before everything else. */
export const PRICE_ERROR_URGENCY = 1_000;
const MOST = 900;
/** Without a score a deal counts as a middling one. */
const UNKNOWN_SCORE = 50;
const PER_POINT_OF_SCORE = 6;
const SCARCE = 200;
const NEW_LOW = 100;
/** How far ahead of its age the most urgent thing is told: nothing waits longer for newer, more urgent ones. */
const MOST_AHEAD_MS = 10 * 60_000;
const ERROR_AHEAD_MS = 24 * 3_600_000;

/** How urgent it is to tell of a deal: its score, whether only a few are left, whether it was never cheaper. */
export function urgencyOf({
  priceError,
  score,
  availability,
  priceMinor,
  lowestBeforeMinor,
}: ScoredDeal): number {
  if (priceError) return PRICE_ERROR_URGENCY;
  const isNewLow = lowestBeforeMinor !== undefined && priceMinor < lowestBeforeMinor;
  return (
    Math.round((score ?? UNKNOWN_SCORE) * PER_POINT_OF_SCORE) +
    (availability === 'limited' ? SCARCE : 0) +
    (isNewLow ? NEW_LOW : 0)
  );
}

/** When something is due that was raised then: the more urgent, the further ahead of what was raised with it. */
export function dueAtOf(raisedAt: Date, urgency: number): Date {
  const aheadMs = urgency >= PRICE_ERROR_URGENCY ? ERROR_AHEAD_MS : (urgency / MOST) * MOST_AHEAD_MS;
  return new Date(raisedAt.getTime() - Math.round(aheadMs));
}
