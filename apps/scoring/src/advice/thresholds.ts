import { LATELY_DAYS, type ThresholdAdvice } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import { DAY_MS, daysTold } from '../day.ts';
import { medianOf, type PriceRun, priceRuns } from '../patterns/price-runs.ts';
import type { PriceTimeline } from '../price-timeline.ts';
import { weightedQuantiles } from '../weighted-quantiles.ts';

const LOOKED_BACK_MS = 730 * DAY_MS;
/** Prices to wait for: those that were undercut for so many percent of the time, and the lowest of all. */
const PERCENTS = [50, 25, 10, 5];
const DROPS = [5, 10, 20, 30, 50];
/** A watch that speaks less often is soon forgotten, and so is one on a price that was last seen longer ago. */
const PATIENCE_DAYS = 180;
/** One time is no rhythm. */
const RHYTHM_FROM_TIMES = 2;

type Counted = Pick<
  NonNullable<ThresholdAdvice['asked']>['prices'][number],
  'times' | 'timesLately' | 'lastAt' | 'everyDays'
>;

/** How often watches on prices and drops would have spoken in the last two years, and what is worth waiting for. */
export function thresholdAdvice(
  timeline: PriceTimeline,
  currency: string,
  asked?: { prices: readonly number[]; drops: readonly number[] },
): Omit<ThresholdAdvice, 'productId' | 'offerId' | 'currency'> {
  const runs = priceRuns(timeline, timeline.newestMs - LOOKED_BACK_MS);
  const days = daysOf(runs);
  const amount = (minor: number): string => `${formatAmount(minor, currency)} ${currency}`;
  const sentence = (what: string, { times, everyDays }: Counted, within = days): string => {
    if (days === 0) return `A single observation does not tell how often ${what} would have spoken.`;
    const told = days < 1 ? 'less than a day' : daysTold(Math.round(within));
    const span = within < days ? `the last ${told}` : told;
    if (times === 0) return `${what} would not have spoken in ${span}.`;
    const rhythm = everyDays === null ? '' : `, ${rhythmOf(everyDays)}`;
    return `${what} would have spoken ${times === 1 ? 'once' : `${times} times`} in ${span}${rhythm}.`;
  };
  const below = (priceMinor: number, among = runs) => {
    const counted = count(among, (price, before) => before >= priceMinor && price < priceMinor);
    const why = sentence(`"Below ${amount(priceMinor)}"`, counted, daysOf(among));
    return { priceMinor, ...counted, why };
  };
  const fall = (percent: number) => {
    const counted = count(runs, (price, before) => (before - price) * 100 >= percent * before && before > 0);
    return { percent, ...counted, why: sentence(`"Falls by ${percent} %"`, counted) };
  };
  const prices = levelsOf(runs).map((priceMinor) => withoutLately(below(priceMinor)));
  const drops = DROPS.map((percent) => withoutLately(fall(percent)));
  const lately = priceRuns(timeline, timeline.newestMs - PATIENCE_DAYS * DAY_MS);
  const best = prices
    .filter(({ times }) => times >= RHYTHM_FROM_TIMES && days / times <= PATIENCE_DAYS)
    .filter(({ priceMinor }) => !hasStayedBelow(runs, priceMinor))
    .map(({ priceMinor }) => below(priceMinor, lately))
    .findLast(({ times }) => times > 0);
  return {
    priceMinor: timeline.last()!.priceMinor,
    days: Math.round(days),
    prices,
    drops,
    ...(asked && {
      asked: {
        lowestMinor: lowestOf(runs),
        largestDropPercent: largestDrop(runs),
        prices: asked.prices.map((priceMinor) => below(priceMinor)),
        drops: asked.drops.map(fall),
      },
    }),
    recommended: best
      ? {
          priceMinor: best.priceMinor,
          why: `The lowest price that came more than once, on average at least every ${PATIENCE_DAYS} days, and within the last ${PATIENCE_DAYS}, without what has lasted for longer than it mostly does: ${best.why}`,
        }
      : null,
  };
}

/** Whether the price has been below a level for longer than it mostly stays there: a watch on it would not speak for long. */
function hasStayedBelow(runs: readonly PriceRun[], levelMinor: number): boolean {
  const stays: number[] = [];
  let sinceMs: number | undefined;
  for (const { priceMinor, startMs } of runs) {
    if (priceMinor < levelMinor) sinceMs ??= startMs;
    else if (sinceMs !== undefined) {
      stays.push(startMs - sinceMs);
      sinceMs = undefined;
    }
  }
  const usualMs = medianOf(stays);
  return sinceMs !== undefined && usualMs !== undefined && runs.at(-1)!.endMs - sinceMs > usualMs;
}

/** Prices to be below of, from high to low: just above those that were asked. */
function levelsOf(runs: readonly PriceRun[]): number[] {
  const asked = weightedQuantiles(
    runs.map(({ priceMinor }) => priceMinor),
    runs.map(({ startMs, endMs }) => endMs - startMs),
    PERCENTS,
  );
  return [...new Set([...asked, lowestOf(runs)])].map((priceMinor) => priceMinor + 1).sort((a, b) => b - a);
}

function rhythmOf(everyDays: number): string {
  if (everyDays === 0) return 'more than once a day';
  return everyDays === 1 ? 'about every day' : `about every ${daysTold(everyDays)}`;
}

const daysOf = (runs: readonly PriceRun[]): number => (runs.at(-1)!.endMs - runs[0]!.startMs) / DAY_MS;

const lowestOf = (runs: readonly PriceRun[]): number =>
  runs.reduce((lowest, { priceMinor }) => Math.min(lowest, priceMinor), Number.MAX_SAFE_INTEGER);

/** In percent of the price before, rounded down to one decimal. */
const largestDrop = (runs: readonly PriceRun[]): number =>
  runs.reduce((largest, { priceMinor }, index) => {
    const before = runs[index - 1]?.priceMinor ?? 0;
    return before === 0
      ? largest
      : Math.max(largest, Math.floor(((before - priceMinor) * 1_000) / before) / 10);
  }, 0);

const withoutLately = <One extends Counted>({ timesLately: _timesLately, ...one }: One) => one;

function count(
  runs: readonly PriceRun[],
  speaks: (priceMinor: number, beforeMinor: number) => boolean,
): Counted {
  const times = runs.filter(
    ({ priceMinor }, index) => index > 0 && speaks(priceMinor, runs[index - 1]!.priceMinor),
  );
  const last = times.at(-1);
  return {
    times: times.length,
    timesLately: times.filter(({ startMs }) => startMs >= runs.at(-1)!.endMs - LATELY_DAYS * DAY_MS).length,
    lastAt: last ? new Date(last.startMs).toISOString() : null,
    everyDays: times.length < RHYTHM_FROM_TIMES ? null : Math.round(daysOf(runs) / times.length),
  };
}
