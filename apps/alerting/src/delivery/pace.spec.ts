import { EMAIL_PACE } from '../email/email-carrier.ts';
import { SLACK_PACE } from '../slack/slack-carrier.ts';
import { chatPauseMs, TELEGRAM_PACE } from '../telegram/telegram-carrier.ts';
import { WEBHOOK_PACE } from '../webhook/webhook-carrier.ts';
import { freeAfter, type Pace, placesNow } from './pace.ts';

/** When messages are sent while there is always something to send, in milliseconds. */
function sentWith(pace: Pace, forMs: number): number[] {
  const sentAt: number[] = [];
  let freeAt = new Date(0);
  for (let ms = 0; ms < forMs; ms += 7) {
    const now = new Date(1_000_000 + ms);
    const places = placesNow(pace, freeAt, now);
    for (let sent = 0; sent < places; sent += 1) sentAt.push(ms);
    freeAt = freeAfter(pace, freeAt, now, places);
  }
  return sentAt;
}

const mostInOneSecond = (sentAt: number[]): number =>
  Math.max(...sentAt.map((start) => sentAt.filter((at) => at >= start && at < start + 1_000).length));

describe('the pace of the Telegram bot', () => {
  it('sends at most 29 messages in any second, whatever waits', () => {
    const sentAt = sentWith(TELEGRAM_PACE, 5_000);
    expect(mostInOneSecond(sentAt)).toBeLessThanOrEqual(29);
    expect(sentAt.length).toBeGreaterThan(5 * 20);
  });

  it('leaves a second and more between two messages to one chat', () => {
    expect(TELEGRAM_PACE.channelEveryMs).toBeGreaterThan(1_000);
    expect(TELEGRAM_PACE.perChannel).toBe(1);
    expect(chatPauseMs(77)).toBeGreaterThan(1_000);
  });

  it('sends a group at most 20 messages a minute', () => {
    expect(chatPauseMs(-77)).toBeGreaterThan(60_000 / 20);
  });
});

it('Slack gets at most one message a second and channel, one at a time', () => {
  expect(SLACK_PACE.channelEveryMs).toBeGreaterThanOrEqual(1_000);
  expect(SLACK_PACE.perChannel).toBe(1);
});

it('mail goes out in an even stream, at most 12 in any second', () => {
  expect(mostInOneSecond(sentWith(EMAIL_PACE, 5_000))).toBeLessThanOrEqual(12);
});

it('webhooks have no pace but that of their receivers', () => {
  const now = new Date(0);
  expect(placesNow(WEBHOOK_PACE, now, now)).toBe(Number.POSITIVE_INFINITY);
});
