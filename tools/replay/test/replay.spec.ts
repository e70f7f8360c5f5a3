import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addsUp, replay, type ReplayCounts } from '../src/replay.ts';
import { Report } from '../src/report.ts';

/** What the scripted service got: the lines, and the keys of all requests in order. */
interface Got {
  lines: string[];
  keys: string[];
}

type Script = (request: IncomingMessage, response: ServerResponse, lines: string[], attempt: number) => void;

let folder: string;
let server: Server;
let got: Got;

/** A service that answers as the script says; it stands for a network and a service that fail. */
async function serve(script: Script): Promise<string> {
  got = { lines: [], keys: [] };
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const lines = Buffer.concat(chunks).toString().trimEnd().split('\n');
      got.keys.push(String(request.headers['idempotency-key']));
      script(request, response, lines, got.keys.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function accept(
  response: ServerResponse,
  lines: string[],
  rejected: { line: number; field?: string; problem: string }[] = [],
  rejectedCount = rejected.length,
): void {
  got.lines.push(...lines);
  response.writeHead(202, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ accepted: lines.length - rejectedCount, rejectedCount, rejected }));
}

async function run(
  url: string,
  text: string,
  timing: { requestTimeoutMs?: number; giveUpAfterMs?: number } = {},
): Promise<{ counts: ReplayCounts; report: string }> {
  const path = join(folder, 'feed.ndjson');
  await writeFile(path, text);
  const report = await Report.open(join(folder, 'reports', 'report.txt'));
  const target = { url, apiKey: 'souk_test', mode: 'live' as const, ...timing };
  let counts: ReplayCounts;
  try {
    counts = await replay({ path, as: 'ndjson', target, report, lanes: 2, batchLines: 10 });
  } finally {
    await report.close();
  }
  return { counts, report: await readFile(join(folder, 'reports', 'report.txt'), 'utf8') };
}

const feed = (count: number): string =>
  Array.from({ length: count }, (_, index) => `{"source":"a","product":"p${index % 5}","n":${index}}\n`).join(
    '',
  );

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'souk-test-'));
});
afterEach(async () => {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  await rm(folder, { recursive: true });
});

describe('a replay', () => {
  it('posts every line once as NDJSON with the key, in order for each product', async () => {
    const url = await serve((request, response, lines) => {
      expect(request.headers).toMatchObject({
        authorization: 'Bearer souk_test',
        'content-type': 'application/x-ndjson',
      });
      expect([request.method, request.url]).toEqual(['POST', '/v1/observations?mode=live']);
      expect(lines.length).toBeLessThanOrEqual(10);
      accept(response, lines);
    });
    const { counts } = await run(url, feed(103));
    expect(counts).toMatchObject({
      read: 103,
      posted: 103,
      accepted: 103,
      rejected: 0,
      skipped: 0,
      retries: 0,
    });
    expect(addsUp(counts)).toBe(true);
    for (let product = 0; product < 5; product += 1) {
      const sent = got.lines.filter((line) => line.includes(`"p${product}"`));
      expect(sent).toEqual(
        feed(103)
          .split('\n')
          .filter((line) => line.includes(`"p${product}"`)),
      );
    }
  });

  it('repeats a request with the same key after 503, 429, 409, an error, a broken connection and silence', async () => {
    const failures: ((response: ServerResponse) => void)[] = [
      (response) => response.destroy(),
      () => undefined,
      (response) => response.writeHead(503, { 'retry-after': '0' }).end(),
      (response) => response.writeHead(429, { 'retry-after': '0' }).end(),
      (response) => response.writeHead(409, { 'retry-after': '0' }).end(),
      (response) => response.writeHead(500, { 'retry-after': '0' }).end(),
    ];
    const url = await serve((_, response, lines, attempt) => {
      const failure = failures[attempt - 1];
      if (failure) failure(response);
      else accept(response, lines);
    });
    const { counts } = await run(url, '{"source":"a","product":"b"}\n', { requestTimeoutMs: 300 });
    expect(counts).toMatchObject({ read: 1, accepted: 1, requests: 1, retries: failures.length });
    expect(new Set(got.keys).size).toBe(1);
    expect(got.keys[0]).toMatch(/^[\da-f]{64}$/);
  });

  it('stops at a refusal that repeating cannot heal, with the words of the service', async () => {
    const url = await serve((_, response) => response.writeHead(401).end('{"detail":"unknown key"}'));
    await expect(run(url, feed(30))).rejects.toThrow(/401 .*unknown key/);
    expect(new Set(got.keys).size).toBe(got.keys.length);
  });

  it('gives up in the end on a service that stays away', async () => {
    const url = await serve((_, response) => response.writeHead(503, { 'retry-after': '5' }).end('full'));
    await expect(run(url, feed(1), { giveUpAfterMs: 1000 })).rejects.toThrow(
      /Gave up after 1 attempts: 503 full/,
    );
  });

  it('reports each rejected and each skipped line with its place and reason, and adds up', async () => {
    const url = await serve((_, response, lines) =>
      accept(response, lines, [{ line: 2, field: 'price', problem: 'is negative' }], 2),
    );
    const { counts, report } = await run(
      url,
      '\n{"source":"a","product":"b"}\n{"source":"a","product":"b"}\n{"source":"a","product":"b"}\n',
    );
    expect(counts).toMatchObject({
      read: 4,
      posted: 3,
      accepted: 1,
      rejected: 2,
      skipped: 1,
      skippedBy: { 'empty line': 1 },
    });
    expect(addsUp(counts)).toBe(true);
    expect(report).toBe(
      'feed.ndjson:1: empty line\nfeed.ndjson:3: rejected: price is negative\nfeed.ndjson:2 to feed.ndjson:4: 1 more rejected, not named one by one\n',
    );
  });

  it('counts a request of which nothing was accepted as rejected lines', async () => {
    const rejected = [{ line: 1, field: '', problem: 'is no JSON' }];
    const url = await serve((_, response) => {
      response.writeHead(422, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ title: 'Nothing accepted', accepted: 0, rejectedCount: 1, rejected }));
    });
    const { counts, report } = await run(url, 'x\n');
    expect(counts).toMatchObject({ read: 1, posted: 1, accepted: 0, rejected: 1 });
    expect(report).toBe('feed.ndjson:1: rejected: is no JSON\n');
  });

  it('does not add up when the service loses lines', async () => {
    const url = await serve((_, response) =>
      response.writeHead(202).end('{"accepted":1,"rejectedCount":0,"rejected":[]}'),
    );
    const { counts } = await run(url, feed(1).repeat(2));
    expect(addsUp(counts)).toBe(false);
  });

  it('does not take an answer that it cannot read for a success', async () => {
    const url = await serve((_, response) => response.writeHead(202).end('{}'));
    await expect(run(url, feed(1))).rejects.toThrow(/Not understood/);
  });
});
