import { GrammyError, HttpError } from 'grammy';
import { wasNotConnected } from '../delivery/marking-fetch.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { NotSent } from './send-gate.ts';

const DEFAULT_PAUSE_MS = 1_000;
/** Telegram's words for a chat that will never be reached again. */
const GONE =
  /chat not found|user is deactivated|group chat was (deactivated|upgraded)|bot was kicked|have no rights/i;

/** What a failed call to the Bot API means for the delivery. */
export function outcomeOfFailure(error: unknown): Outcome {
  if (error instanceof GrammyError) return outcomeOfAnswer(error);
  if (error instanceof NotSent) {
    const { message: reason, retryAfterMs } = error;
    return retryAfterMs === undefined
      ? { kind: 'not-delivered', reason }
      : { kind: 'throttled', reason, retryAfterMs };
  }
  if (error instanceof HttpError && wasNotConnected(error.error)) {
    return { kind: 'not-delivered', reason: 'no connection to Telegram' };
  }
  return { kind: 'unknown', reason: 'Telegram did not answer' };
}

/** How long Telegram wants to be left alone, by the seconds of its 429. */
export const askedPauseMs = (seconds: number | undefined): number =>
  seconds ? seconds * 1_000 : DEFAULT_PAUSE_MS;

function outcomeOfAnswer({ error_code: code, description, parameters }: GrammyError): Outcome {
  const reason = `Telegram answered ${code}: ${description.slice(0, 200)}`;
  if (code === 429) {
    return { kind: 'throttled', reason, retryAfterMs: askedPauseMs(parameters.retry_after) };
  }
  if (code === 403 || (code === 400 && GONE.test(description))) {
    return { kind: 'refused', reason, stopsChannel: true };
  }
  // 401 and 404 speak of the bot's token: the operator can mend that.
  if (code >= 500 || code === 401 || code === 404) return { kind: 'not-delivered', reason };
  return { kind: 'refused', reason, stopsChannel: false };
}
