import * as fc from 'fast-check';
import { OUT_OF_STOCK } from './availability.ts';
import type { PriceColumns } from './chunks/point-columns.ts';
import { PriceTimeline, RUNS_HELD } from './price-timeline.ts';
import type { RollingMedians } from './rolling-median.ts';

interface Point {
  atMs: number;
  priceMinor: number;
  availability: number;
}

const byTime = (a: Point, b: Point) => a.atMs - b.atMs;

/** The timeline that the points give when they come in order: what any other order must lead to. */
function inOrder(points: readonly Point[]): PriceTimeline {
  const timeline = new PriceTimeline();
  for (const point of points.toSorted(byTime)) timeline.append(point.atMs, point);
  return timeline;
}

const pointsInAnyOrder = fc.uniqueArray(
  fc.record({
    atMs: fc.integer({ min: 0, max: 60 }),
    priceMinor: fc.integer({ min: 1, max: 3 }),
    availability: fc.constantFrom(0, 1, OUT_OF_STOCK),
  }),
  { selector: (point) => point.atMs, maxLength: 40 },
);

/** The same with the prices that count: of what is sold out, the last or else the next one that it could be bought at. */
function asked(ordered: readonly Point[]): Point[] {
  return ordered.map((point, place) => {
    if (point.availability !== OUT_OF_STOCK) return point;
    const canBuy = ({ availability }: Point): boolean => availability !== OUT_OF_STOCK;
    const boughtAt = ordered.slice(0, place).findLast(canBuy) ?? ordered.slice(place).find(canBuy);
    return { ...point, priceMinor: (boughtAt ?? ordered[0]!).priceMinor };
  });
}

function columnsOf(points: readonly Point[]): PriceColumns {
  return {
    atMs: Float64Array.from(points, ({ atMs }) => atMs),
    priceMinor: Float64Array.from(points, ({ priceMinor }) => priceMinor),
    availability: Uint8Array.from(points, ({ availability }) => availability),
  };
}

describe('price timeline', () => {
  it('is the same whatever the order in which observations come', () => {
    fc.assert(
      fc.property(pointsInAnyOrder, (points) => {
        const timeline = new PriceTimeline();
        const seen: Point[] = [];
        for (const point of points) {
          if (point.atMs > timeline.newestMs) timeline.append(point.atMs, point);
          else {
            const before = seen.filter((other) => other.atMs < point.atMs).toSorted(byTime);
            const after = seen.filter((other) => other.atMs > point.atMs).toSorted(byTime);
            timeline.insert(point.atMs, point, {
              previousMs: before.at(-1)?.atMs ?? -Infinity,
              nextMs: after[0]?.atMs ?? Infinity,
            });
          }
          seen.push(point);
        }
        expect(timeline).toEqual(inOrder(points));
      }),
      { numRuns: 3_000 },
    );
  });

  it('is the same whether observations come one by one or as columns, in any pieces', () => {
    fc.assert(
      fc.property(pointsInAnyOrder, fc.integer({ min: 0, max: 40 }), (points, cut) => {
        const ordered = points.toSorted(byTime);
        const timeline = new PriceTimeline();
        for (const piece of [ordered.slice(0, cut), ordered.slice(cut)]) timeline.appendAll(columnsOf(piece));
        expect(timeline).toEqual(inOrder(points));
      }),
    );
  });

  it('asks what it asked last while it is sold out, whatever is told meanwhile', () => {
    const timeline = inOrder([
      { atMs: 10, priceMinor: 100, availability: 1 },
      { atMs: 20, priceMinor: 180, availability: OUT_OF_STOCK },
      { atMs: 30, priceMinor: 60, availability: OUT_OF_STOCK },
      { atMs: 40, priceMinor: 100, availability: 1 },
    ]);
    expect(timeline.prices).toEqual([100, 100, 100, 100]);
    expect(timeline).toMatchObject({ lowMinor: 100, highMinor: 100, observations: 4 });
    const late = { priceMinor: 90, availability: 1 };
    timeline.insert(15, late, timeline.neighboursOf(15, late)!);
    expect(timeline.prices).toEqual([100, 90, 90, 90, 100]);
    expect(timeline).toMatchObject({ lowMinor: 90, highMinor: 100 });
  });

  it('asks what it could first be bought at for the time before that', () => {
    const timeline = inOrder([
      { atMs: 10, priceMinor: 999, availability: OUT_OF_STOCK },
      { atMs: 20, priceMinor: 50, availability: OUT_OF_STOCK },
      { atMs: 30, priceMinor: 100, availability: 1 },
    ]);
    expect(timeline.prices).toEqual([100, 100, 100]);
    expect(timeline).toMatchObject({ lowMinor: 100, highMinor: 100 });
  });

  it('knows its newest observation and how long it reaches back', () => {
    expect(new PriceTimeline().last()).toBeUndefined();
    const timeline = inOrder([
      { atMs: 10, priceMinor: 1, availability: 0 },
      { atMs: 30, priceMinor: 2, availability: 1 },
    ]);
    expect(timeline.last()).toEqual({ priceMinor: 2, availability: 1 });
    expect([timeline.historyMs, timeline.newestMs, timeline.length]).toEqual([20, 30, 2]);
  });

  it('forgets kept medians when its past changes, or a price comes before the time they reach', () => {
    const timeline = inOrder([{ atMs: 10, priceMinor: 1, availability: 0 }]);
    const value = { priceMinor: 2, availability: 0 };
    const keep = (toMs: number) => (timeline.medians = { usual: { toMs } } as RollingMedians);
    keep(15);
    timeline.append(15, value);
    expect(timeline.medians).toBeDefined();
    keep(30);
    timeline.append(20, value);
    expect(timeline.medians).toBeUndefined();
    keep(20);
    timeline.insert(5, value, timeline.neighboursOf(5, value)!);
    expect(timeline.medians).toBeUndefined();
  });

  it('tells what preceded any time as the observations themselves do', () => {
    fc.assert(
      fc.property(pointsInAnyOrder, fc.integer({ min: 0, max: 61 }), (points, atMs) => {
        const earlier = asked(points.toSorted(byTime)).filter((point) => point.atMs < atMs);
        const previous = earlier.at(-1);
        expect(inOrder(points).before(atMs)).toEqual(
          previous && {
            priceMinor: previous.priceMinor,
            availability: previous.availability,
            lowestMinor: Math.min(...earlier.map((point) => point.priceMinor)),
          },
        );
      }),
      { numRuns: 500 },
    );
  });

  it('tells the neighbours of a gap exactly, and says when only the observations know', () => {
    const timeline = inOrder([
      { atMs: 10, priceMinor: 1, availability: 0 },
      { atMs: 20, priceMinor: 1, availability: 0 },
      { atMs: 30, priceMinor: 2, availability: 0 },
    ]);
    const value = (priceMinor: number) => ({ priceMinor, availability: 0 });
    expect(timeline.neighboursOf(25, value(9))).toEqual({ previousMs: 20, nextMs: 30 });
    expect(timeline.neighboursOf(5, value(9))).toEqual({ previousMs: -Infinity, nextMs: 10 });
    expect(timeline.neighboursOf(15, value(9))).toBeUndefined();
    expect(timeline.neighboursOf(15, value(1))).toBeDefined();
  });

  it('stays bounded, and still knows the lowest and highest price of what it no longer holds', () => {
    const timeline = new PriceTimeline();
    const runs = 2 * RUNS_HELD;
    for (let at = 0; at < runs; at += 1) {
      timeline.append(at, { priceMinor: at === 5 ? 1 : at === 6 ? 999 : 100 + (at % 2), availability: 0 });
    }
    timeline.trim();
    expect(timeline.length).toBe(RUNS_HELD);
    expect(timeline).toMatchObject({ observations: runs, firstMs: 0, lowMinor: 1, highMinor: 999 });
    expect(timeline.older).toMatchObject({ lowMinor: 1, highMinor: 999 });
    expect(timeline.isBeyond(RUNS_HELD - 1)).toBe(true);
    expect(timeline.isBeyond(RUNS_HELD)).toBe(false);
    expect(timeline.before(runs - 1)?.lowestMinor).toBe(1);
  });
});
