import * as fc from 'fast-check';
import { CHUNK_POINTS, closeGroup, groupByHost } from './closing.ts';
import { fingerprintOf } from './fingerprint.ts';
import { emptyColumns, mergePoints, type PointColumns } from './point-columns.ts';

/** Points whose values tell their time, so that a mix-up shows. */
function pointsAt(times: readonly number[]): PointColumns {
  const points = emptyColumns(times.length);
  points.atMs.set(times);
  for (const column of [points.priceMinor, points.listPriceMinor, points.provenance]) column.set(times);
  points.availability.set(times.map((time) => time % 5));
  return points;
}

const ascending = (times: Iterable<number>): number[] => [...times].sort((a, b) => a - b);

/** Closes one load of points after the other, as the service does; answers the chunks. */
function closeAll(loads: readonly number[][]): PointColumns[] {
  let chunks: PointColumns[] = [];
  for (const load of loads) {
    const firsts = Float64Array.from(chunks, ({ atMs }) => atMs[0]!);
    const groups = groupByHost(pointsAt(ascending(load)), firsts);
    for (const { points, hostMs } of groups) {
      const host = chunks.find(({ atMs }) => atMs[0] === hostMs);
      const closed = closeGroup(points, host);
      chunks = [...chunks.filter((chunk) => !(closed.replacesHost && chunk === host)), ...closed.chunks];
    }
    chunks.sort((a, b) => a.atMs[0]! - b.atMs[0]!);
  }
  return chunks;
}

/** Loads of distinct times: near each other so that they fall between each other. */
const loads = fc
  .uniqueArray(fc.integer({ min: 0, max: 4_000 }), { minLength: 1, maxLength: 2_500 })
  .chain((times) =>
    fc.tuple(fc.constant(times), fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1 })),
  )
  .map(([times, sizes]) => {
    const parts: number[][] = [];
    for (let from = 0, turn = 0; from < times.length; turn += 1) {
      const size = sizes[turn % sizes.length]!;
      parts.push(times.slice(from, from + size));
      from += size;
    }
    return parts;
  });

describe('closing points', () => {
  it('keeps every point once, in chunks that never overlap nor grow too large, in whatever order points come', () => {
    fc.assert(
      fc.property(loads, (parts) => {
        const chunks = closeAll(parts);
        expect(mergePoints(chunks)).toEqual(pointsAt(ascending(parts.flat())));
        chunks.forEach(({ atMs }, index) => {
          expect(atMs.length).toBeLessThanOrEqual(CHUNK_POINTS);
          if (index > 0) expect(atMs[0]).toBeGreaterThan(chunks[index - 1]!.atMs.at(-1)!);
        });
        const sum = chunks.reduce((all, chunk) => all + fingerprintOf(chunk), 0);
        expect(sum).toBe(fingerprintOf(pointsAt(parts.flat())));
      }),
      { numRuns: 50 },
    );
  });

  it('fills chunks to nine tenths when points come in order of time', () => {
    const parts = Array.from({ length: 40 }, (_, load) =>
      Array.from({ length: 120 }, (_, at) => load * 120 + at),
    );
    const chunks = closeAll(parts);
    expect(chunks.length).toBeLessThanOrEqual(Math.ceil((40 * 120) / (CHUNK_POINTS * 0.9)));
  });

  it('leaves chunks alone that nothing falls into', () => {
    const host = pointsAt(Array.from({ length: CHUNK_POINTS }, (_, at) => at));
    expect(closeGroup(pointsAt([1_000, 1_001]), host)).toMatchObject({ replacesHost: false });
    expect(closeGroup(pointsAt([5.5]), host).replacesHost).toBe(true);
  });

  it('has another fingerprint when two points swap their prices', () => {
    const points = pointsAt([1, 2, 3]);
    const swapped = { ...points, priceMinor: new Float64Array([2, 1, 3]) };
    expect(fingerprintOf(swapped)).not.toBe(fingerprintOf(points));
  });
});
