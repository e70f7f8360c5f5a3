import { GrammyError, HttpError } from 'grammy';
import { NotConnected } from '../delivery/marking-fetch.ts';
import { NotSent } from './send-gate.ts';
import { outcomeOfFailure } from './telegram-outcome.ts';

const answer = (code: number, description: string, parameters = {}) =>
  outcomeOfFailure(
    new GrammyError('failed', { ok: false, error_code: code, description, parameters }, 'sendMessage', {}),
  );

describe("what Telegram's answers mean", () => {
  it.each([
    [403, 'Forbidden: bot was blocked by the user', { kind: 'refused', stopsChannel: true }],
    [400, 'Bad Request: chat not found', { kind: 'refused', stopsChannel: true }],
    [400, 'Bad Request: message is too long', { kind: 'refused', stopsChannel: false }],
    [401, 'Unauthorized', { kind: 'not-delivered' }],
    [502, 'Bad Gateway', { kind: 'not-delivered' }],
  ])('%i %s', (code, description, outcome) => {
    expect(answer(code, description)).toMatchObject(outcome);
  });

  it('429 waits as long as it says', () => {
    expect(answer(429, 'Too Many Requests', { retry_after: 7 })).toMatchObject({
      kind: 'throttled',
      retryAfterMs: 7_000,
    });
    expect(answer(429, 'Too Many Requests')).toMatchObject({ kind: 'throttled', retryAfterMs: 1_000 });
  });

  it('what never left waits as long as the bot rests, or is an attempt that failed', () => {
    const rests = new NotSent('the bot rests', 4_000);
    expect(outcomeOfFailure(rests)).toMatchObject({ kind: 'throttled', retryAfterMs: 4_000 });
    expect(outcomeOfFailure(new NotSent('the process leaves')).kind).toBe('not-delivered');
  });

  it('without a connection nothing was sent; a lost answer leaves it unknown', () => {
    const refused = new TypeError('fetch failed', { cause: new NotConnected(new Error('ECONNREFUSED')) });
    expect(outcomeOfFailure(new HttpError('failed', refused)).kind).toBe('not-delivered');
    expect(outcomeOfFailure(new HttpError('failed', new TypeError('fetch failed'))).kind).toBe('unknown');
    expect(outcomeOfFailure(new Error('anything')).kind).toBe('unknown');
  });
});
