import * as fc from 'fast-check';
import { decodeChunk, decodeTimeline, encodeChunk } from './chunk-codec.ts';
import type { PointColumns } from './point-columns.ts';

const amount = fc.oneof(
  fc.integer({ min: 0, max: 100_000 }),
  fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER),
);
const step = fc.oneof(
  fc.constantFrom(1, 1_000, 3_600_000, 86_400_000),
  fc.integer({ min: 1, max: 10 ** 12 }),
);
const point = fc.record({
  step,
  priceMinor: amount,
  availability: fc.integer({ min: 0, max: 5 }),
  listPriceMinor: fc.oneof(amount, fc.constant(NaN)),
  provenance: fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.constant(Number.MAX_SAFE_INTEGER)),
  times: fc.integer({ min: 1, max: 20 }),
});

/** Points of which some repeat, at regular and irregular times, some before 1970. */
const columns = fc
  .tuple(fc.integer({ min: -(10 ** 13), max: 10 ** 13 }), fc.array(point, { minLength: 1, maxLength: 40 }))
  .map(([firstMs, groups]): PointColumns => {
    const points = groups.flatMap((group) => Array.from({ length: group.times }, () => group));
    let atMs = firstMs;
    return {
      atMs: Float64Array.from(points, (one) => (atMs += one.step)),
      priceMinor: Float64Array.from(points, (one) => one.priceMinor),
      availability: Uint8Array.from(points, (one) => one.availability),
      listPriceMinor: Float64Array.from(points, (one) => one.listPriceMinor),
      provenance: Float64Array.from(points, (one) => one.provenance),
    };
  });

describe('a chunk of the history', () => {
  it('gives back every observation with its own time, whatever they are', () => {
    fc.assert(
      fc.property(columns, (points) => {
        const chunk = encodeChunk(points);
        expect(decodeChunk(chunk)).toEqual(points);
        const { atMs, priceMinor, availability } = points;
        expect(decodeTimeline(chunk.timeline)).toEqual({ atMs, priceMinor, availability });
      }),
    );
  });

  it('takes less than a seventh of a byte for an observation that says what the one before said, an hour later', () => {
    const length = 512;
    const { timeline, detail } = encodeChunk({
      atMs: Float64Array.from({ length }, (_, hour) => 1_700_000_000_000 + hour * 3_600_000),
      priceMinor: new Float64Array(length).fill(1_999),
      availability: new Uint8Array(length).fill(1),
      listPriceMinor: new Float64Array(length).fill(NaN),
      provenance: Float64Array.from({ length }, (_, fetch) => 70_000 + fetch * 20),
    });
    expect(timeline.length + detail.length).toBeLessThan(length / 7);
  });

  it('takes at most seven bytes for an observation at a time and from a fetch that nobody can foretell', () => {
    const length = 512;
    let chance = 1;
    const noise = (range: number) => (chance = (chance * 48_271) % 2_147_483_647) % range;
    const { timeline, detail } = encodeChunk({
      atMs: Float64Array.from({ length }, (_, hour) => 1_700_000_000_000 + hour * 3_600_000 + noise(600_000)),
      priceMinor: Float64Array.from({ length }, (_, hour) => 5_000 + (((hour >>> 3) * 7_919) % 5_000)),
      availability: new Uint8Array(length).fill(1),
      listPriceMinor: new Float64Array(length).fill(10_000),
      provenance: Float64Array.from({ length }, (_, fetch) => 70_000 + fetch * 400 + noise(50)),
    });
    expect(timeline.length + detail.length).toBeLessThanOrEqual(length * 7);
  });

  it('refuses what it does not know or what is cut off', () => {
    const { timeline } = encodeChunk({
      atMs: new Float64Array([1, 5]),
      priceMinor: new Float64Array([7, 8]),
      availability: new Uint8Array([1, 1]),
      listPriceMinor: new Float64Array([NaN, NaN]),
      provenance: new Float64Array([1, 2]),
    });
    expect(() => decodeTimeline(timeline.subarray(0, -1))).toThrow('ends too early');
    expect(() => decodeTimeline(Uint8Array.of(9, ...timeline.subarray(1)))).toThrow('layout 9');
  });
});
