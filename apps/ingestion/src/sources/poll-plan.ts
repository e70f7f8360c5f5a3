import { storableText } from '../storable-text.ts';

/**
 * How a poll ended: `postponed` is our own doing (budget, quota, backlog) and says nothing of the source. `isBroken`:
 * it answers, and what it answers cannot be right.
 */
export type PollOutcome =
  | { kind: 'completed' }
  | { kind: 'failed'; reason: string; retryAfterMs?: number | undefined; isBroken?: boolean }
  | { kind: 'postponed'; reason: string; retryAfterMs: number };

/** What follows from an outcome. */
export interface PollPlan {
  failures: number;
  /** Told as failed, and not as recovered since. */
  givenUp: boolean;
  lastError: string | null;
  pauseMs: number;
  /** Told once when a source is given up, and once when it is back. */
  announce: 'failed' | 'recovered' | undefined;
}

export const FAILURES_TO_ANNOUNCE = 3;
/** A shop that does not answer may be back in a moment; one whose answers make no sense is not. */
const BROKEN_TO_ANNOUNCE = 2;
const MIN_PAUSE_MS = 100;
export const MAX_REASON_CHARACTERS = 500;
const MAX_PAUSE_MS = 60_000;
/** A source that asks for a longer pause is asked again after a day all the same. */
const MAX_RETRY_AFTER_MS = 86_400_000;
const POSTPONED_MS = 1_000;

export const postponed = (reason: string, retryAfterMs = POSTPONED_MS): PollOutcome => ({
  kind: 'postponed',
  reason,
  retryAfterMs,
});

export const STOPPING = postponed('the service stops', 0);

/** Decides when a source is polled again and what is told of it. Failures double the pause up to a minute. */
export function planAfter(
  outcome: PollOutcome,
  state: { failures: number; givenUp: boolean; intervalMs: number; tookMs: number },
): PollPlan {
  const { givenUp } = state;
  switch (outcome.kind) {
    case 'completed':
      return {
        failures: 0,
        givenUp: false,
        lastError: null,
        pauseMs: Math.max(MIN_PAUSE_MS, state.intervalMs - state.tookMs),
        announce: givenUp ? 'recovered' : undefined,
      };
    case 'postponed':
      return {
        failures: state.failures,
        givenUp,
        lastError: storableText(outcome.reason, MAX_REASON_CHARACTERS),
        pauseMs: bounded(outcome.retryAfterMs),
        announce: undefined,
      };
    case 'failed': {
      const failures = state.failures + 1;
      const backoffMs = Math.min(
        state.intervalMs * 2 ** Math.min(failures - 1, 20),
        Math.max(MAX_PAUSE_MS, state.intervalMs),
      );
      const isHopeless = failures >= (outcome.isBroken ? BROKEN_TO_ANNOUNCE : FAILURES_TO_ANNOUNCE);
      return {
        failures,
        givenUp: givenUp || isHopeless,
        lastError: storableText(outcome.reason, MAX_REASON_CHARACTERS),
        pauseMs: bounded(Math.max(backoffMs, outcome.retryAfterMs ?? 0)),
        announce: isHopeless && !givenUp ? 'failed' : undefined,
      };
    }
  }
}

const bounded = (pauseMs: number): number => Math.min(Math.max(MIN_PAUSE_MS, pauseMs), MAX_RETRY_AFTER_MS);
