import { Client } from 'undici';
import { Webhook } from 'standardwebhooks';
import { type Outcome, retryAfterMs } from '../delivery/outcome.ts';
import { AddressRefused, type AllowList, guardedConnector } from '@souk/safe-http';

const DEADLINE_MS = 10_000;
const MAX_RESPONSE_BYTES = 64 * 1024;
/** For a 429 that does not say how long. */
const DEFAULT_PAUSE_MS = 60_000;

export interface WebhookCall {
  url: string;
  signingSecret: string;
  /** The same for every attempt of one delivery: receivers tell repeats by it. */
  webhookId: string;
  body: string;
  now: Date;
  signal: AbortSignal;
}

/**
 * Posts once, signed as Standard Webhooks says. No redirect is followed, one connection per call, and what the
 * receiver writes back is not read beyond its status.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export async function callWebhook(call: WebhookCall, allow: AllowList): Promise<Outcome> {
  const { origin, pathname, search } = new URL(call.url);
  const guarded = guardedConnector(allow);
  let isConnected = false;
  const client = new Client(origin, {
    connect: (options, callback) =>
      guarded(options, (...result) => {
        isConnected = result[0] === null;
        callback(...result);
      }),
    headersTimeout: DEADLINE_MS,
    bodyTimeout: DEADLINE_MS,
    maxResponseSize: MAX_RESPONSE_BYTES,
  });
  try {
    const response = await client.request({
      method: 'POST',
      path: `${pathname}${search}`,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'souk-webhooks/1',
        'webhook-id': call.webhookId,
        'webhook-timestamp': String(Math.floor(call.now.getTime() / 1_000)),
        'webhook-signature': new Webhook(call.signingSecret).sign(call.webhookId, call.now, call.body),
      },
      body: call.body,
      signal: AbortSignal.any([call.signal, AbortSignal.timeout(DEADLINE_MS)]),
    });
    response.body.on('error', () => undefined).destroy();
    return outcomeOfStatus(response.statusCode, response.headers['retry-after']?.toString(), call.now);
  } catch (error) {
    if (error instanceof AddressRefused)
      return { kind: 'refused', reason: error.message, stopsChannel: false };
    // Nothing was written before there was a connection; afterwards nobody can tell how much arrived.
    if (!isConnected) return { kind: 'not-delivered', reason: `no connection: ${shortReason(error)}` };
    return { kind: 'unknown', reason: `no answer: ${shortReason(error)}` };
  } finally {
    await client.destroy();
  }
}

/** What a status means for the delivery: whatever is no success is tried again, receivers are mended; 410 is for ever. */
export function outcomeOfStatus(status: number, retryAfter: string | undefined, now: Date): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const reason = `the receiver answered ${status}`;
  if (status === 429) {
    return { kind: 'throttled', reason, retryAfterMs: retryAfterMs(retryAfter, now) ?? DEFAULT_PAUSE_MS };
  }
  if (status === 410) return { kind: 'refused', reason, stopsChannel: true };
  if (status >= 300 && status < 400) {
    return { kind: 'not-delivered', reason: `${reason}: redirects are not followed` };
  }
  return { kind: 'not-delivered', reason, retryAfterMs: retryAfterMs(retryAfter, now) };
}

/** The kind of a failure; messages may quote addresses or what a server wrote. */
function shortReason(error: unknown): string {
  const { name, code } = error as { name?: unknown; code?: unknown };
  if (name === 'TimeoutError') return `nothing within ${DEADLINE_MS / 1_000} s`;
  return typeof code === 'string' ? code : String(name);
}
