import { DAY_MS } from './day.ts';
import type { DealContext } from './deal-context.ts';
import { oldestRun, TodaysMoney, usualTrend } from './price-trend.ts';
import { PastRuns, type PriceRange } from './past-runs.ts';
import type { PriceTimeline } from './price-timeline.ts';
import { type PricesBefore, RUNS_READ } from './prices-before.ts';
import { reducedFrom } from './prior-price.ts';
import { medianBetween } from './rolling-median.ts';
import { runAt } from './run-places.ts';
import { LASTING_MS } from './lasting-levels.ts';
import { suchPrices, type SuchPrices } from './such-prices.ts';

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
  /** No trend can be told, though there is enough history: the usual price of one half of it was asked in the other, too. */
  isTrendUnclear: boolean;
  /** How much of the last 365 days the price is compared with. */
  comparedMs: number;
  /** Whether old prices are raised by the trend where this says "in today's money"; where not, they are as they were. */
  isInTodaysMoney: boolean;
  /** Share of the time compared with, 0 to 1, in which the price was higher in today's money; undefined when no time is covered. */
  dearerShare: number | undefined;
  lowMinor: number;
  /** Whether the price ever changed before, or is lower than it ever was: what never moved has no low worth the name. */
  hasLow: boolean;
  /** The lowest price ever in today's money; `lowMinor` where prices do not rise. */
  realLowMinor: number;
  low90Minor: number;
  /** The same as `hasLow` of the last 90 days. */
  hasLow90: boolean;
  /** Time-weighted median of the last 90 days; undefined while less than a week of them is known. */
  median90Minor: number | undefined;
  /** Lowest of the 30 days before the reduction that the price is the last step of; undefined without an earlier price. */
  priorMinor: number | undefined;
  /** How long before the newest observation that reduction was; 0 where the days before the observation count. */
  reducedAgoMs: number;
  /** Within the last 365 days; undefined when the price never changed in them and is no lower now. */
  such: SuchPrices | undefined;
  /** The lowest price of the 60 days that followed this day a year ago. */
  seasonLowMinor: number | undefined;
  /** The same in today's money. */
  realSeasonLowMinor: number | undefined;
  context: DealContext;
}

/**
 * Measures the newest observation against what came before it, in a few passes over the last 365 days.
 * @param before what `pricesBefore` said of the time of this observation, where that is known: the usual price is the same
 */
export function measureDeal(
  timeline: PriceTimeline,
  context: DealContext = {},
  before?: Pick<PricesBefore, 'usualPriceMinor'>,
): DealMeasures {
  const { prices, length, newestMs, lowMinor } = timeline;
  const priceMinor = prices[length - 1]!;
  const oldest = oldestRun(timeline);
  const trend = usualTrend(timeline, oldest);
  const money = new TodaysMoney(trend.monthly, timeline.historyMs, newestMs);
  past.read(timeline, oldest, newestMs - YEAR_MS, money);
  const { coveredMs, range: year } = past;
  const seasonLowMinor = seasonLow(timeline);
  const prior = reducedFrom(timeline);
  const usualFromMs = newestMs - USUAL_MS;
  const ninetyDays = past.rangeSince(usualFromMs);
  const realLowMinor = Math.min(priceMinor, past.realRange.lowMinor);
  const usualMs = Math.min(coveredMs, USUAL_MS);
  const usualMinor = (): number | undefined =>
    usualMs < USUAL_NEEDS_MS ? undefined : medianBetween(timeline, 'usual', oldest, usualFromMs, newestMs);
  return {
    priceMinor,
    availability: timeline.availabilities[length - 1]!,
    observations: timeline.observations,
    historyMs: timeline.historyMs,
    monthlyTrend: trend.monthly,
    isTrendUnclear: trend.isOfBoth,
    comparedMs: coveredMs,
    isInTodaysMoney: money.isRising,
    dearerShare: coveredMs > 0 ? dearerFor(past, priceMinor) / coveredMs : undefined,
    lowMinor,
    hasLow: tells(year, priceMinor) || differsBefore(timeline, oldest, year.lowMinor),
    realLowMinor:
      lowMinor < Math.min(priceMinor, year.lowMinor)
        ? Math.min(realLowMinor, lowBefore(timeline, money, oldest))
        : realLowMinor,
    low90Minor: Math.min(priceMinor, ninetyDays.lowMinor),
    hasLow90: tells(ninetyDays, priceMinor),
    median90Minor: before ? before.usualPriceMinor : usualMinor(),
    priorMinor: prior?.priceMinor,
    reducedAgoMs: prior ? newestMs - prior.beforeMs : 0,
    such: tells(year, priceMinor) ? suchPrices(past, priceMinor) : undefined,
    seasonLowMinor,
    realSeasonLowMinor:
      seasonLowMinor === undefined ? undefined : money.of(seasonLowMinor, newestMs - YEAR_MS + LASTING_MS),
    context,
  };
}

// Room to work in, used again by every deal: nothing waits in between.
const past = new PastRuns();

/** Whether the low of a range is worth the name for a price. */
const tells = ({ lowMinor, highMinor }: PriceRange, priceMinor: number): boolean =>
  lowMinor < highMinor || (lowMinor === highMinor && priceMinor < lowMinor);

/** For how long it was dearer, in today's money. */
function dearerFor({ reals, boundsMs, length }: PastRuns, priceMinor: number): number {
  let dearerMs = 0;
  // Without a branch, which a processor would guess wrong half of the time.
  for (let run = 0; run < length; run += 1)
    dearerMs += (boundsMs[run]! - boundsMs[run + 1]!) * (reals[run]! > priceMinor ? 1 : 0);
  return dearerMs;
}

/** The lowest price before a run, in today's money where prices rise. */
function lowBefore(
  { starts, prices, lowMinor, older }: PriceTimeline,
  money: TodaysMoney,
  end: number,
): number {
  if (!money.isRising) return lowMinor;
  const first = Math.max(0, end - RUNS_READ);
  let low = first > 0 || older ? money.of(lowMinor, starts[first]!) : Infinity;
  for (let run = first; run < end; run += 1) low = Math.min(low, money.of(prices[run]!, starts[run + 1]!));
  return low;
}

/** Whether any price before a run differs from the one of all runs since. */
function differsBefore({ prices, older }: PriceTimeline, run: number, priceMinor: number): boolean {
  if (older && (older.lowMinor !== priceMinor || older.highMinor !== priceMinor)) return true;
  for (let before = run - 1; before >= 0; before -= 1) if (prices[before] !== priceMinor) return true;
  return false;
}

function seasonLow({ starts, prices, firstMs, newestMs }: PriceTimeline): number | undefined {
  const fromMs = newestMs - YEAR_MS;
  if (firstMs > fromMs) return undefined;
  const toMs = fromMs + LASTING_MS;
  let lowMinor = Infinity;
  for (let run = Math.max(0, runAt(starts, fromMs)); run < starts.length && starts[run]! <= toMs; run += 1) {
    if (prices[run]! < lowMinor) lowMinor = prices[run]!;
  }
  return lowMinor === Infinity ? undefined : lowMinor;
}
