import { KeyCache } from './key-cache.ts';

const key = { keyId: 'k', accountId: 'a', scopes: ['read' as const], unmetered: false };

describe('the key cache', () => {
  let nowMs: number;
  let cache: KeyCache;
  beforeEach(() => {
    nowMs = 1_000;
    cache = new KeyCache(() => nowMs);
  });

  it('relies on an answer for less than 5 s, counted from the question', () => {
    const answered = cache.asking('hash');
    nowMs += 1_000;
    answered(key);
    expect(cache.find('hash')).toEqual({ key, isAgeing: false });
    nowMs += 1_000;
    expect(cache.find('hash')).toEqual({ key, isAgeing: true });
    nowMs += 2_499;
    expect(cache.find('hash')).toEqual({ key, isAgeing: true });
    nowMs += 1;
    expect(cache.find('hash')).toBeUndefined();
  });

  it('remembers for 1 s that there is no such key', () => {
    cache.asking('hash')(null);
    nowMs += 999;
    expect(cache.find('hash')).toEqual({ key: null, isAgeing: false });
    nowMs += 1;
    expect(cache.find('hash')).toBeUndefined();
  });

  it('keeps no answer to a question that was asked before a revocation', () => {
    const answered = cache.asking('hash');
    cache.forget('hash');
    answered(key);
    expect(cache.find('hash')).toBeUndefined();
    const late = cache.asking('other');
    cache.clear();
    late(key);
    expect(cache.find('other')).toBeUndefined();
  });

  it('is patient with what is open until 4.9 s after the question whose answer was good, whatever is forgotten', () => {
    const answered = cache.asking('hash');
    nowMs += 1_000;
    answered(key);
    expect(cache.patienceMs('hash')).toBe(3_900);
    cache.forget('hash');
    cache.clear();
    nowMs += 1_000;
    cache.asking('hash')(null);
    expect(cache.patienceMs('hash')).toBe(2_900);
  });

  it('stays bounded', () => {
    for (let index = 0; index < 60_000; index += 1) cache.asking(String(index))(key);
    expect(cache.find('0')).toBeUndefined();
    expect(cache.find('59999')).toBeDefined();
  });
});
