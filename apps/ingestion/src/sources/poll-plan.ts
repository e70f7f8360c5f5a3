/** How a poll ended: `postponed` is our own doing (budget, quota, backlog) and says nothing of the source. */
export type PollOutcome =
  | { kind: 'completed' }
  | { kind: 'failed'; reason: string; retryAfterMs?: number | undefined }
  | { kind: 'postponed'; reason: string; retryAfterMs: number };

/** What follows from an outcome. */
export interface PollPlan {
  failures: number;
  lastError: string | null;
  pauseMs: number;
  /** Told once when a source is given up, and once when it is back. */
  announce: 'failed' | 'recovered' | undefined;
}

export const FAILURES_TO_ANNOUNCE = 3;
const MIN_PAUSE_MS = 100;
const MAX_REASON_CHARACTERS = 500;
const MAX_PAUSE_MS = 60_000;
/** A source that asks for a longer pause is asked again after a day all the same. */
const MAX_RETRY_AFTER_MS = 86_400_000;

/** Decides when a source is polled again and what is told of it. Failures double the pause up to a minute. */
export function planAfter(
  outcome: PollOutcome,
  state: { failures: number; intervalMs: number; tookMs: number },
): PollPlan {
  const wasGivenUp = state.failures >= FAILURES_TO_ANNOUNCE;
  switch (outcome.kind) {
    case 'completed':
      return {
        failures: 0,
        lastError: null,
        pauseMs: Math.max(MIN_PAUSE_MS, state.intervalMs - state.tookMs),
        announce: wasGivenUp ? 'recovered' : undefined,
      };
    case 'postponed':
      return {
        failures: state.failures,
        lastError: outcome.reason.slice(0, MAX_REASON_CHARACTERS),
        pauseMs: bounded(outcome.retryAfterMs),
        announce: undefined,
      };
    case 'failed': {
      const failures = state.failures + 1;
      const backoffMs = Math.min(
        state.intervalMs * 2 ** Math.min(failures - 1, 20),
        Math.max(MAX_PAUSE_MS, state.intervalMs),
      );
      return {
        failures,
        lastError: outcome.reason.slice(0, MAX_REASON_CHARACTERS),
        pauseMs: bounded(Math.max(backoffMs, outcome.retryAfterMs ?? 0)),
        announce: failures === FAILURES_TO_ANNOUNCE ? 'failed' : undefined,
      };
    }
  }
}

const bounded = (pauseMs: number): number => Math.min(Math.max(MIN_PAUSE_MS, pauseMs), MAX_RETRY_AFTER_MS);
