import * as fc from 'fast-check';
import { admit, afterOutcome, type Breaker, CLOSED, type Outcome } from './breaker.ts';

const policy = { failuresToOpen: 3, pauseMs: 1_000, maxPauseMs: 8_000, probeMs: 500 };
const T = 1_000_000;
const failures = (count: number): Breaker => ({ ...CLOSED, failures: count });
const open = (openings: number, untilMs: number): Breaker => ({
  ...CLOSED,
  state: 'open',
  openings,
  openUntilMs: untilMs,
});
const halfOpen = (openings: number): Breaker => ({
  ...CLOSED,
  state: 'half-open',
  openings,
  openUntilMs: T,
  probeUntilMs: T + 500,
});

const succeeded: Outcome = { outcome: 'succeeded' };
const failed: Outcome = { outcome: 'failed' };
const throttled = (retryAfterMs?: number): Outcome => ({ outcome: 'throttled', retryAfterMs });

describe('a breaker', () => {
  it.each([
    ['stays closed while calls succeed', CLOSED, succeeded, CLOSED],
    ['forgets failures with a success', failures(2), succeeded, CLOSED],
    ['counts a failure', failures(1), failed, failures(2)],
    ['opens with enough failures in a row', failures(2), failed, open(1, T + 1_000)],
    ['opens at once when throttled', CLOSED, throttled(), open(1, T + 1_000)],
    ['for as long as the upstream asks', CLOSED, throttled(30_000), open(1, T + 30_000)],
    ['never shorter than its own pause', CLOSED, throttled(10), open(1, T + 1_000)],
    ['never for ever', CLOSED, throttled(1e15), open(1, T + 86_400_000)],
    ['prolongs the pause when throttled meanwhile', open(1, T + 1_000), throttled(5_000), open(1, T + 5_000)],
    ['does not shorten it', open(1, T + 9_000), throttled(5_000), open(1, T + 9_000)],
    [
      'is not moved by calls that were under way when it opened',
      open(1, T + 1_000),
      failed,
      open(1, T + 1_000),
    ],
    ['nor by their success', open(1, T + 1_000), succeeded, open(1, T + 1_000)],
    ['closes when the probe succeeds', halfOpen(3), succeeded, CLOSED],
    ['opens for twice as long when it fails', halfOpen(1), failed, open(2, T + 2_000)],
    ['and longer each time', halfOpen(2), failed, open(3, T + 4_000)],
    ['up to a limit', halfOpen(40), failed, open(41, T + 8_000)],
    ['keeps to what the upstream asks of a probe', halfOpen(1), throttled(60_000), open(2, T + 60_000)],
  ])('%s', (_what, before, outcome, after) => {
    expect(afterOutcome(before, outcome, T, policy)).toEqual(after);
  });

  it.each([
    ['closed: every call', CLOSED, { allowed: true }],
    ['open: none', open(1, T + 300), { allowed: false, retryAfterMs: 300 }],
    [
      'open and over: one as the probe',
      open(1, T),
      { allowed: true, next: { ...open(1, T), state: 'half-open', probeUntilMs: T + 500 } },
    ],
    ['half-open: none beside the probe', halfOpen(1), { allowed: false, retryAfterMs: 500 }],
    [
      'half-open and unanswered: another probe',
      { ...halfOpen(1), probeUntilMs: T },
      { allowed: true, next: halfOpen(1) },
    ],
  ])('admits when %s', (_what, breaker, admission) => {
    expect(admit(breaker, T, policy)).toEqual(admission);
  });

  it('tells "nothing changed" by giving back the same object', () => {
    expect(afterOutcome(CLOSED, succeeded, T, policy)).toBe(CLOSED);
  });

  it('for any history lets at most one probe out at a time, none before a pause is over, and can always recover', () => {
    const step = fc.record({
      afterMs: fc.nat(3_000),
      outcome: fc.constantFrom<Outcome>(succeeded, failed, throttled(2_500)),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let breaker = CLOSED;
        let nowMs = T;
        for (const { afterMs, outcome } of steps) {
          nowMs += afterMs;
          const admission = admit(breaker, nowMs, policy);
          if (admission.allowed && breaker.state === 'open')
            expect(nowMs).toBeGreaterThanOrEqual(breaker.openUntilMs);
          if (admission.allowed && admission.next) {
            breaker = admission.next;
            expect(admit(breaker, nowMs, policy).allowed).toBe(false);
          }
          breaker = afterOutcome(breaker, outcome, nowMs, policy);
        }
        const waitUntilMs = breaker.state === 'open' ? breaker.openUntilMs : breaker.probeUntilMs;
        const admission = admit(breaker, Math.max(nowMs, waitUntilMs), policy);
        expect(admission.allowed).toBe(true);
        const probing = (admission.allowed && admission.next) || breaker;
        expect(afterOutcome(probing, succeeded, nowMs, policy)).toEqual(CLOSED);
      }),
    );
  });
});
