import { AcceptObservations, newId, Refusal, UsageRecorded } from '@souk/contracts';
import type { World } from '@souk/testing';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { call, type Call, type KeyRing, startGateway } from './gateway-world.ts';

const line = (product: number): string =>
  JSON.stringify({
    source: 'steam',
    product: String(product),
    price: '14.99',
    currency: 'USD',
    observedAt: '2020-06-01T00:00:00Z',
  });

describe('POST /v1/observations', () => {
  let world: World;
  let keys: KeyRing;
  let base: string;
  let key: string;
  /** What arrived at ingestion: line number and text, in order. */
  let arrived: { line: number; text: string }[];
  let refuseFrom: number;

  beforeAll(async () => {
    ({ world, keys } = await startGateway());
    base = world.running('gateway').url!;
    key = keys.make({ scopes: ['observations'] }).text;
  });
  beforeEach(async () => {
    arrived = [];
    refuseFrom = Number.POSITIVE_INFINITY;
    stand();
    await world.nats.flush();
  });
  afterAll(() => world.stop());

  const post = (raw: Call['raw'] & {}, headers: Record<string, string> = {}, query = '') =>
    call(base, `/v1/observations${query}`, {
      key,
      raw,
      headers: { 'content-type': 'application/x-ndjson', ...headers },
    });

  /** Sends pieces no faster than they are taken; fetch would keep the whole body. */
  async function upload(
    pieces: Iterable<Buffer>,
  ): Promise<{ status: number; json: Record<string, unknown> }> {
    const sent = request(new URL('/v1/observations', base), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    });
    const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
    await pipeline(pieces, sent);
    const [response] = await answered;
    return {
      status: response.statusCode!,
      json: JSON.parse(await text(response)) as Record<string, unknown>,
    };
  }

  it('takes lines and arrays, names the bad ones by their number and keeps the good ones around them', async () => {
    const good = line(1);
    const asLines = await post(`${good}\n\nnonsense\n${good}`);
    expect(asLines.status).toBe(202);
    expect(asLines.json).toEqual({
      accepted: 2,
      rejectedCount: 1,
      rejected: [{ line: 3, field: 'price', problem: 'is not valid' }],
    });
    const asArray = await post(`\n [${good},\n {"a":\n1}, ${good}]`, { 'content-type': 'application/json' });
    expect(asArray.json).toMatchObject({ accepted: 2, rejectedCount: 1, rejected: [{ line: 2 }] });
  });

  it('takes 100,000 lines (100 MB) in order at constant memory, and says of more how many were accepted', async () => {
    const count = 100_000;
    const memory = watchLiveMemory();
    let lines = 0;
    let inOrder = true;
    let next = 1;
    world.answer(AcceptObservations, ({ firstLine }, body) => {
      inOrder &&= firstLine === next;
      const texts = Buffer.from(body).toString().split('\n').filter(Boolean);
      lines += texts.length;
      next = firstLine + texts.length;
      return { accepted: texts.length, rejected: [] };
    });
    await world.nats.flush();
    const answer = await upload(linesOf(count, 900));
    const { grownBytes, samples } = memory.stop();
    expect([answer.status, answer.json['accepted'], lines, inOrder]).toEqual([202, count, count, true]);
    expect(samples).toBeGreaterThan(0);
    expect(grownBytes).toBeLessThan(50 * 1024 ** 2);

    next = 1;
    const tooMany = await upload(linesOf(count + 5));
    expect(tooMany.status).toBe(413);
    expect(tooMany.json).toMatchObject({ type: '/problems/too-large', accepted: count });
  });

  it('that is refused unread takes no place from the next ones', async () => {
    for (let count = 0; count < 11; count += 1) {
      expect((await post('x', { 'content-encoding': 'br' })).status).toBe(415);
      expect((await post('x', { 'idempotency-key': 'no spaces' })).status).toBe(422);
    }
    expect((await post(line(1))).status).toBe(202);
  });

  it('takes 100 MB in one line without keeping it, and the line after it', async () => {
    world.answer(AcceptObservations, (_, body) => ({
      accepted: Buffer.from(body).toString().split('\n').filter(Boolean).length,
      rejected: [],
    }));
    const memory = watchLiveMemory();
    const answer = await upload(
      (function* () {
        for (let sent = 0; sent < 1_600; sent += 1) yield Buffer.alloc(65_536, 'x');
        yield Buffer.from(`\n${line(1)}\n`);
      })(),
    );
    expect(answer.status).toBe(202);
    expect(answer.json).toMatchObject({ accepted: 1, rejectedCount: 1, rejected: [{ line: 1 }] });
    // A body that was kept would have taken 100 MB; client, server and their garbage share this process.
    expect(memory.stop().grownBytes).toBeLessThan(75 * 1024 ** 2);
  });

  it('takes gzip and zstd, and says of a broken one what was accepted', async () => {
    const lines = Array.from({ length: 3_000 }, (_, index) => line(index)).join('\n');
    expect(
      (await post(new Uint8Array(gzipSync(lines)), { 'content-encoding': 'gzip' })).json['accepted'],
    ).toBe(3_000);
    expect(
      (await post(new Uint8Array(zstdCompressSync(lines)), { 'content-encoding': 'zstd' })).json['accepted'],
    ).toBe(3_000);
    const broken = new Uint8Array(gzipSync(lines));
    broken.fill(7, broken.length >> 1);
    const answer = await post(broken, { 'content-encoding': 'gzip' });
    expect([answer.status, answer.json['type']]).toEqual([400, '/problems/incomplete-body']);
    const unknown = await post('{}', { 'content-encoding': 'br' });
    expect(unknown.status).toBe(415);
  });

  it('says with a 503 how many lines were accepted before ingestion went away', async () => {
    refuseFrom = 1_001;
    const answer = await post(Array.from({ length: 1_500 }, (_, index) => line(index)).join('\n'));
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('3');
    expect(answer.json).toMatchObject({ accepted: 1_000, type: '/problems/unavailable' });
  });

  it('answers 422 with the lines when none was accepted, and 202 to nothing at all', async () => {
    const answer = await post('a\nb\n');
    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({
      type: '/problems/nothing-accepted',
      accepted: 0,
      rejectedCount: 2,
      errors: [{ line: 1, field: 'price', problem: 'is not valid' }, { line: 2 }],
    });
    expect((await post('[]')).json).toEqual({ accepted: 0, rejectedCount: 0, rejected: [] });
    expect((await post(line(1), {}, '?mode=sometimes')).json).toMatchObject({ errors: [{ field: 'mode' }] });
  });

  it('of a body that breaks off keeps the whole lines and reports the unfinished one while the client listens', async () => {
    const answer = await cutOff(base, key, `${line(1)}\n${line(2)}\n{"source":"st`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    const document = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as unknown;
    expect(document).toMatchObject({
      type: '/problems/incomplete-body',
      accepted: 2,
      rejected: [{ line: 3, problem: 'the body broke off' }],
    });
    expect(arrived.map(({ text }) => text)).toEqual([line(1), line(2)]);
  });

  it('is repeated with its Idempotency-Key without a line being sent on again', async () => {
    const headers = { 'idempotency-key': newId() };
    const lines = [line(1), 'bad', line(2)].join('\n');
    const first = await post(lines, headers);
    const again = await post(lines, headers);
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(arrived).toHaveLength(3);
    const other = await post(line(3), headers);
    expect([other.status, other.json['type']]).toEqual([422, '/problems/idempotency-key-reused']);
    const otherMode = await post(lines, headers, '?mode=backfill');
    expect(otherMode.json['type']).toBe('/problems/idempotency-key-reused');
  });

  it('is tried again in full with its Idempotency-Key after a 503', async () => {
    const headers = { 'idempotency-key': newId() };
    refuseFrom = 1;
    expect((await post(line(1), headers)).status).toBe(503);
    refuseFrom = Number.POSITIVE_INFINITY;
    expect((await post(line(1), headers)).status).toBe(202);
  });

  it('is counted as usage, for nothing', async () => {
    const poster = keys.make({ scopes: ['observations'], unmetered: false });
    await call(base, '/v1/observations', { key: poster.text, raw: `${line(1)}\n${line(2)}` });
    const usage = await world.event(UsageRecorded, ({ accountId }) => accountId === poster.accountId);
    expect(usage.data).toMatchObject({
      operation: 'postObservations',
      count: 2,
      credits: 0,
      keyId: poster.keyId,
    });
    expect(usage.data.holdId).toBeUndefined();
  });

  /** Takes what has a price. */
  function stand(): void {
    world.answer(AcceptObservations, ({ firstLine }, body) => {
      if (firstLine >= refuseFrom)
        throw new Refusal('unavailable', 'ingestion is behind', { retryAfterMs: 3_000 });
      const lines = Buffer.from(body)
        .toString()
        .split('\n')
        .map((text, index) => ({ line: firstLine + index, text }))
        .filter(({ text }) => text.trim() !== '');
      arrived.push(...lines);
      const bad = lines.filter(({ text }) => !isObservation(text));
      return {
        accepted: lines.length - bad.length,
        rejected: bad.map((one) => ({
          line: one.line,
          problems: [{ field: 'price', problem: 'is not valid' }],
        })),
      };
    });
  }
});

function isObservation(text: string): boolean {
  try {
    return (JSON.parse(text) as { price?: unknown }).price !== undefined;
  } catch {
    return false;
  }
}

/** The most that is really in use at any time, garbage apart, beyond what was in use at the beginning. */
function watchLiveMemory(): { stop: () => { grownBytes: number; samples: number } } {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const live = (): number => {
    // Buffers are swept beside the program; the second collection waits for the sweeping of the first.
    collect();
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = live();
  let most = before;
  let samples = 0;
  let timer: NodeJS.Timeout;
  // In a process with much in its heap a collection takes long: no more than a tenth of the time is spent on them.
  const sampleIn = (pauseMs: number): void => {
    timer = setTimeout(() => {
      const startedAt = performance.now();
      most = Math.max(most, live());
      samples += 1;
      sampleIn(Math.max(200, 10 * (performance.now() - startedAt)));
    }, pauseMs);
  };
  sampleIn(200);
  return {
    stop: () => {
      clearTimeout(timer);
      return { grownBytes: most - before, samples };
    },
  };
}

/** Lines made as they are sent: the client keeps none either. */
function* linesOf(count: number, padding = 0): Generator<Buffer> {
  const space = ' '.repeat(padding);
  for (let made = 0; made < count; made += 100) {
    const lines = Array.from(
      { length: Math.min(100, count - made) },
      (_, index) => line(made + index) + space,
    );
    yield Buffer.from(`${lines.join('\n')}\n`);
  }
}

/** Announces more than it sends, then closes its half of the connection and reads the answer. */
function cutOff(base: string, key: string, body: string): Promise<string> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('end', () => {
      socket.destroy();
      resolve(answer);
    });
    socket.on('error', reject);
    socket.end(
      `POST /v1/observations HTTP/1.1\r\nhost: souk\r\nauthorization: Bearer ${key}\r\n` +
        `content-type: application/x-ndjson\r\ncontent-length: 100000\r\n\r\n${body}`,
    );
  });
}
