import type { DealPatterns } from '@souk/contracts';
import { DAY_MS } from '../day.ts';
import { medianOf, type PriceRun } from './price-runs.ts';

/** A sale: at least so far below the price that was in force for half of the time, or below the one before and after. */
const SALE_BELOW = 0.9;
/** Back to the price before it. */
const BACK_AT = 0.95;
/** What lasts for longer than this is no sale any more, if half of the time is like it. */
const SALE_AT_MOST_MS = 30 * DAY_MS;

interface Sale {
  startMs: number;
  endMs: number;
}

/**
 * Sales of the time looked at, how long they took, how often they came, and how long ago the last one was.
 * @param usualMinor what was in force for half of the time
 */
export function salesOf(
  runs: readonly PriceRun[],
  nowMs: number,
  usualMinor: number | undefined,
): DealPatterns['sales'] {
  const sales: Sale[] = [];
  const dips = dipsOf(runs);
  for (let run = 0; usualMinor !== undefined && run < runs.length; run += 1) {
    const { priceMinor, startMs, endMs } = runs[run]!;
    if (priceMinor > usualMinor * SALE_BELOW && !dips.has(run)) continue;
    const before = sales.at(-1);
    if (before?.endMs === startMs) before.endMs = endMs;
    else sales.push({ startMs, endMs });
  }
  const last = sales.at(-1);
  const inDays = (ms: number | undefined): number | null =>
    ms === undefined ? null : Math.round(ms / DAY_MS);
  const isNow = last?.endMs === nowMs;
  const ended = isNow ? sales.slice(0, -1) : sales;
  const lastDays = inDays(medianOf(ended.map(({ startMs, endMs }) => endMs - startMs)));
  const everyDays = inDays(
    medianOf(sales.slice(1).map(({ startMs }, index) => startMs - sales[index]!.startMs)),
  );
  // 0 says that it is on sale: one that ended some hours ago is a day old.
  const endedDaysAgo = last ? Math.max(1, inDays(nowMs - last.endMs)!) : null;
  const daysSinceLast = isNow ? 0 : endedDaysAgo;
  return { count: sales.length, lastDays, everyDays, daysSinceLast, why: sentence() };

  function sentence(): string {
    if (sales.length === 0)
      return 'It was never on sale: never 10 % below the price that it mostly had, or that it had before and after.';
    const rhythm = everyDays === null ? '' : `, about every ${days(everyDays)}`;
    const length = lastDays === null ? '' : `, mostly for ${days(lastDays)}`;
    const since =
      daysSinceLast === 0 ? 'it is on sale now' : `the last sale ended ${days(daysSinceLast!)} ago`;
    return `It was on sale ${sales.length === 1 ? 'once' : `${sales.length} times`}${rhythm}${length}; ${since}.`;
  }
}

/**
 * The runs at least 10 % below a price that was in force before them and came back within 30 days: where a product is on
 * sale for most of the time, that is what it mostly costs. One that goes on counts where another one came before.
 */
function dipsOf(runs: readonly PriceRun[]): Set<number> {
  const dips = new Set<number>();
  for (let run = 1; run < runs.length; run += 1) {
    const before = runs[run - 1]!.priceMinor;
    if (dips.has(run) || runs[run]!.priceMinor > before * SALE_BELOW) continue;
    const untilMs = runs[run]!.startMs + SALE_AT_MOST_MS;
    let end = run + 1;
    while (end < runs.length && runs[end]!.startMs <= untilMs && runs[end]!.priceMinor < before * BACK_AT)
      end += 1;
    const isBack = end < runs.length && runs[end]!.startMs <= untilMs;
    const goesOn = end === runs.length && runs.at(-1)!.endMs <= untilMs && dips.size > 0;
    if (!isBack && !goesOn) continue;
    for (let dip = run; dip < end; dip += 1) if (runs[dip]!.priceMinor <= before * SALE_BELOW) dips.add(dip);
  }
  return dips;
}

/** Hours count as a day. */
const days = (count: number): string => (count <= 1 ? '1 day' : `${count} days`);
