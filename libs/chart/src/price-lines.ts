import type { ChartPoint, Span } from './chart.ts';

/** A line as `[time, price]`; null breaks it. */
export type Line = ([number, number] | null)[];

export interface PriceLines {
  observed: Line;
  imported: Line;
  list: Line;
  outOfStock: Span[];
  /** Seen once, with a gap on either side: their lines have no length. */
  alone: ChartPoint[];
}

interface Held {
  point: ChartPoint;
  /** Until when its price is drawn. */
  endMs: number;
  /** The next price begins where this one ends. */
  isJoined: boolean;
}

/**
 * Each price as a step that ends where the next one, a gap or the chart begins to say otherwise. Nothing is drawn
 * within a gap: what nobody saw is not made up.
 */
export function priceLines(points: readonly ChartPoint[], gaps: readonly Span[], toMs: number): PriceLines {
  const held = heldPrices(points, gaps, toMs);
  const price = (point: ChartPoint): number => point.priceMinor;
  return {
    observed: stepsOf(held, (point) => (point.isImported ? null : point.priceMinor), price),
    imported: stepsOf(held, (point) => (point.isImported ? point.priceMinor : null), price),
    list: stepsOf(held, (point) => point.listPriceMinor ?? null),
    outOfStock: spansOf(held, (point) => point.isAvailable === false),
    alone: held
      .filter(({ point, endMs }, index) => endMs === point.atMs && !held[index - 1]?.isJoined)
      .map(({ point }) => point),
  };
}

function heldPrices(points: readonly ChartPoint[], gaps: readonly Span[], toMs: number): Held[] {
  const sorted = gaps.toSorted((one, other) => one.fromMs - other.fromMs);
  let gapIndex = 0;
  return points.map((point, index) => {
    const nextMs = points[index + 1]?.atMs ?? Math.max(toMs, point.atMs);
    while (gapIndex < sorted.length && sorted[gapIndex]!.toMs <= point.atMs) gapIndex += 1;
    const gap = sorted[gapIndex];
    const isBroken = gap !== undefined && gap.fromMs < nextMs;
    return {
      point,
      endMs: isBroken ? Math.max(gap.fromMs, point.atMs) : nextMs,
      isJoined: !isBroken && index + 1 < points.length,
    };
  });
}

/** `heightBefore`: where the line comes from when another kind of line ends at its beginning. */
function stepsOf(
  held: readonly Held[],
  valueOf: (point: ChartPoint) => number | null,
  heightBefore?: (point: ChartPoint) => number,
): Line {
  const line: Line = [];
  held.forEach(({ point, endMs }, index) => {
    const value = valueOf(point);
    if (value === null) return;
    const before = held[index - 1];
    if (!before?.isJoined) line.push(null);
    else if (valueOf(before.point) === null) {
      line.push(null);
      if (heightBefore) line.push([point.atMs, heightBefore(before.point)]);
    }
    line.push([point.atMs, value], [endMs, value]);
  });
  return line;
}

function spansOf(held: readonly Held[], isWithin: (point: ChartPoint) => boolean): Span[] {
  const spans: Span[] = [];
  let isOpen = false;
  for (const { point, endMs, isJoined } of held) {
    if (!isWithin(point)) isOpen = false;
    else {
      if (isOpen) spans.at(-1)!.toMs = endMs;
      else spans.push({ fromMs: point.atMs, toMs: endMs });
      isOpen = isJoined;
    }
  }
  return spans;
}

/**
 * At most four points for each column of the picture: the first, the lowest, the highest and the last. What lies
 * between cannot be seen.
 */
export function thinned<Point extends ChartPoint>(
  points: readonly Point[],
  columns: number,
  toMs: number,
): readonly Point[] {
  const fromMs = points[0]?.atMs ?? 0;
  if (points.length <= columns * 4 || toMs <= fromMs) return points;
  const kept: Point[] = [];
  for (let start = 0; start < points.length;) {
    const column = columnOf(points[start]!);
    let end = start;
    let [lowest, highest] = [start, start];
    while (end < points.length && columnOf(points[end]!) === column) {
      if (points[end]!.priceMinor < points[lowest]!.priceMinor) lowest = end;
      if (points[end]!.priceMinor > points[highest]!.priceMinor) highest = end;
      end += 1;
    }
    const places = [...new Set([start, lowest, highest, end - 1])].toSorted((one, other) => one - other);
    kept.push(...places.map((place) => points[place]!));
    start = end;
  }
  return kept;

  function columnOf({ atMs }: ChartPoint): number {
    return Math.floor(((atMs - fromMs) / (toMs - fromMs)) * columns);
  }
}
