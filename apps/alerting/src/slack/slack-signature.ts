import { createHmac, timingSafeEqual } from 'node:crypto';

/** Older ones, and ones from as far in the future, may have been recorded. */
const WINDOW_S = 5 * 60;

/**
 * Whether Slack signed this: HMAC-SHA256 of version, time and the body byte for byte, compared in constant time.
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function isSignedBySlack(
  signingSecret: string,
  { signature = '', timestamp = '' }: { signature?: string | undefined; timestamp?: string | undefined },
  body: Buffer,
  now: Date,
): boolean {
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > WINDOW_S) return false;
  const right = Buffer.from(slackSignature(signingSecret, timestamp, body));
  const given = Buffer.from(signature);
  return given.length === right.length && timingSafeEqual(given, right);
}

export const slackSignature = (signingSecret: string, timestamp: string, body: Buffer | string): string =>
  `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
