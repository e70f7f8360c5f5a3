import { DAY_MS } from '@souk/scoring/judging';
import type { Observed } from './series.ts';

/** A rule of today: whether it holds for the newest observation, told all before it in their order. */
export interface Rule {
  name: string;
  /** A judge with the memory of one series. */
  judge: () => (observed: Observed) => boolean;
}

/** Claimed discount off the list price, in percent; undefined where the shop claims none. */
export function claimedPercent({ priceMinor, listMinor }: Observed): number | undefined {
  return listMinor > priceMinor ? ((listMinor - priceMinor) / listMinor) * 100 : undefined;
}

/** The three rules that people use today. Each knows what was observed up to now, and nothing else. */
export const RULES: readonly Rule[] = [
  {
    name: 'claimed list discount >= 30 %',
    judge: () => (observed) => (claimedPercent(observed) ?? 0) >= 30,
  },
  {
    name: 'within 5 % of the best price ever',
    judge: () => {
      let lowestMinor = Infinity;
      return ({ priceMinor }) => {
        lowestMinor = Math.min(lowestMinor, priceMinor);
        return priceMinor <= lowestMinor * 1.05;
      };
    },
  },
  {
    name: 'at least 20 % below the 90-day average',
    judge: () => {
      const window: Observed[] = [];
      return (observed) => {
        const averageMinor = timeWeightedAverage(window, observed.atMs);
        window.push(observed);
        while (window.length > 1 && window[1]!.atMs <= observed.atMs - 90 * DAY_MS) window.shift();
        return averageMinor !== undefined && observed.priceMinor <= averageMinor * 0.8;
      };
    },
  },
];

/** Average of the last 90 days before a time; each price counts as long as it was in force. */
function timeWeightedAverage(window: readonly Observed[], untilMs: number): number | undefined {
  let sum = 0;
  let weightMs = 0;
  for (const [index, { atMs, priceMinor }] of window.entries()) {
    const fromMs = Math.max(atMs, untilMs - 90 * DAY_MS);
    const endMs = window[index + 1]?.atMs ?? untilMs;
    if (endMs <= fromMs) continue;
    sum += priceMinor * (endMs - fromMs);
    weightMs += endMs - fromMs;
  }
  return weightMs > 0 ? sum / weightMs : undefined;
}
