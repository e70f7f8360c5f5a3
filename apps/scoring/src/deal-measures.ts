import { DAY_MS } from './day.ts';
import type { DealContext } from './deal-context.ts';
import { monthlyTrend, TodaysMoney } from './price-trend.ts';
import type { PriceTimeline } from './price-timeline.ts';
import { type PricesBefore, RUNS_READ } from './prices-before.ts';
import { priorPriceMinor } from './prior-price.ts';
import { medianBetween } from './rolling-median.ts';
import { runAt } from './run-places.ts';
import { LASTING_MS, SuchCount, type SuchPrices } from './such-prices.ts';

export { DAY_MS };

const YEAR_MS = 365 * DAY_MS;
const USUAL_MS = 90 * DAY_MS;
/** A price is not usual after two days. */
const USUAL_NEEDS_MS = 7 * DAY_MS;

/** The newest price of a timeline beside its own past. Prices in minor units; each counts while it was in force. */
export interface DealMeasures {
  priceMinor: number;
  availability: number;
  observations: number;
  /** From the first observation to the newest one. */
  historyMs: number;
  /** Growth of the usual price per month, 0.01 for 1 %; undefined below 60 days. */
  monthlyTrend: number | undefined;
  /** Share of the last 365 days, 0 to 1, in which the price was higher in today's money; undefined when no time is covered. */
  dearerShare: number | undefined;
  lowMinor: number;
  highMinor: number;
  /** The lowest price ever in today's money; `lowMinor` where prices do not rise. */
  realLowMinor: number;
  low90Minor: number;
  high90Minor: number;
  /** Time-weighted median of the last 90 days; undefined while less than a week of them is known. */
  median90Minor: number | undefined;
  /** Lowest of the 30 days before the price took effect; undefined without an earlier price. */
  priorMinor: number | undefined;
  /** Within the last 365 days; undefined when the price never changed in them. */
  such: SuchPrices | undefined;
  /** The lowest price, in today's money, of the 60 days that followed this day a year ago. */
  seasonLowMinor: number | undefined;
  context: DealContext;
}

/**
 * Measures the newest observation against what came before it, in two passes over the last 365 days.
 * @param before what `pricesBefore` said of the time of this observation, where that is known: the usual price is the same
 */
export function measureDeal(
  timeline: PriceTimeline,
  context: DealContext = {},
  before?: Pick<PricesBefore, 'usualPriceMinor'>,
): DealMeasures {
  const { starts, prices, length, newestMs, lowMinor } = timeline;
  const priceMinor = prices[length - 1]!;
  const oldest = oldestRun(timeline);
  const trend = monthlyTrend(timeline, oldest);
  const money = new TodaysMoney(trend, timeline.historyMs, newestMs);
  const yearAgoMs = newestMs - YEAR_MS;
  const usualFromMs = newestMs - USUAL_MS;
  const such = new SuchCount(priceMinor, newestMs);
  let [low90Minor, high90Minor, realLowMinor, yearLowMinor] = [
    priceMinor,
    priceMinor,
    priceMinor,
    priceMinor,
  ];
  let [coveredMs, dearerMs, usualMs] = [0, 0, 0];
  let endMs = newestMs;
  for (let run = length - 1; run >= oldest; run -= 1) {
    const price = prices[run]!;
    const startMs = Math.max(starts[run]!, yearAgoMs);
    const real = money.of(price, endMs);
    coveredMs += endMs - startMs;
    if (real > priceMinor) dearerMs += endMs - startMs;
    if (real < realLowMinor) realLowMinor = real;
    if (price < yearLowMinor) yearLowMinor = price;
    if (endMs > usualFromMs) {
      usualMs += endMs - Math.max(startMs, usualFromMs);
      if (price < low90Minor) low90Minor = price;
      if (price > high90Minor) high90Minor = price;
    }
    such.add(price, real, startMs, endMs);
    endMs = startMs;
  }
  const usualMinor = (): number | undefined =>
    usualMs < USUAL_NEEDS_MS ? undefined : medianBetween(timeline, 'usual', oldest, usualFromMs, newestMs);
  return {
    priceMinor,
    availability: timeline.availabilities[length - 1]!,
    observations: timeline.observations,
    historyMs: timeline.historyMs,
    monthlyTrend: trend,
    dearerShare: coveredMs > 0 ? dearerMs / coveredMs : undefined,
    lowMinor,
    highMinor: timeline.highMinor,
    // A low that the year does not show is at least a year old.
    realLowMinor:
      lowMinor < yearLowMinor ? Math.min(realLowMinor, money.of(lowMinor, yearAgoMs)) : realLowMinor,
    low90Minor,
    high90Minor,
    median90Minor: before ? before.usualPriceMinor : usualMinor(),
    priorMinor: priorPriceMinor(timeline),
    such: such.result(),
    seasonLowMinor: seasonLow(timeline, money),
    context,
  };
}

/** Index of the run in force 365 days before the newest observation, or of the oldest one that is looked at. */
function oldestRun({ starts, length, newestMs }: PriceTimeline): number {
  // A price that has just come was in force for no time, and is none of what was before it.
  const begun = starts[length - 1] === newestMs ? 1 : 0;
  const first = Math.max(0, length - begun - RUNS_READ);
  const run = runAt(starts, newestMs - YEAR_MS);
  return Math.max(first, run);
}

function seasonLow(
  { starts, prices, firstMs, newestMs }: PriceTimeline,
  money: TodaysMoney,
): number | undefined {
  const fromMs = newestMs - YEAR_MS;
  if (firstMs > fromMs) return undefined;
  const toMs = fromMs + LASTING_MS;
  let lowMinor = Infinity;
  for (let run = Math.max(0, runAt(starts, fromMs)); run < starts.length && starts[run]! <= toMs; run += 1) {
    if (prices[run]! < lowMinor) lowMinor = prices[run]!;
  }
  return lowMinor === Infinity ? undefined : money.of(lowMinor, toMs);
}
