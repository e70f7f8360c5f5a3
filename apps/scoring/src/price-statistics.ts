import type { PriceStatistics } from '@souk/contracts';
import { placeOf } from './chunks/point-columns.ts';
import { DAY_MS } from './deal-measures.ts';
import type { PriceTimeline } from './price-timeline.ts';
import { weightedQuantiles } from './weighted-quantiles.ts';

export const STATISTICS_WINDOWS = [
  { window: '30d', days: 30 },
  { window: '90d', days: 90 },
  { window: '365d', days: 365 },
  { window: 'all', days: Infinity },
] as const;

const PERCENTS = [10, 25, 50, 75, 90];

/** Observations within each window up to the newest observation. */
export type ObservationCounts = Record<PriceStatistics['window'], number>;

/** Counts observations of these times, from old to new. */
export function countObservations(atMs: Float64Array): ObservationCounts {
  const newestMs = atMs.at(-1) ?? -Infinity;
  const since = (days: number): number => atMs.length - placeOf(atMs, newestMs - days * DAY_MS);
  return Object.fromEntries(
    STATISTICS_WINDOWS.map(({ window, days }) => [window, since(days)]),
  ) as ObservationCounts;
}

/**
 * Statistics of each window up to the newest observation. Every price counts as long as it was in force, that is
 * until the next observation told otherwise; one that was in force when the window began counts from there on.
 */
export function priceStatistics(timeline: PriceTimeline, counts: ObservationCounts): PriceStatistics[] {
  return STATISTICS_WINDOWS.map(({ window, days }) => {
    const { prices, weights } = inForce(timeline, timeline.newestMs - days * DAY_MS);
    const [p10Minor, p25Minor, medianMinor, p75Minor, p90Minor] = weightedQuantiles(
      prices,
      weights,
      PERCENTS,
    ) as [number, number, number, number, number];
    const older = window === 'all' ? timeline.older : undefined;
    return {
      window,
      observations: counts[window],
      lowMinor: least(prices, older?.lowMinor),
      highMinor: -least(
        prices.map((price) => -price),
        older && -older.highMinor,
      ),
      medianMinor,
      p10Minor,
      p25Minor,
      p75Minor,
      p90Minor,
    };
  });
}

/** The prices in force from a time on, old to new, and for how many milliseconds; the newest one counts always. */
function inForce({ starts, prices, length, newestMs }: PriceTimeline, fromMs: number) {
  const found = { prices: [] as number[], weights: [] as number[] };
  for (let run = 0; run < length; run += 1) {
    const endMs = run + 1 < length ? starts[run + 1]! : newestMs;
    if (endMs <= fromMs && run + 1 < length) continue;
    found.prices.push(prices[run]!);
    found.weights.push(endMs - Math.max(starts[run]!, fromMs));
  }
  return found;
}

const least = (values: readonly number[], other = Infinity): number =>
  values.reduce((low, value) => Math.min(low, value), other);
