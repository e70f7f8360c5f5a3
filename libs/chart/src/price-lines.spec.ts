import type { ChartPoint } from './chart.ts';
import { priceLines, thinned } from './price-lines.ts';

const point = (atMs: number, priceMinor: number, more: Partial<ChartPoint> = {}): ChartPoint => ({
  atMs,
  priceMinor,
  ...more,
});

describe('the line of prices', () => {
  it('holds each price until the next one, the last until the end', () => {
    const { observed } = priceLines([point(0, 100), point(10, 80)], [], 30);
    expect(observed).toEqual([null, [0, 100], [10, 100], [10, 80], [30, 80]]);
  });

  it('is broken where nobody looked, and nothing is drawn within', () => {
    const { observed } = priceLines([point(0, 100), point(50, 100)], [{ fromMs: 10, toMs: 50 }], 60);
    expect(observed).toEqual([null, [0, 100], [10, 100], null, [50, 100], [60, 100]]);
  });

  it('has no length where a price was seen once between two gaps, which is told', () => {
    const lonely = point(50, 90);
    const gaps = [
      { fromMs: 10, toMs: 50 },
      { fromMs: 50, toMs: 80 },
    ];
    const points = [point(0, 100), lonely, point(80, 100), point(90, 80)];
    expect(priceLines(points, gaps, 90).alone).toEqual([lonely]);
    expect(priceLines([point(0, 100)], [{ fromMs: 0, toMs: 60 }], 60).alone).toHaveLength(1);
    expect(priceLines([point(0, 100)], [], 60).alone).toEqual([]);
  });

  it('ends before the chart does when the last price was not seen again', () => {
    const { observed } = priceLines([point(0, 100)], [{ fromMs: 0, toMs: 60 }], 60);
    expect(observed).toEqual([null, [0, 100], [0, 100]]);
  });

  it('changes its kind where the origin changes, without losing the step', () => {
    const { imported, observed } = priceLines([point(0, 100, { isImported: true }), point(10, 80)], [], 20);
    expect(imported).toEqual([null, [0, 100], [10, 100]]);
    expect(observed).toEqual([null, [10, 100], [10, 80], [20, 80]]);
  });

  it('has a list price only where one was told', () => {
    const points = [
      point(0, 100),
      point(10, 80, { listPriceMinor: 120 }),
      point(20, 80, { listPriceMinor: null }),
    ];
    expect(priceLines(points, [], 30).list).toEqual([null, [10, 120], [20, 120]]);
  });

  it('is out of stock until it is seen available again, and nobody knows within a gap', () => {
    const out = { isAvailable: false };
    const points = [
      point(0, 1, out),
      point(10, 1, out),
      point(20, 1, { isAvailable: true }),
      point(30, 1, out),
    ];
    expect(priceLines(points, [{ fromMs: 35, toMs: 50 }], 50).outOfStock).toEqual([
      { fromMs: 0, toMs: 20 },
      { fromMs: 30, toMs: 35 },
    ]);
  });
});

describe('a long history', () => {
  const points = Array.from({ length: 100_000 }, (_, index) => point(index, 1_000 + (index % 7)));
  points[54_321] = point(54_321, 1);
  points[60_000] = point(60_000, 9_999);

  it('loses none of its lows, highs and ends when only what can be seen is drawn', () => {
    const kept = thinned(points, 900, 100_000);
    expect(kept.length).toBeLessThanOrEqual(3_600);
    const prices = kept.map(({ priceMinor }) => priceMinor);
    expect([Math.min(...prices), Math.max(...prices)]).toEqual([1, 9_999]);
    expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)]);
    expect(kept.toSorted((one, other) => one.atMs - other.atMs)).toEqual(kept);
  });
});
