import { thinned } from '@souk/chart';
import type { PriceChartData } from '@souk/contracts';
import { placeOf, type PointColumns } from '../chunks/point-columns.ts';
import { DAY_MS } from '../day.ts';
import { weightedQuantiles } from '../weighted-quantiles.ts';
import { availabilityOf } from './available.ts';
import { heldUntilMs } from './held-prices.ts';

/** Of a picture of 900 pixels; at most four points each are kept. */
const COLUMNS = 900;
const USUAL_DAYS = 365;
const USUAL_NEEDS_DAYS = 7;
/** How much of the picture shows that the last price was not seen again, however long ago that is. */
const SHOWN_SILENCE = 0.06;

type Told = Pick<PriceChartData, 'points' | 'gaps' | 'to' | 'lowest' | 'usual'>;

export interface ChartWindow {
  fromMs?: number | undefined;
  toMs?: number | undefined;
}

/**
 * What a chart needs of a history that has a point in the window. Consecutive observations that say the same are one
 * point; one after a gap is always told.
 */
export function chartData(
  history: PointColumns,
  window: ChartWindow,
  silenceMs: number,
  nowMs: number,
  isImported: (provenance: number) => boolean,
): Told | undefined {
  const { fromMs = -Infinity, toMs = Infinity } = window;
  const first = placeOf(history.atMs, fromMs);
  const last = placeOf(history.atMs, toMs + 1) - 1;
  if (last < first) return undefined;
  const gaps: { fromMs: number; toMs: number }[] = [];
  const points: ChartPoint[] = [];
  for (let place = first; place <= last; place += 1) {
    const point = pointAt(history, place, isImported);
    const before = points.at(-1);
    const isAfterGap = place > first && heldUntilMs(history, place - 1, silenceMs) < point.atMs;
    if (isAfterGap) gaps.push({ fromMs: history.atMs[place - 1]!, toMs: point.atMs });
    if (!before || isAfterGap || !saysTheSame(before, point)) points.push(point);
  }
  const endMs = endOf(history.atMs[first]!, history.atMs[last]!, Math.min(nowMs, toMs), silenceMs, gaps);
  return {
    points: thinned(points, COLUMNS, endMs).map(({ atMs, ...point }) => ({ at: instant(atMs), ...point })),
    gaps: longest(gaps).map((gap) => ({ from: instant(gap.fromMs), to: instant(gap.toMs) })),
    to: instant(endMs),
    lowest: lowestOf(history),
    usual: usualOf(history, silenceMs),
  };
}

const instant = (atMs: number): string => new Date(atMs).toISOString();

function pointAt(history: PointColumns, place: number, isImported: (provenance: number) => boolean) {
  const list = history.listPriceMinor[place]!;
  return {
    atMs: history.atMs[place]!,
    priceMinor: history.priceMinor[place]!,
    listPriceMinor: Number.isNaN(list) ? null : list,
    isAvailable: availabilityOf(history.availability[place]!),
    isImported: isImported(history.provenance[place]!),
  };
}

type ChartPoint = ReturnType<typeof pointAt>;

const saysTheSame = (one: ChartPoint, other: ChartPoint): boolean =>
  one.priceMinor === other.priceMinor &&
  one.listPriceMinor === other.listPriceMinor &&
  one.isAvailable === other.isAvailable &&
  one.isImported === other.isImported;

/** Now while the last price is still believed; else a little beyond it, as a gap. */
function endOf(
  firstMs: number,
  lastMs: number,
  nowMs: number,
  silenceMs: number,
  gaps: { fromMs: number; toMs: number }[],
): number {
  if (nowMs - lastMs <= silenceMs) return Math.max(nowMs, lastMs);
  const shownMs = Math.min(nowMs - lastMs, Math.max(DAY_MS, (lastMs - firstMs) * SHOWN_SILENCE));
  gaps.push({ fromMs: lastMs, toMs: lastMs + shownMs });
  return lastMs + shownMs;
}

const GAPS_AT_MOST = 4_000;
/** Of more gaps than a picture has room for the longest. */
const longest = (gaps: { fromMs: number; toMs: number }[]) =>
  gaps.length <= GAPS_AT_MOST
    ? gaps
    : gaps
        .toSorted((one, other) => other.toMs - other.fromMs - (one.toMs - one.fromMs))
        .slice(0, GAPS_AT_MOST)
        .toSorted((one, other) => one.fromMs - other.fromMs);

function lowestOf({ atMs, priceMinor }: PointColumns): PriceChartData['lowest'] {
  let lowest = 0;
  priceMinor.forEach((price, place) => {
    if (price < priceMinor[lowest]!) lowest = place;
  });
  return { priceMinor: priceMinor[lowest]!, observedAt: instant(atMs[lowest]!) };
}

function usualOf(history: PointColumns, silenceMs: number): PriceChartData['usual'] {
  const { atMs, priceMinor } = history;
  const newestMs = atMs.at(-1)!;
  const fromMs = newestMs - USUAL_DAYS * DAY_MS;
  const weights = Array.from(atMs, (startMs, place) =>
    Math.max(0, heldUntilMs(history, place, silenceMs) - Math.max(startMs, fromMs)),
  );
  if (weights.reduce((sum, weight) => sum + weight, 0) < USUAL_NEEDS_DAYS * DAY_MS) return null;
  const [lowMinor, medianMinor, highMinor] = weightedQuantiles([...priceMinor], weights, [25, 50, 75]);
  const days = Math.floor((newestMs - atMs[0]!) / DAY_MS);
  return {
    lowMinor: lowMinor!,
    medianMinor: medianMinor!,
    highMinor: highMinor!,
    ...(days < USUAL_DAYS && { days }),
  };
}
