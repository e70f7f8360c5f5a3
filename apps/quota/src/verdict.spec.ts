import { CLOSED } from './breaker.ts';
import { FULL_PACE, SLOWEST } from './pace.ts';
import { judge, type Report, type Standing } from './verdict.ts';

const policy = { failuresToOpen: 2, pauseMs: 1_000, maxPauseMs: 8_000, probeMs: 500 };
const T = 1_000_000;
const healthy: Standing = { breaker: CLOSED, operations: new Map(), pace: FULL_PACE };
const report = (outcome: Report['outcome'], operation = '', retryAfterMs?: number): Report => ({
  ...{ outcome, operation, retryAfterMs },
});
const halfOpen = { ...CLOSED, state: 'half-open', openings: 1, probeUntilMs: T + 500 } as const;
const open = (untilMs: number, openings = 1) =>
  ({ ...CLOSED, state: 'open', openings, openUntilMs: untilMs }) as const;
const failures = { ...CLOSED, failures: 1 };
const half = { factor: 0.5, sinceMs: T };

describe('what a report makes of an upstream', () => {
  it.each<[string, Standing, Report, object]>([
    ['success changes nothing', healthy, report('succeeded', 'getItems'), {}],
    [
      'a failure counts against its operation',
      healthy,
      report('failed', 'getItems'),
      { operation: failures },
    ],
    ['and against the upstream when it names none', healthy, report('failed'), { breaker: failures }],
    [
      'failures open the operation, not the upstream',
      { ...healthy, operations: new Map([['getItems', failures]]) },
      report('failed', 'getItems'),
      { operation: open(T + 1_000) },
    ],
    [
      'success clears what was counted',
      { ...healthy, operations: new Map([['getItems', failures]]) },
      report('succeeded', 'getItems'),
      { operation: CLOSED },
    ],
    [
      'Retry-After pauses all of it',
      healthy,
      report('throttled', 'getItems', 7_000),
      { breaker: open(T + 7_000) },
    ],
    [
      'success that uses the account up lets all of it rest',
      healthy,
      { ...report('succeeded', 'product'), pauseMs: 9_000 },
      { breaker: open(T + 9_000, 0) },
    ],
    [
      'and never ends a longer pause',
      { ...healthy, breaker: open(T + 9_000) },
      { ...report('succeeded', 'product'), pauseMs: 1_000 },
      { breaker: open(T + 9_000) },
    ],
    [
      'after such a rest there is nothing to be probed',
      { ...healthy, breaker: open(T - 1, 0) },
      report('failed', 'product'),
      { operation: failures },
    ],
    [
      'and the next success says that it is over',
      { ...healthy, breaker: open(T - 1, 0) },
      report('succeeded', 'product'),
      { breaker: CLOSED },
    ],
    ['a refusal without a hint halves the pace', healthy, report('throttled', 'getItems'), { pace: half }],
    ['at most once a second', { ...healthy, pace: half }, report('throttled'), {}],
    [
      'and counts as a failure when it cannot go slower',
      { ...healthy, pace: { factor: SLOWEST, sinceMs: T - 1_000 } },
      report('throttled', 'getItems'),
      { operation: failures, pace: { factor: SLOWEST, sinceMs: T } },
    ],
    [
      'a refused probe of the upstream opens it again',
      { ...healthy, breaker: halfOpen },
      report('throttled', 'getItems'),
      { breaker: open(T + 2_000, 2), operation: failures, pace: half },
    ],
    [
      'a probe that succeeds closes both',
      { ...healthy, breaker: halfOpen, operations: new Map([['getItems', halfOpen]]) },
      report('succeeded', 'getItems'),
      { breaker: CLOSED, operation: CLOSED },
    ],
    [
      'a success of another operation does not close this one',
      { ...healthy, operations: new Map([['getItems', halfOpen]]) },
      report('succeeded', 'searchItems'),
      {},
    ],
  ])('%s', (_what, standing, given, verdict) => {
    expect(judge(standing, given, T, policy)).toEqual(verdict);
  });
});
