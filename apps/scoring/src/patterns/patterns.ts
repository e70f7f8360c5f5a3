import type { DealPatterns } from '@souk/contracts';
import { availabilityName } from '../availability.ts';
import { DAY_MS } from '../day.ts';
import type { PriceTimeline } from '../price-timeline.ts';
import { weightedMedian } from '../weighted-median.ts';
import { monthOf, weekdayOf } from './calendar.ts';
import { type PriceRun, priceRuns } from './price-runs.ts';
import { priceWar } from './price-war.ts';
import { salesOf } from './sales.ts';

/** Two years: what was before says little of what comes. */
const LOOKED_BACK_MS = 730 * DAY_MS;

/**
 * What repeats itself in the prices of an offer.
 * @param sellers the timelines of all offers of the listing, this one too
 * @param isLongUnseen nobody has looked for longer than a price is believed unseen
 */
export function patternsOf(
  timeline: PriceTimeline,
  sellers: readonly PriceTimeline[],
  isLongUnseen = false,
): DealPatterns {
  const { newestMs, observations } = timeline;
  const runs = priceRuns(timeline, newestMs - LOOKED_BACK_MS);
  const days = runs.length === 0 ? 0 : (newestMs - runs[0]!.startMs) / DAY_MS;
  const usualMinor = weightedMedian(
    runs.map(({ priceMinor }) => priceMinor),
    runs.map(({ startMs, endMs }) => endMs - startMs),
  );
  const isSoldOut = availabilityName(timeline.last()?.availability ?? 0) === 'out_of_stock';
  return {
    sales: salesOf({ runs, observations, usualMinor, isSoldOut, isLongUnseen }),
    weekday: weekdayOf(runs),
    month: monthOf(runs),
    volatilityPercent: volatility(runs),
    changesPer30Days: days === 0 ? null : Math.round(((runs.length - 1) / days) * 300) / 10,
    priceWar: priceWar(sellers),
  };
}

/** Time-weighted standard deviation of the price in percent of its mean (coefficient of variation). */
function volatility(runs: readonly PriceRun[]): number | null {
  let [time, sum, squares] = [0, 0, 0];
  for (const { priceMinor, startMs, endMs } of runs) {
    time += endMs - startMs;
    sum += priceMinor * (endMs - startMs);
    squares += priceMinor * priceMinor * (endMs - startMs);
  }
  if (time === 0 || sum === 0) return null;
  const mean = sum / time;
  const variance = Math.max(0, squares / time - mean * mean);
  return Math.round((Math.sqrt(variance) / mean) * 1_000) / 10;
}
