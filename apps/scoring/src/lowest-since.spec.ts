import * as fc from 'fast-check';
import { lowestOfEnded, LowestSince } from './lowest-since.ts';
import { PriceTimeline } from './price-timeline.ts';

describe('the lowest price since a time', () => {
  it('keeps only what no later price was as low as, and counts what was in force when the time began', () => {
    const lows = new LowestSince();
    for (const [endMs, priceMinor] of [
      [10, 500],
      [20, 300],
      [30, 700],
      [40, 300],
      [50, 400],
    ] as const)
      lows.add(endMs, priceMinor);
    expect(lows).toHaveLength(2);
    expect([0, 39, 40, 49, 50].map((atMs) => lows.since(atMs))).toEqual([300, 300, 400, 400, Infinity]);
    lows.forget(40);
    expect(lows).toHaveLength(1);
    expect(lows.since(0)).toBe(400);
  });

  const step = fc.record({
    pauseMs: fc.integer({ min: 1, max: 5 }),
    priceMinor: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 500 })),
    availability: fc.constantFrom(0, 1),
    /** How long before now another price is found to have been, and where it is asked from. */
    lateMs: fc.option(fc.integer({ min: 1, max: 60 }), { freq: 9 }),
    agoMs: fc.integer({ min: 0, max: 400 }),
    trims: fc.constantFrom(...Array.from({ length: 30 }, () => false), true),
  });

  it('is that of all prices looked through, whatever comes, late prices too, and when many are held no longer', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 200 }), (steps) => {
        const [timeline, complete] = [new PriceTimeline(), new PriceTimeline()];
        let atMs = 0;
        for (const { pauseMs, lateMs, agoMs, trims, ...value } of steps) {
          const lateAtMs = atMs - (lateMs ?? Infinity);
          atMs += pauseMs;
          for (const one of [timeline, complete]) one.append(atMs, value);
          if (lateAtMs > timeline.starts[0]! && !complete.starts.includes(lateAtMs))
            for (const one of [timeline, complete])
              one.insert(
                lateAtMs,
                { ...value, priceMinor: 3 },
                { previousMs: lateAtMs - 0.25, nextMs: lateAtMs + 0.25 },
              );
          if (trims) timeline.trim(60);
          const sinceMs = atMs - agoMs;
          const { starts, prices, length } = complete;
          const seen = prices.filter((_, run) => run + 1 < length && starts[run + 1]! > sinceMs);
          const lowest = Math.min(
            lowestOfEnded(timeline).since(sinceMs),
            timeline.older?.lows.since(sinceMs) ?? Infinity,
          );
          expect(lowest).toBe(Math.min(...seen));
        }
      }),
      { numRuns: 300 },
    );
  });
});
