import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchPage, retryAfter } from './fetch-page.ts';

const nowMs = Date.UTC(2026, 0, 1);

async function answerOf(
  listener: RequestListener,
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  try {
    return await fetchPage(url, {
      timeoutMs: 5_000,
      signal: new AbortController().signal,
      nowMs,
      ...options,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('one call to a source', () => {
  it('answers the body of a 200', async () => {
    const answer = await answerOf((_request, response) => response.end('Grüße'));
    expect(answer).toEqual({ outcome: 'succeeded', body: 'Grüße' });
  });

  it.each([
    [429, '7', { outcome: 'throttled', retryAfterMs: 7_000 }],
    [429, undefined, { outcome: 'throttled', retryAfterMs: undefined }],
    [503, 'Thu, 01 Jan 2026 00:00:30 GMT', { outcome: 'throttled', retryAfterMs: 30_000 }],
    [503, undefined, { outcome: 'failed', reason: 'the source answered 503' }],
    [500, '7', { outcome: 'failed' }],
    [404, undefined, { outcome: 'failed' }],
    [204, undefined, { outcome: 'failed' }],
  ])('tells what a %s with Retry-After %s asks for', async (status, header, expected) => {
    const answer = await answerOf((_request, response) => {
      response.writeHead(status, header === undefined ? {} : { 'retry-after': header });
      response.end();
    });
    expect(answer).toMatchObject(expected);
  });

  it('follows no redirect', async () => {
    const answer = await answerOf((_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' });
      response.end();
    });
    expect(answer.outcome).toBe('failed');
  });

  it('gives up at the deadline, also when the body never ends', async () => {
    const silent = await answerOf(() => undefined, { timeoutMs: 50 });
    expect(silent).toEqual({ outcome: 'failed', reason: 'no answer within 50 ms' });
    const endless = await answerOf((_request, response) => response.write('{'), { timeoutMs: 50 });
    expect(endless).toEqual({ outcome: 'failed', reason: 'no answer within 50 ms' });
  });

  it('stops reading a body that is too large', async () => {
    const answer = await answerOf((_request, response) => response.end(Buffer.alloc(5_000_001, 32)));
    expect(answer).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/larger than 5000000/) });
  });

  it('fails with the cause when nobody listens or the service stops', async () => {
    const url = new URL('http://127.0.0.1:1/');
    const answer = await fetchPage(url, { timeoutMs: 1_000, signal: new AbortController().signal, nowMs });
    expect(answer).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/the call failed: ./) });
    const stopped = await answerOf(() => undefined, { signal: AbortSignal.abort() });
    expect(stopped.outcome).toBe('failed');
  });

  it.each(['soon', '-1', '1.5', ''])('makes nothing of Retry-After "%s"', (header) => {
    expect([undefined, 0]).toContain(retryAfter(header, nowMs));
  });
});
