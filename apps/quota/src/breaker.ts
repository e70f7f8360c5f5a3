import type { BreakerState } from '@souk/contracts';
import type { z } from 'zod';

export type State = z.infer<typeof BreakerState>;

/** What is known of an upstream's health; shared by all replicas. Times are milliseconds of one common clock. */
export interface Breaker {
  state: State;
  /** Consecutive failures while closed. */
  failures: number;
  /** How often it opened since it was last closed; the pause doubles with each. 0 while it only rests. */
  openings: number;
  /** While open: when a probe may go. */
  openUntilMs: number;
  /** While half-open: when the probe that is out is given up. */
  probeUntilMs: number;
}

export interface BreakerPolicy {
  failuresToOpen: number;
  pauseMs: number;
  maxPauseMs: number;
  probeMs: number;
}

export interface Outcome {
  outcome: 'succeeded' | 'throttled' | 'failed';
  retryAfterMs?: number | undefined;
}

/** Whether calls may be made; `next` is there when the answer itself changes the breaker: a probe goes out. */
export type Admission = { allowed: true; next?: Breaker } | { allowed: false; retryAfterMs: number };

/** An upstream may ask for a longer pause than our own ever gets, but not for ever. */
const MAX_RETRY_AFTER_MS = 86_400_000;

export const CLOSED: Breaker = { state: 'closed', failures: 0, openings: 0, openUntilMs: 0, probeUntilMs: 0 };

/** Closed lets all through, open none; after the pause one request goes as a probe and decides for all. */
export function admit(breaker: Breaker, nowMs: number, policy: BreakerPolicy): Admission {
  if (settled(breaker, nowMs).state === 'closed') return { allowed: true };
  const waitUntilMs = breaker.state === 'open' ? breaker.openUntilMs : breaker.probeUntilMs;
  if (nowMs < waitUntilMs) return { allowed: false, retryAfterMs: waitUntilMs - nowMs };
  return { allowed: true, next: { ...breaker, state: 'half-open', probeUntilMs: nowMs + policy.probeMs } };
}

/** A rest that is over needs no probe: nothing had failed. */
export const settled = (breaker: Breaker, nowMs: number): Breaker =>
  breaker.state === 'open' && breaker.openings === 0 && nowMs >= breaker.openUntilMs ? CLOSED : breaker;

/** What the outcome of a call makes of the breaker; the same object when nothing changes. */
export function afterOutcome(
  before: Breaker,
  { outcome, retryAfterMs }: Outcome,
  nowMs: number,
  policy: BreakerPolicy,
): Breaker {
  const breaker = settled(before, nowMs);
  if (outcome === 'throttled') return throttled(breaker, retryAfterMs, nowMs, policy);
  switch (breaker.state) {
    case 'open':
      return breaker; // a call that was under way when it opened: the probe decides
    case 'half-open':
      return outcome === 'succeeded' ? CLOSED : opened(breaker, nowMs, policy);
    case 'closed': {
      if (outcome === 'succeeded') return breaker.failures === 0 ? breaker : CLOSED;
      const failed = { ...breaker, failures: breaker.failures + 1 };
      return failed.failures >= policy.failuresToOpen ? opened(failed, nowMs, policy) : failed;
    }
  }
}

/** The account is used up though its calls succeed: left alone for as long. Never shortens a pause. */
export function rested(breaker: Breaker, pauseMs: number, nowMs: number): Breaker {
  const untilMs = nowMs + Math.min(pauseMs, MAX_RETRY_AFTER_MS);
  if (breaker.state === 'open' && breaker.openUntilMs >= untilMs) return breaker;
  return { ...CLOSED, state: 'open', openUntilMs: untilMs };
}

/** The upstream itself asks for a pause: its time is kept, our own pause is the least. Never shortens a pause. */
function throttled(
  breaker: Breaker,
  retryAfterMs: number | undefined,
  nowMs: number,
  policy: BreakerPolicy,
): Breaker {
  const next = breaker.state === 'open' ? breaker : opened(breaker, nowMs, policy);
  const askedUntilMs = nowMs + Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
  return askedUntilMs > next.openUntilMs ? { ...next, openUntilMs: askedUntilMs } : next;
}

function opened(breaker: Breaker, nowMs: number, policy: BreakerPolicy): Breaker {
  const pauseMs = Math.min(policy.pauseMs * 2 ** Math.min(breaker.openings, 30), policy.maxPauseMs);
  const openings = breaker.openings + 1;
  return { state: 'open', failures: 0, openings, openUntilMs: nowMs + pauseMs, probeUntilMs: 0 };
}
