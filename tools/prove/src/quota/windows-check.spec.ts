import * as fc from 'fast-check';
import { checkWindow, usedShare, type Window, without } from './windows-check.ts';

const window: Window = { calls: 20, periodMs: 1_000 };

/** Twenty a second by the wall clock's seconds, as the limiter that everybody writes first. */
const fixedWindow = (askedMs: readonly number[]): number[] => {
  const counts = new Map<number, number>();
  return askedMs.filter((at) => {
    const second = Math.floor(at / 1_000);
    counts.set(second, (counts.get(second) ?? 0) + 1);
    return counts.get(second)! <= 20;
  });
};

/** The generic cell rate algorithm with a rate of 20/s and a burst of 20. */
const gcra = (askedMs: readonly number[]): number[] => {
  let theoreticalMs = 0;
  return askedMs.filter((at) => {
    const nextMs = Math.max(theoreticalMs, at) + 50;
    if (nextMs - at > 1_000) return false;
    theoreticalMs = nextMs;
    return true;
  });
};

/** The times of the last twenty. */
const slidingLog = (askedMs: readonly number[]): number[] => {
  const granted: number[] = [];
  for (const at of askedMs) if (!(granted.at(-20)! > at - 1_000)) granted.push(at);
  return granted;
};

/** Ten asks a tick from the middle of a second on. */
const eager = Array.from({ length: 4_000 }, (_, index) => 500 + Math.floor(index / 10) * 10);

describe('the check of windows', () => {
  it('turns red with a fixed window and with a bucket that refills, and not with a sliding log', () => {
    expect(checkWindow(fixedWindow(eager), window)).toMatchObject({ most: 40 });
    expect(checkWindow(fixedWindow(eager), window).above).toBeGreaterThan(0);
    expect(checkWindow(gcra(eager), window)).toMatchObject({ most: 39 });
    expect(checkWindow(gcra(eager), window).above).toBeGreaterThan(0);
    expect(checkWindow(slidingLog(eager), window)).toMatchObject({ above: 0, most: 20, closestMs: 0 });
  });

  it('finds what counting every window one by one finds', () => {
    const arrivals = fc
      .array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 60 })
      .map((all) => all.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 8 }), (all, calls) => {
        const counted = all.map((start, index) => all.slice(index).filter((at) => at < start + 500).length);
        expect(checkWindow(all, { calls, periodMs: 500 })).toMatchObject({
          checked: all.length,
          above: counted.filter((count) => count > calls).length,
          most: Math.max(0, ...counted),
        });
      }),
    );
  });

  it('takes one call too early for one window above', () => {
    const calls = Array.from({ length: 21 }, (_, index) => (index < 20 ? index : 999));
    expect(checkWindow(calls, window)).toMatchObject({ above: 1, most: 21, closestMs: -1 });
  });
});

describe('the use of a budget', () => {
  const every = (ms: number, count: number, fromMs = 0): number[] =>
    Array.from({ length: count }, (_, index) => fromMs + index * ms);
  const span = (fromMs: number, toMs: number) => ({ fromMs, toMs });
  const one: Window = { calls: 1, periodMs: 1_000 };

  it('is measured over whole periods', () => {
    expect(usedShare(every(1_000, 10), one, [span(0, 9_500)], 1_500)).toBe(1);
    expect(usedShare(every(1_250, 10), one, [span(0, 12_000)], 1_500)).toBe(0.8);
    expect(usedShare(every(1_000, 10, 1_400), one, [span(0, 11_000)], 1_500)).toBe(1);
  });

  it('lacks what was not called for longer than a period explains', () => {
    expect(usedShare(every(1_000, 11), one, [span(0, 21_500)], 1_500)).toBe(0.5);
    expect(usedShare(every(1_000, 11, 11_500), one, [span(0, 22_000)], 1_500)).toBe(0.5);
    expect(usedShare([], one, [span(0, 10_000)], 1_000)).toBe(0);
  });

  it('is not told from too little', () => {
    expect(usedShare([500], one, [span(0, 1_000)], 1_500)).toBeNull();
  });

  it('is measured without the time in which there was none to use', () => {
    expect(without(span(0, 100), [span(20, 30), span(90, 120)])).toEqual([span(0, 20), span(30, 90)]);
  });
});
