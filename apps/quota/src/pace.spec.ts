import * as fc from 'fast-check';
import { factorAt, FULL_PACE, slowed, SLOWEST } from './pace.ts';

const T = 1_000_000;

describe('the pace of an upstream that gives no hint', () => {
  it('is halved by a refusal and recovers a hundredth of the budget per second, up to the budget', () => {
    const half = slowed(FULL_PACE, T);
    expect(factorAt(half, T)).toBe(0.5);
    expect(factorAt(half, T + 10_000)).toBeCloseTo(0.6);
    expect(factorAt(half, T + 3_600_000)).toBe(1);
  });

  it('takes refusals of calls that were under way for one', () => {
    const half = slowed(FULL_PACE, T);
    expect(slowed(half, T + 999)).toBe(half);
    expect(slowed(half, T + 1_000)).toEqual({ factor: 0.255, sinceMs: T + 1_000 });
  });

  it('is always above nothing and never above the budget', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20_000)), (pauses) => {
        let pace = FULL_PACE;
        let nowMs = T;
        for (const pauseMs of pauses) {
          nowMs += pauseMs;
          pace = slowed(pace, nowMs);
          expect(pace.factor).toBeGreaterThanOrEqual(SLOWEST);
          expect(factorAt(pace, nowMs)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
