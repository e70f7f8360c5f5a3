import { EMAIL_PACE } from '../email/email-carrier.ts';
import { SLACK_PACE } from '../slack/slack-carrier.ts';
import { chatPauseMs, TELEGRAM_PACE } from '../telegram/telegram-carrier.ts';
import { WEBHOOK_PACE } from '../webhook/webhook-carrier.ts';
import { freeAfter, leavesAt, nextPlaceAt, type Pace, placesNow } from './pace.ts';

/** When messages are sent, by the places of their claims, while there is always something to send, in milliseconds. */
function sentWith(pace: Pace, forMs: number, isAhead = false): number[] {
  const sentAt: number[] = [];
  let freeAt = new Date(0);
  for (let ms = 1_000_000; ms < 1_000_000 + forMs; ms += 7) {
    const now = new Date(ms);
    const places = placesNow(pace, freeAt, now);
    for (let place = 0; place < places; place += 1)
      sentAt.push(isAhead ? leavesAt(pace, freeAt, now, place).getTime() : ms);
    freeAt = freeAfter(pace, freeAt, now, places);
  }
  return sentAt;
}

const mostInOneSecond = (sentAt: number[]): number =>
  Math.max(...sentAt.map((start) => sentAt.filter((at) => at >= start && at < start + 1_000).length));

describe('the pace of the Telegram bot', () => {
  it('gives messages of a crowd times of their own: 30 in any second, and not less than 28.5', () => {
    const leaving = sentWith(TELEGRAM_PACE, 5_000, true);
    expect(mostInOneSecond(leaving)).toBe(30);
    expect(leaving.length).toBeGreaterThanOrEqual(5 * 28.5);
  });

  it('lets them be made less than half a second ahead', () => {
    const now = new Date(1_000_000);
    const freeAt = freeAfter(TELEGRAM_PACE, now, now, placesNow(TELEGRAM_PACE, now, now));
    expect(placesNow(TELEGRAM_PACE, freeAt, now)).toBe(0);
    expect(freeAt.getTime() - now.getTime()).toBeLessThan(500);
  });

  it('has its next place when it says so, and not before', () => {
    const now = new Date(1_000_000);
    const freeAt = freeAfter(TELEGRAM_PACE, now, now, placesNow(TELEGRAM_PACE, now, now));
    const next = nextPlaceAt(TELEGRAM_PACE, freeAt);
    expect(placesNow(TELEGRAM_PACE, freeAt, new Date(next.getTime() - 1))).toBe(0);
    expect(placesNow(TELEGRAM_PACE, freeAt, next)).toBe(1);
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
  expect(freeAfter(WEBHOOK_PACE, now, now, 1_000)).toEqual(now);
  expect(nextPlaceAt(WEBHOOK_PACE, now)).toEqual(now);
  expect(leavesAt(WEBHOOK_PACE, now, now, 1_000)).toEqual(now);
});
