/** How one attempt to hand an alert over went. */
export type Outcome =
  | { kind: 'delivered' }
  /** Surely nobody got it, and another attempt may succeed: refused connection, 5xx, not linked yet. */
  | { kind: 'not-delivered'; reason: string; retryAfterMs?: number }
  /** Surely nobody got it, and the channel wants to be left alone for a while. */
  | { kind: 'throttled'; reason: string; retryAfterMs: number }
  /** Surely nobody got it, and nobody ever will; `stopsChannel` when that goes for every later alert too. */
  | { kind: 'refused'; reason: string; stopsChannel: boolean }
  /** The request was written and no answer came: somebody may have got it. */
  | { kind: 'unknown'; reason: string };

/** What is known of a delivery before its attempt is judged. */
export interface Attempted {
  /** Attempts begun, this one included. */
  attempts: number;
  /**
   * Those of them that use up none: they were only told to wait, failed before anything was sent, or came before it
   * was sent again by hand.
   */
  throttled: number;
  /** Those of them whose outcome stayed unknown, this one not included. */
  unknown: number;
  createdAt: Date;
}

export type Decision =
  | { state: 'delivered' }
  /** `isExhausted`: every attempt there was came to nothing, so the channel itself may be in trouble. */
  | { state: 'failed'; reason: string; stopsChannel: boolean; isExhausted?: boolean }
  | { state: 'waiting'; reason: string; dueAt: Date; pauseChannelUntil: Date | null };

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Waits after the first, second … attempt: eight attempts within a little more than a day. */
const WAITS_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  8 * HOUR_MS,
  9 * HOUR_MS,
] as const;
export const MAX_ATTEMPTS = WAITS_MS.length + 1;
/** Jitter only lengthens a wait, so that the attempts span a day whatever it is. */
const JITTER = 0.2;
const LONGEST_WAIT_MS = 24 * HOUR_MS;
/** Being told to wait uses up no attempt; this bounds it. */
const GIVE_UP_AFTER_MS = 72 * HOUR_MS;
/** The first attempt and one repeat, where people would read each of them. */
const UNKNOWN_AT_MOST = 2;

/** What a decision needs besides the attempt and its outcome. */
export interface Circumstances {
  now: Date;
  /** A random number from 0 to 1. */
  chance: number;
  /** Receivers tell a repeat by its id, see `Carrier`. */
  repeatsAreHarmless: boolean;
}

/** Whether an attempt would be one repeat too many: after two that may have arrived, for people who would read each. */
export const isRepeatTooMany = (unknown: number, repeatsAreHarmless: boolean): boolean =>
  !repeatsAreHarmless && unknown >= UNKNOWN_AT_MOST;

/**
 * What follows from an attempt. Whatever has a definite outcome ends in exactly one message. After an unknown
 * outcome the alert is sent again: to people once, since a third message might be a second repeat; to receivers
 * that tell repeats by their id like after any failure.
 */
export function decide(attempted: Attempted, outcome: Outcome, circumstances: Circumstances): Decision {
  const { attempts, throttled, unknown, createdAt } = attempted;
  const { now, chance, repeatsAreHarmless } = circumstances;
  switch (outcome.kind) {
    case 'delivered':
      return { state: 'delivered' };
    case 'refused':
      return { state: 'failed', reason: outcome.reason, stopsChannel: outcome.stopsChannel };
    case 'throttled': {
      const until = new Date(now.getTime() + Math.min(outcome.retryAfterMs, LONGEST_WAIT_MS));
      if (until.getTime() - createdAt.getTime() > GIVE_UP_AFTER_MS) {
        return {
          state: 'failed',
          reason: `told to wait for three days: ${outcome.reason}`,
          stopsChannel: false,
        };
      }
      return { state: 'waiting', reason: outcome.reason, dueAt: until, pauseChannelUntil: until };
    }
    case 'unknown':
      if (isRepeatTooMany(unknown + 1, repeatsAreHarmless)) {
        const reason = `the outcome of ${unknown + 1} attempts is unknown, so it is not sent again: ${outcome.reason}`;
        return { state: 'failed', reason, stopsChannel: false };
      }
  }
  const used = attempts - throttled;
  if (used >= MAX_ATTEMPTS) {
    const reason = `${attempts} attempts failed: ${outcome.reason}`;
    return { state: 'failed', reason, stopsChannel: false, isExhausted: true };
  }
  const asked = outcome.kind === 'not-delivered' ? Math.min(outcome.retryAfterMs ?? 0, LONGEST_WAIT_MS) : 0;
  const waitMs = Math.max(asked, Math.round(WAITS_MS[used - 1]! * (1 + JITTER * chance)));
  return {
    state: 'waiting',
    reason: outcome.reason,
    dueAt: new Date(now.getTime() + waitMs),
    pauseChannelUntil: asked > 0 ? new Date(now.getTime() + asked) : null,
  };
}

/** Seconds or an HTTP date, as Retry-After has them; undefined when it is neither. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * SECOND_MS;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
