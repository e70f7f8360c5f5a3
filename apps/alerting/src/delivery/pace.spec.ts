import { chatPauseMs, laneFreeAfter, LANE_RULES, lanePlaces } from './pace.ts';

describe('the pace of the Telegram bot', () => {
  it('sends at most 29 messages in any second, whatever waits', () => {
    const sentAt: number[] = [];
    let freeAt = new Date(0);
    for (let ms = 0; ms < 5_000; ms += 7) {
      const now = new Date(1_000_000 + ms);
      const places = lanePlaces('telegram', freeAt, now);
      for (let sent = 0; sent < places; sent += 1) sentAt.push(ms);
      freeAt = laneFreeAfter('telegram', freeAt, now, places);
    }
    const inSecondFrom = (start: number) => sentAt.filter((at) => at >= start && at < start + 1_000).length;
    expect(Math.max(...sentAt.map(inSecondFrom))).toBeLessThanOrEqual(29);
    expect(sentAt.length).toBeGreaterThan(5 * 20);
  });

  it('leaves a second and more between two messages to one chat', () => {
    expect(LANE_RULES.telegram.channelEveryMs).toBeGreaterThan(1_000);
    expect(LANE_RULES.telegram.perChannel).toBe(1);
    expect(chatPauseMs(77)).toBeGreaterThan(1_000);
  });

  it('sends a group at most 20 messages a minute', () => {
    expect(chatPauseMs(-77)).toBeGreaterThan(60_000 / 20);
  });

  it('webhooks have no pace but that of their receivers', () => {
    const now = new Date(0);
    expect(lanePlaces('webhook', now, now)).toBe(Number.POSITIVE_INFINITY);
  });
});
