import { outcomeOfStatus } from './webhook.ts';

const now = new Date('2026-01-01T00:00:00.000Z');

describe('what a webhook receiver means', () => {
  it.each([
    [200, 'delivered'],
    [204, 'delivered'],
    [301, 'not-delivered'],
    [307, 'not-delivered'],
    [400, 'not-delivered'],
    [401, 'not-delivered'],
    [404, 'not-delivered'],
    [408, 'not-delivered'],
    [410, 'refused'],
    [429, 'throttled'],
    [500, 'not-delivered'],
    [503, 'not-delivered'],
  ])('by %i: %s', (status, kind) => {
    expect(outcomeOfStatus(status, undefined, now).kind).toBe(kind);
  });

  it('410 alone stops the channel', () => {
    expect(outcomeOfStatus(410, undefined, now)).toMatchObject({ stopsChannel: true });
    expect(outcomeOfStatus(404, undefined, now)).not.toHaveProperty('stopsChannel');
  });

  it('Retry-After is passed on; a 429 without one waits a minute', () => {
    expect(outcomeOfStatus(429, '7', now)).toMatchObject({ retryAfterMs: 7_000 });
    expect(outcomeOfStatus(429, undefined, now)).toMatchObject({ retryAfterMs: 60_000 });
    expect(outcomeOfStatus(503, '7', now)).toMatchObject({ retryAfterMs: 7_000 });
  });
});
