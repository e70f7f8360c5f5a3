import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { wasNotConnected } from '../delivery/marking-fetch.ts';
import type { Outcome } from '../delivery/outcome.ts';

/** Slack's words for a conversation or workspace that will take nothing any more. */
const GONE = new Set([
  'account_inactive',
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'org_login_required',
  'restricted_action',
  'team_access_not_granted',
  'token_revoked',
]);
/** For the operator to mend, or over in a while. */
const PASSING = new Set([
  'ekm_access_denied',
  'fatal_error',
  'internal_error',
  'invalid_auth',
  'message_limit_exceeded',
  'missing_scope',
  'not_authed',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
  'token_expired',
]);
const DEFAULT_PAUSE_MS = 1_000;

/** What a failed call of Slack's Web API means for the delivery. */
export function outcomeOfFailure(error: unknown): Outcome {
  if (error instanceof WebAPIRateLimitedError) {
    const retryAfterMs = error.retryAfter > 0 ? error.retryAfter * 1_000 : DEFAULT_PAUSE_MS;
    return { kind: 'throttled', reason: 'Slack answered 429', retryAfterMs };
  }
  if (error instanceof WebAPIPlatformError) {
    const { error: word } = error.data;
    const reason = `Slack answered ${word.slice(0, 100)}`;
    if (word === 'ratelimited' || word === 'rate_limited') {
      return { kind: 'throttled', reason, retryAfterMs: DEFAULT_PAUSE_MS };
    }
    if (PASSING.has(word)) return { kind: 'not-delivered', reason };
    return { kind: 'refused', reason, stopsChannel: GONE.has(word) };
  }
  if (error instanceof WebAPIHTTPError) {
    const reason = `Slack answered ${error.statusCode}`;
    return error.statusCode >= 500 || error.statusCode === 408
      ? { kind: 'not-delivered', reason }
      : { kind: 'refused', reason, stopsChannel: false };
  }
  if (wasNotConnected(error)) return { kind: 'not-delivered', reason: 'no connection to Slack' };
  return { kind: 'unknown', reason: 'Slack did not answer' };
}
