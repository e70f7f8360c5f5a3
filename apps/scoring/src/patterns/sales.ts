import type { DealPatterns } from '@souk/contracts';
import { DAY_MS } from '../day.ts';
import { weightedMedian } from '../weighted-median.ts';
import { medianOf, type PriceRun } from './price-runs.ts';

/** A sale: at least so far below the price that was in force for half of the time. */
const SALE_BELOW = 0.9;

interface Sale {
  startMs: number;
  endMs: number;
}

/** Sales of the time looked at, how long they took, how often they came, and how long ago the last one was. */
export function salesOf(runs: readonly PriceRun[], nowMs: number): DealPatterns['sales'] {
  const usual = weightedMedian(
    runs.map(({ priceMinor }) => priceMinor),
    runs.map(({ startMs, endMs }) => endMs - startMs),
  );
  const sales: Sale[] = [];
  for (const { priceMinor, startMs, endMs } of usual === undefined ? [] : runs) {
    if (priceMinor > usual! * SALE_BELOW) continue;
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
    if (sales.length === 0) return 'It was never on sale: never 10 % below the price that it mostly had.';
    const rhythm = everyDays === null ? '' : `, about every ${days(everyDays)}`;
    const length = lastDays === null ? '' : `, mostly for ${days(lastDays)}`;
    const since =
      daysSinceLast === 0 ? 'it is on sale now' : `the last sale ended ${days(daysSinceLast!)} ago`;
    return `It was on sale ${sales.length === 1 ? 'once' : `${sales.length} times`}${rhythm}${length}; ${since}.`;
  }
}

/** Hours count as a day. */
const days = (count: number): string => (count <= 1 ? '1 day' : `${count} days`);
