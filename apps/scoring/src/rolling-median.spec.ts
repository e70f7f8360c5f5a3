import * as fc from 'fast-check';
import { PriceTimeline } from './price-timeline.ts';
import { medianBetween } from './rolling-median.ts';
import { weightedMedian } from './weighted-median.ts';

/** All prices weighed anew. */
function weighed({ starts, prices, length }: PriceTimeline, fromMs: number, toMs: number) {
  const weights = starts.map((startMs, run) => {
    const endMs = run + 1 < length ? Math.min(starts[run + 1]!, toMs) : toMs;
    return Math.max(0, endMs - Math.max(startMs, fromMs));
  });
  return weightedMedian(prices, weights);
}

/** A history long enough for something to be remembered. */
function wandering(steps: number): PriceTimeline {
  const timeline = new PriceTimeline();
  for (let at = 0; at < steps; at += 1)
    timeline.append(at, { priceMinor: (at * 7_919) % 101, availability: 1 });
  return timeline;
}

const priceMinor = fc.oneof(
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 500 }),
  fc.constant(10_000),
);
const step = fc.record({
  pauseMs: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 60 })),
  priceMinor,
  /** How much later the median is asked for than the price came, and how far it looks back. */
  aheadMs: fc.integer({ min: 0, max: 8 }),
  windowMs: fc.constantFrom(40, 90, 90.5, 90, 90, 400),
  late: fc.option(fc.record({ agoMs: fc.integer({ min: 1, max: 300 }), priceMinor }), { freq: 9 }),
});

describe('a median that moves on with its history', () => {
  it('is the one of all prices weighed anew, whatever comes, late prices too', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 120 }), (steps) => {
        const timeline = wandering(60);
        for (const { pauseMs, aheadMs, windowMs, late, ...value } of steps) {
          timeline.append(timeline.newestMs + pauseMs, { ...value, availability: 1 });
          const lateMs = timeline.newestMs - (late?.agoMs ?? 0);
          if (late && lateMs > 0 && !timeline.starts.includes(lateMs))
            timeline.insert(
              lateMs,
              { priceMinor: late.priceMinor, availability: 1 },
              { previousMs: lateMs - 0.5, nextMs: lateMs + 0.5 },
            );
          const toMs = timeline.newestMs + aheadMs;
          const fromMs = Math.max(0, toMs - windowMs);
          expect(medianBetween(timeline, 'usual', 0, fromMs, toMs)).toBe(weighed(timeline, fromMs, toMs));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('begins no earlier than the oldest run that counts', () => {
    const timeline = wandering(200);
    expect(medianBetween(timeline, 'later', 100, 0, 199)).toBe(weighed(timeline, 100, 199));
    expect(medianBetween(timeline, 'later', 199, 0, 199)).toBeUndefined();
    expect(medianBetween(timeline, 'later', 100, 199, 199)).toBeUndefined();
  });

  it('follows a price that jumps for good', () => {
    const timeline = wandering(200);
    for (let at = 200; at < 400; at += 1) {
      timeline.append(at, { priceMinor: 5_000 + at, availability: 1 });
      expect(medianBetween(timeline, 'earlier', 0, at - 100, at)).toBe(weighed(timeline, at - 100, at));
    }
  });
});
