import { DAY_MS } from '../day.ts';

/**
 * How much of a history counts as known: its length, but no more than a day for each observation. Two looks that lie
 * two months apart say little about what happened between them. The same for sources read hourly, daily and monthly.
 */
export const observedHistoryMs = ({
  historyMs,
  observations,
}: {
  historyMs: number;
  observations: number;
}): number => Math.min(historyMs, observations * DAY_MS);
