import type { PriceStatistics } from '@souk/contracts';
import { placeOf } from './chunks/point-columns.ts';
import { DAY_MS } from './deal-measures.ts';
import type { PriceTimeline } from './price-timeline.ts';
import { RankedPrices } from './ranked-prices.ts';

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
 * The windows are read as one: each adds to the one before it what lies further back.
 */
export function priceStatistics(timeline: PriceTimeline, counts: ObservationCounts): PriceStatistics[] {
  const { starts, prices, length, newestMs } = timeline;
  const weighed = new RankedPrices(prices);
  const newestMinor = prices[length - 1]!;
  let [lowMinor, highMinor] = [newestMinor, newestMinor];
  let run = length - 1;
  let endMs = newestMs; // what is newer has been weighed
  return STATISTICS_WINDOWS.map(({ window, days }) => {
    const fromMs = newestMs - days * DAY_MS;
    while (run >= 0 && endMs > fromMs) {
      const price = prices[run]!;
      if (price < lowMinor) lowMinor = price;
      if (price > highMinor) highMinor = price;
      const startMs = starts[run]! > fromMs ? starts[run]! : fromMs;
      weighed.add(run, endMs - startMs);
      endMs = startMs;
      if (starts[run] === startMs) run -= 1;
    }
    const older = window === 'all' ? timeline.older : undefined;
    const [p10Minor, p25Minor, medianMinor, p75Minor, p90Minor] = weighed.quantiles(PERCENTS, newestMinor);
    return {
      window,
      observations: counts[window],
      lowMinor: Math.min(lowMinor, older?.lowMinor ?? lowMinor),
      highMinor: Math.max(highMinor, older?.highMinor ?? highMinor),
      medianMinor: medianMinor!,
      p10Minor: p10Minor!,
      p25Minor: p25Minor!,
      p75Minor: p75Minor!,
      p90Minor: p90Minor!,
    };
  });
}
