import type { SourceRequest } from './adapter.ts';
import { TokenCache, tokenKey } from './token-cache.ts';

it('sources share a token only if they ask for it with the very same words, and its key tells no secret', () => {
  const request = (path: string, body: string, contentType = 'application/json'): SourceRequest => ({
    operation: 'token',
    method: 'POST',
    url: new URL(path, 'https://auth.example'),
    headers: { 'content-type': contentType },
    body,
  });
  const key = tokenKey(request('/token', 'id=1&secret=s3cret'));
  expect(tokenKey(request('/token', 'id=1&secret=s3cret'))).toBe(key);
  const others = [
    request('/other', 'id=1&secret=s3cret'),
    request('/token', 'id=1&secret=mistyped'),
    request('/token', 'id=1&secret=s3cret', 'text/plain'),
  ];
  expect(new Set([key, ...others.map(tokenKey)]).size).toBe(4);
  expect(key).not.toContain('s3cret');
});

describe('the token of a credential', () => {
  let nowMs = 0;
  let fetched = 0;
  let cache = new TokenCache(() => nowMs);
  const fetch = async () => ({ accessToken: `token-${(fetched += 1)}`, expiresInMs: 3_600_000 });
  beforeEach(() => {
    [nowMs, fetched, cache] = [1_000_000, 0, new TokenCache(() => nowMs)];
  });

  it('is fetched once for all who need it at the same time', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => cache.get('a', fetch)));
    expect(new Set(tokens)).toEqual(new Set(['token-1']));
    expect(await cache.get('b', fetch)).toBe('token-2');
  });

  it('is renewed 30 s before it expires', async () => {
    await cache.get('a', fetch);
    nowMs += 3_569_999;
    expect(await cache.get('a', fetch)).toBe('token-1');
    nowMs += 1;
    expect(await cache.get('a', fetch)).toBe('token-2');
  });

  it('that lives shorter than that is used half its life', async () => {
    const short = async () => ({ ...(await fetch()), expiresInMs: 10_000 });
    await cache.get('a', short);
    nowMs += 4_999;
    expect(await cache.get('a', short)).toBe('token-1');
    nowMs += 1;
    expect(await cache.get('a', short)).toBe('token-2');
  });

  it('that was declined is fetched anew, and only once when several calls were declined', async () => {
    const old = await cache.get('a', fetch);
    cache.drop(old);
    expect(await cache.get('a', fetch)).toBe('token-2');
    cache.drop(old);
    expect(await cache.get('a', fetch)).toBe('token-2');
  });

  it('is not asked for again at once when its endpoint failed', async () => {
    let calls = 0;
    const failing = async () => {
      calls += 1;
      throw new Error('the endpoint answered HTML');
    };
    for (let round = 0; round < 3; round += 1) await expect(cache.get('a', failing)).rejects.toThrow(/HTML/);
    expect(calls).toBe(1);
    nowMs += 5_000;
    expect(await cache.get('a', fetch)).toBe('token-1');
  });
});
