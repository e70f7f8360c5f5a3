import { planAfter, type PollOutcome } from './poll-plan.ts';

const failed = (retryAfterMs?: number): PollOutcome => ({
  kind: 'failed',
  reason: 'it answered 500',
  retryAfterMs,
});
const plan = (outcome: PollOutcome, failures = 0, tookMs = 0) =>
  planAfter(outcome, { failures, givenUp: failures >= 3, intervalMs: 2_000, tookMs });
const broken: PollOutcome = { kind: 'failed', reason: 'it answered nothing', isBroken: true };

describe('after a poll', () => {
  it.each([
    [
      'on time: the rest of the interval',
      plan({ kind: 'completed' }, 0, 500),
      { failures: 0, pauseMs: 1_500 },
    ],
    ['late: almost at once, never in a tight loop', plan({ kind: 'completed' }, 0, 9_000), { pauseMs: 100 }],
    [
      'the first failure waits an interval',
      plan(failed()),
      { failures: 1, pauseMs: 2_000, announce: undefined },
    ],
    ['the second one twice as long', plan(failed(), 1), { failures: 2, pauseMs: 4_000, announce: undefined }],
    ['the third is told', plan(failed(), 2), { failures: 3, pauseMs: 8_000, announce: 'failed' }],
    ['the fourth is not told again', plan(failed(), 3), { failures: 4, announce: undefined }],
    ['an answer that makes no sense waits as any other', plan(broken), { failures: 1, announce: undefined }],
    ['the second of these is told', plan(broken, 1), { failures: 2, givenUp: true, announce: 'failed' }],
    ['failing for days waits a minute', plan(failed(), 5_000), { failures: 5_001, pauseMs: 60_000 }],
    ['a pause that was asked for is kept', plan(failed(90_000)), { pauseMs: 90_000 }],
    ['but not for longer than a day', plan(failed(1e12)), { pauseMs: 86_400_000 }],
    ['success after two failures is no recovery', plan({ kind: 'completed' }, 2), { announce: undefined }],
    [
      'success after three is told',
      plan({ kind: 'completed' }, 3),
      { failures: 0, announce: 'recovered', lastError: null },
    ],
  ])('%s', (_what, result, expected) => {
    expect(result).toMatchObject(expected);
  });

  it('our own postponing neither counts as failure nor as recovery', () => {
    const outcome = { kind: 'postponed', reason: 'no permit: rate', retryAfterMs: 700 } as const;
    expect(plan(outcome, 3)).toEqual({
      failures: 3,
      givenUp: true,
      lastError: 'no permit: rate',
      pauseMs: 700,
      announce: undefined,
    });
  });

  it('what was given up early is back with the first success', () => {
    const state = { failures: 2, givenUp: true, intervalMs: 2_000, tookMs: 0 };
    expect(planAfter({ kind: 'completed' }, state)).toMatchObject({ givenUp: false, announce: 'recovered' });
    expect(planAfter(failed(), state).announce).toBeUndefined();
  });

  it('a source polled once an hour is not polled more often because it fails', () => {
    expect(
      planAfter(failed(), { failures: 4, givenUp: true, intervalMs: 3_600_000, tookMs: 0 }).pauseMs,
    ).toBe(3_600_000);
  });
});
