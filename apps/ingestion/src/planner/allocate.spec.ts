import * as fc from 'fast-check';
import { allocate, type Checked } from './allocate.ts';

const HOUR_MS = 3_600_000;
const bounds = { minIntervalMs: 60_000, maxIntervalMs: 24 * HOUR_MS };
const product = fc.record({
  changesPerHour: fc.double({ min: 0.001, max: 20, noNaN: true }),
  weight: fc.double({ min: 0.01, max: 100, noNaN: true }),
});
const products = fc.array(product, { minLength: 1, maxLength: 30 });
const perHour = (intervals: number[]): number => intervals.reduce((sum, one) => sum + HOUR_MS / one, 0);
const found = (all: readonly Checked[], intervals: readonly number[]): number =>
  all.reduce((sum, { changesPerHour, weight }, index) => {
    const frequency = HOUR_MS / intervals[index]!;
    return sum + weight * frequency * (1 - Math.exp(-changesPerHour / frequency));
  }, 0);

describe('a budget of checks', () => {
  it('is never exceeded, and used up unless every product is checked as often as it may be', () => {
    fc.assert(
      fc.property(products, fc.double({ min: 0.1, max: 3_000, noNaN: true }), (all, budget) => {
        const intervals = allocate(all, budget, bounds);
        expect(perHour(intervals)).toBeLessThanOrEqual(budget * 1.000001);
        const isPlenty = intervals.every((interval) => interval === bounds.minIntervalMs);
        if (!isPlenty) expect(perHour(intervals)).toBeGreaterThan(budget * 0.98);
      }),
    );
  });

  it('keeps every product within the bounds as long as it can', () => {
    fc.assert(
      fc.property(products, fc.double({ min: 2, max: 3_000, noNaN: true }), (all, budget) => {
        for (const interval of allocate(all, budget, bounds)) {
          expect(interval).toBeGreaterThanOrEqual(bounds.minIntervalMs - 1);
          expect(interval).toBeLessThanOrEqual(bounds.maxIntervalMs + 1);
        }
      }),
    );
  });

  it('finds at least as much as checking all alike, or moving checks from one product to another', () => {
    fc.assert(
      fc.property(products, fc.double({ min: 5, max: 500, noNaN: true }), fc.nat(), (all, budget, seed) => {
        const intervals = allocate(all, budget, bounds);
        const even = all.map(() => Math.max(bounds.minIntervalMs, (HOUR_MS * all.length) / budget));
        expect(found(all, intervals)).toBeGreaterThanOrEqual(found(all, even) * 0.995);
        const [from, to] = [seed % all.length, (seed * 7 + 1) % all.length];
        const moved = intervals.map((interval, index) => {
          const change = index === from ? -0.1 : index === to ? 0.1 : 0;
          return HOUR_MS / (HOUR_MS / interval + (change * HOUR_MS) / intervals[from]!);
        });
        const isWithin = moved.every((one) => one >= bounds.minIntervalMs && one <= bounds.maxIntervalMs);
        if (isWithin && from !== to)
          expect(found(all, intervals)).toBeGreaterThanOrEqual(found(all, moved) * 0.995);
      }),
    );
  });

  it('goes to what moves and to what many watch', () => {
    const [calm, lively, popular] = allocate(
      [
        { changesPerHour: 0.02, weight: 1 },
        { changesPerHour: 0.5, weight: 1 },
        { changesPerHour: 0.02, weight: 20 },
      ],
      1,
      bounds,
    );
    expect(lively).toBeLessThan(calm! / 2);
    expect(popular).toBeLessThan(calm! / 2);
  });

  it('that does not allow the longest interval stretches all alike', () => {
    const all = Array.from({ length: 48 }, () => ({ changesPerHour: 1, weight: 1 }));
    expect(allocate(all, 1, bounds)).toEqual(all.map(() => 48 * HOUR_MS));
  });

  it('is spread over ten thousand products in the blink of an eye', () => {
    const all = Array.from({ length: 10_000 }, (_, index) => ({
      changesPerHour: 0.01 + (index % 97) / 50,
      weight: 1 + (index % 13),
    }));
    const before = process.cpuUsage();
    allocate(all, 5_000, bounds);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
  });
});
