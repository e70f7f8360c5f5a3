import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { SourceAnswer, SourceRequest } from './adapter.ts';
import { callSource, type CallLimits } from './call-source.ts';
import { expectSuccess, retryAfter } from './expect-success.ts';

const nowMs = Date.UTC(2026, 0, 1);

async function answerOf(
  listener: RequestListener,
  options: Partial<CallLimits> = {},
  request: Partial<SourceRequest> = {},
): Promise<SourceAnswer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  try {
    return await callSource(
      { operation: 'test', method: 'GET', url, ...request },
      { timeoutMs: 5_000, signal: new AbortController().signal, now: () => new Date(nowMs), ...options },
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('one call to a source', () => {
  it('sends what the adapter asks for and answers text, status, headers and the time', async () => {
    const answer = await answerOf(
      (request, response) => {
        response.writeHead(206, { 'x-seen': request.headers.authorization });
        request.pipe(response);
      },
      {},
      { method: 'POST', body: 'Grüße', headers: { authorization: 'Bearer t' } },
    );
    expect(answer).toMatchObject({ status: 206, body: 'Grüße', fetchedAt: new Date(nowMs) });
    expect(answer.headers.get('x-seen')).toBe('Bearer t');
  });

  it.each([
    [429, '7', { kind: 'throttled', retryAfterMs: 7_000 }],
    [429, undefined, { kind: 'throttled', retryAfterMs: undefined }],
    [503, 'Thu, 01 Jan 2026 00:00:30 GMT', { kind: 'throttled', retryAfterMs: 30_000 }],
    [503, undefined, { kind: 'unavailable', message: 'the source answered 503' }],
    [500, '7', { kind: 'unavailable' }],
    [401, undefined, { kind: 'unauthorized' }],
    [403, undefined, { kind: 'forbidden' }],
    [404, undefined, { kind: 'invalid' }],
  ])('tells what a %s with Retry-After %s asks for', async (status, header, expected) => {
    const answer = await answerOf((_request, response) => {
      response.writeHead(status, header === undefined ? {} : { 'retry-after': header });
      response.end();
    });
    expect(() => expectSuccess(answer)).toThrow(expect.objectContaining(expected));
  });

  it('follows no redirect', async () => {
    const answer = answerOf((_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' });
      response.end();
    });
    await expect(answer).rejects.toThrow(/the call failed/);
  });

  it('gives up at the deadline, also when the body never ends', async () => {
    await expect(answerOf(() => undefined, { timeoutMs: 50 })).rejects.toThrow('no answer within 50 ms');
    const endless = answerOf((_request, response) => response.write('{'), { timeoutMs: 50 });
    await expect(endless).rejects.toThrow('no answer within 50 ms');
  });

  it('stops reading a body that is too large, also when it comes compressed', async () => {
    const plain = answerOf((_request, response) => response.end(Buffer.alloc(5_000_001, 32)));
    await expect(plain).rejects.toThrow(/larger than 5000000 bytes/);
    const bomb = answerOf((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(20_000_000)));
    });
    await expect(bomb).rejects.toThrow(/larger than 5000000 bytes/);
    const larger = await answerOf(
      (_request, response) => response.end(Buffer.alloc(5_000_001, 32)),
      {},
      { maxBytes: 6_000_000 },
    );
    expect(larger.body).toHaveLength(5_000_001);
  });

  it('fails with the cause when nobody listens or the service stops', async () => {
    const nobody = answerOf(() => undefined, {}, { url: new URL('http://127.0.0.1:1/') });
    await expect(nobody).rejects.toThrow(/the call failed: ./);
    const stopped = answerOf(() => undefined, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'CallFailed' });
  });

  it.each(['soon', '-1', '1.5', ''])('makes nothing of Retry-After "%s"', (header) => {
    expect([undefined, 0]).toContain(retryAfter(header, nowMs));
  });
});
