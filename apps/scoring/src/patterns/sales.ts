import type { DealPatterns } from '@souk/contracts';
import { DAY_MS } from '../day.ts';
import { ONE_SALE_MS } from '../prior-price.ts';
import { isEndSeen, medianOf, type PriceRun } from './price-runs.ts';

/** A sale: at least so far below the price before it. */
const SALE_BELOW = 0.9;
/** What is so low for longer is the price that it has now. */
const SALE_AT_MOST_DAYS = 30;
/** A price that was in force for less than this makes no sale of what is usual. */
const HELD_MS = 2 * DAY_MS;
/** Before that nobody knows what is usual. */
const NEEDED = { observations: 3, days: 7 };

interface Sale {
  startMs: number;
  /** When it was seen to be over; or the newest observation. */
  endMs: number;
  goesOn: boolean;
  /** Whether its beginning and its end are known to the day: of what is read seldom the pause between two readings tells neither. */
  isMeasured: boolean;
}

/** What sales are looked for in. */
export interface SaleHistory {
  /** Old to new; the newest one ends with the newest observation. */
  runs: readonly PriceRun[];
  observations: number;
  /** What was in force for half of the time. */
  usualMinor: number | undefined;
  /** Whether it could not be bought when it was observed last. */
  isSoldOut: boolean;
  /** Whether nobody has looked for longer than a price is believed unseen. */
  isLongUnseen: boolean;
}

/** Sales of the time looked at, how long they took, how often they came, and how long ago the last one was. */
export function salesOf({
  runs,
  observations,
  usualMinor,
  isSoldOut,
  isLongUnseen,
}: SaleHistory): DealPatterns['sales'] {
  const none = { count: 0, lastDays: null, everyDays: null, daysSinceLast: null };
  const nowMs = runs.at(-1)?.endMs ?? 0;
  const knownDays = (nowMs - (runs[0]?.startMs ?? nowMs)) / DAY_MS;
  if (observations < NEEDED.observations || knownDays < NEEDED.days) {
    const why = `Too little is known to tell sales: they are looked for from ${NEEDED.observations} observations over ${NEEDED.days} days on.`;
    return { ...none, why };
  }
  const sales = findSales(runs, usualMinor ?? 0);
  const last = sales.at(-1);
  if (!last) {
    const why = `No sale in the ${days(Math.floor(knownDays))} looked at: a price at least 10 % below the one before it, for ${SALE_AT_MOST_DAYS} days at most.`;
    return { ...none, why };
  }
  const isNow = last.goesOn;
  const measured = sales.filter(({ goesOn, isMeasured }) => isMeasured && !goesOn);
  const lastDays = inDays(medianOf(measured.map(({ startMs, endMs }) => endMs - startMs)));
  const everyDays = inDays(
    medianOf(sales.slice(1).map(({ startMs }, index) => startMs - sales[index]!.startMs)),
  );
  // 0 says that it is on sale: one that ended some hours ago is a day old.
  const daysSinceLast = isNow ? 0 : Math.max(1, inDays(nowMs - last.endMs)!);
  return { count: sales.length, lastDays, everyDays, daysSinceLast, why: sentence() };

  function sentence(): string {
    const times = sales.length === 1 ? 'once' : `${sales.length} times`;
    const ended = isNow ? sales.length - 1 : sales.length;
    const since = isNow
      ? nowText(isSoldOut, isLongUnseen)
      : `the last sale ended ${days(daysSinceLast)} ${isLongUnseen ? 'before it was last seen' : 'ago'}`;
    return `It was on sale ${times}${rhythmText(sales.length, everyDays)}${lengthText(ended, measured.length, lastDays)}; ${since}.`;
  }
}

/**
 * The times at least 10 % below the price before them that were over within 30 days: where a product is on sale for most of
 * the time, that is what it mostly costs. A price that had not held for two days counts for no more than what is usual. A
 * sale that goes on is one where it is as far below what is usual, or where another one came before. What a history begins
 * with was no sale that anybody knows of. One that may have lasted for longer, by the readings before and after it, is none.
 */
function findSales(runs: readonly PriceRun[], usualMinor: number): Sale[] {
  const sales: Sale[] = [];
  const isUnusual = usualMinor > 0 && runs.at(-1)!.priceMinor <= usualMinor * SALE_BELOW;
  for (let run = 1; run < runs.length; run += 1) {
    const { priceMinor, startMs } = runs[run]!;
    const before = runBefore(runs, run);
    const hasHeld = before.endMs - before.startMs >= HELD_MS;
    const saleMinor = SALE_BELOW * (hasHeld ? before.priceMinor : Math.min(before.priceMinor, usualMinor));
    if (saleMinor === 0 || priceMinor > saleMinor) continue;
    const untilMs = (isEndSeen(before) ? before.endMs : before.lastMs) + SALE_AT_MOST_DAYS * DAY_MS;
    let end = run + 1;
    while (end < runs.length && runs[end]!.startMs <= untilMs && runs[end]!.priceMinor <= saleMinor) end += 1;
    const endMs = runs[end - 1]!.endMs;
    const goesOn = end === runs.length;
    if (endMs > untilMs || (goesOn && !isUnusual && sales.length === 0)) continue;
    const isMeasured = isEndSeen(runs[run - 1]!) && isEndSeen(runs[end - 1]!);
    sales.push({ startMs, endMs, goesOn, isMeasured });
    run = end - 1;
  }
  return sales;
}

/** What was before the first of the falls, within two days, that led to a run. */
function runBefore(runs: readonly PriceRun[], run: number): PriceRun {
  const fromMs = runs[run]!.startMs - ONE_SALE_MS;
  let before = run - 1;
  while (
    before > 0 &&
    runs[before]!.startMs >= fromMs &&
    runs[before - 1]!.priceMinor > runs[before]!.priceMinor
  )
    before -= 1;
  return runs[before]!;
}

/** One gap is no rhythm. */
function rhythmText(count: number, everyDays: number | null): string {
  if (everyDays === null) return '';
  return count === 2 ? `, ${days(everyDays)} apart` : `, about every ${days(everyDays)}`;
}

function lengthText(ended: number, measured: number, lastDays: number | null): string {
  if (lastDays === null) return '';
  const told = measured === 1 ? `, for ${days(lastDays)}` : `, mostly for ${days(lastDays)}`;
  return measured < ended ? `${told} where that is known` : told;
}

function nowText(isSoldOut: boolean, isLongUnseen: boolean): string {
  if (isLongUnseen)
    return isSoldOut
      ? 'when last seen its price was that of a sale, but it was out of stock'
      : 'it was on sale when last seen';
  return isSoldOut ? 'its price is that of a sale now, but it is out of stock' : 'it is on sale now';
}

const inDays = (ms: number | undefined): number | null => (ms === undefined ? null : Math.round(ms / DAY_MS));

/** Hours count as a day. */
const days = (count: number): string => (count <= 1 ? '1 day' : `${count} days`);
