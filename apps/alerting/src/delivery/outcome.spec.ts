import { type Attempted, decide, MAX_ATTEMPTS, type Outcome, retryAfterMs } from './outcome.ts';

const now = new Date('2026-01-01T00:00:00.000Z');
const chat = { now, chance: 0, repeatsAreHarmless: false };
const webhook = { ...chat, repeatsAreHarmless: true };
const first: Attempted = { attempts: 1, throttled: 0, unknown: 0, createdAt: now };
const down: Outcome = { kind: 'not-delivered', reason: 'status 503' };
const lost: Outcome = { kind: 'unknown', reason: 'no answer within 10 s' };

describe('what follows from an attempt', () => {
  it('eight failing attempts span a day or more, with growing waits, then it is over', () => {
    let at = now;
    const waits: number[] = [];
    for (let attempts = 1; attempts < MAX_ATTEMPTS; attempts += 1) {
      const decision = decide({ ...first, attempts }, down, { ...chat, now: at });
      if (decision.state !== 'waiting') throw new Error(`attempt ${attempts} ended in ${decision.state}`);
      waits.push(decision.dueAt.getTime() - at.getTime());
      at = decision.dueAt;
    }
    expect(MAX_ATTEMPTS).toBe(8);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(at.getTime() - now.getTime()).toBeGreaterThanOrEqual(24 * 3_600_000);
    expect(decide({ ...first, attempts: MAX_ATTEMPTS }, down, { ...chat, now: at })).toMatchObject({
      state: 'failed',
      stopsChannel: false,
    });
  });

  it('jitter lengthens a wait by at most a fifth', () => {
    const wait = (chance: number) => {
      const decision = decide(first, down, { ...chat, chance });
      return decision.state === 'waiting' ? decision.dueAt.getTime() - now.getTime() : Number.NaN;
    };
    expect([wait(0), wait(1)]).toEqual([5_000, 6_000]);
  });

  it('an unknown outcome is followed by one more attempt, a second unknown outcome by none', () => {
    expect(decide(first, lost, chat).state).toBe('waiting');
    const second = decide({ ...first, attempts: 2, unknown: 1 }, lost, chat);
    expect(second).toMatchObject({ state: 'failed', stopsChannel: false });
    expect(second).toHaveProperty('reason', expect.stringContaining('2 attempts is unknown'));
  });

  it('a receiver that tells repeats by their id gets all eight attempts, whatever is known of them', () => {
    const seventh = { ...first, attempts: 7, unknown: 6 };
    expect(decide(seventh, lost, webhook).state).toBe('waiting');
    expect(decide({ ...first, attempts: 8, unknown: 7 }, lost, webhook)).toMatchObject({
      state: 'failed',
      isExhausted: true,
    });
  });

  it('after an unknown outcome a definite failure may still be tried again', () => {
    expect(decide({ ...first, attempts: 2, unknown: 1 }, down, chat).state).toBe('waiting');
  });

  it('being told to wait is obeyed for the whole channel, uses up no attempt, and ends after three days', () => {
    const wait: Outcome = { kind: 'throttled', reason: 'status 429', retryAfterMs: 7_000 };
    const until = new Date(now.getTime() + 7_000);
    const many = { ...first, attempts: 50, throttled: 49 };
    expect(decide(many, wait, chat)).toEqual({
      state: 'waiting',
      reason: 'status 429',
      dueAt: until,
      pauseChannelUntil: until,
    });
    expect(decide(many, down, chat).state).toBe('waiting');
    const old = { ...many, createdAt: new Date(now.getTime() - 72 * 3_600_000) };
    expect(decide(old, wait, chat).state).toBe('failed');
  });

  it('a server that is down and names a time is left alone until then', () => {
    const decision = decide(first, { ...down, retryAfterMs: 600_000 }, chat);
    expect(decision).toMatchObject({ dueAt: new Date(now.getTime() + 600_000) });
  });

  it('gone stops the channel, another refusal only this alert', () => {
    expect(decide(first, { kind: 'refused', reason: 'status 410', stopsChannel: true }, chat)).toEqual({
      state: 'failed',
      reason: 'status 410',
      stopsChannel: true,
    });
  });

  it('Retry-After is read as seconds or as a date, and nonsense is ignored', () => {
    expect(retryAfterMs('120', now)).toBe(120_000);
    expect(retryAfterMs('Thu, 01 Jan 2026 00:01:00 GMT', now)).toBe(60_000);
    expect(retryAfterMs('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBeUndefined();
    expect(retryAfterMs(undefined, now)).toBeUndefined();
  });
});
