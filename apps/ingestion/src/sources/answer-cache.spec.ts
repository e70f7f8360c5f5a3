import type { SourceAnswer, SourceRequest } from './adapter.ts';
import { AnswerCache } from './answer-cache.ts';

const request: SourceRequest = {
  operation: 'page',
  method: 'GET',
  url: new URL('http://shop.example/p/1'),
  headers: { accept: 'text/html' },
  conditional: true,
};
const answer = (status: number, body: string, headers: Record<string, string> = {}): SourceAnswer => ({
  status,
  body,
  headers: new Headers(headers),
  url: request.url,
  fetchedAt: new Date(status),
});

describe('a page that is asked for again', () => {
  it('is asked for only if it changed, and 304 becomes the page it stands for, fetched now', () => {
    const cache = new AnswerCache();
    expect(cache.conditional(request)).toBe(request);
    const etag = { etag: '"v1"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' };
    cache.resolve(request, answer(200, 'page', { ...etag, 'content-type': 'text/html' }));
    expect(cache.conditional(request).headers).toEqual({
      accept: 'text/html',
      'if-none-match': '"v1"',
      'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT',
    });
    const same = cache.resolve(request, answer(304, ''));
    expect(same).toMatchObject({ status: 200, body: 'page', fetchedAt: new Date(304) });
    expect(same.headers.get('content-type')).toBe('text/html');
    expect(cache.resolve(request, answer(200, 'other', { etag: '"v2"' })).body).toBe('other');
    expect(cache.conditional(request).headers).toMatchObject({ 'if-none-match': '"v2"' });
  });

  it('is asked for without a condition when it named none, was too large, or nobody wants one', () => {
    const cache = new AnswerCache();
    cache.resolve(request, answer(200, 'page', { etag: '"v1"' }));
    cache.resolve(request, answer(200, 'page'));
    expect(cache.conditional(request)).toBe(request);
    cache.resolve(request, answer(200, 'x'.repeat(2_000_001), { etag: '"v3"' }));
    expect(cache.conditional(request)).toBe(request);
    cache.resolve(request, answer(200, 'page', { etag: '"v4"' }));
    const plain = { ...request, conditional: false };
    expect(cache.conditional(plain)).toBe(plain);
    expect(cache.resolve(plain, answer(304, '')).status).toBe(304);
  });

  it('keeps its last good answer through a failure', () => {
    const cache = new AnswerCache();
    cache.resolve(request, answer(200, 'page', { etag: '"v1"' }));
    expect(cache.resolve(request, answer(500, 'oops')).status).toBe(500);
    expect(cache.resolve(request, answer(304, '')).body).toBe('page');
  });
});
