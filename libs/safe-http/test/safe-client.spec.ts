import { once } from 'node:events';
import type { lookup } from 'node:dns';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import {
  type AllowList,
  readAllowList,
  SafeClient,
  type SafeClientOptions,
  type SafeHttpFailure,
} from '../src/index.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

describe('fetching an address that a person gave', () => {
  let server: Server;
  let origin: string;
  let routes: Record<string, Answer>;
  let asked: string[];

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url!);
      const route = routes[request.url!];
      if (route) route(request, response);
      else response.writeHead(404).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://shop.test:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    routes = {};
    asked = [];
  });
  afterAll(() => void server.close());

  const toServer = ((_name: string, _options: unknown, done: (error: null, found: object[]) => void) =>
    done(null, [{ address: '127.0.0.1', family: 4 }])) as unknown as typeof lookup;
  const allow = readAllowList('shop.test, mirror.test') as AllowList;
  const client = (options: Partial<SafeClientOptions> = {}): SafeClient =>
    new SafeClient({
      allow,
      userAgent: 'souk',
      timeoutMs: 30_000,
      maxBytes: 100_000,
      minDelayMs: 0,
      resolve: toServer,
      ...options,
    });
  const get = (path: string, options: Partial<SafeClientOptions> = {}) =>
    client(options).get(new URL(path, origin));
  const failing = async (call: Promise<unknown>): Promise<SafeHttpFailure> => {
    const [outcome] = await Promise.allSettled([call]);
    if (outcome.status === 'fulfilled') throw new Error('it answered');
    return outcome.reason as SafeHttpFailure;
  };
  const text =
    (body: string | Buffer, headers: Record<string, string> = {}): Answer =>
    (_request, response) =>
      void response.writeHead(200, headers).end(body);

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('reads a page compressed with %s', async (encoding, compress) => {
    routes['/page'] = text(compress(Buffer.from('12,50 €')), { 'content-encoding': encoding });
    expect((await get('/page')).body).toBe('12,50 €');
  });

  it('reads the charset from the header, else from the page', async () => {
    const latin = Buffer.from('<meta charset="windows-1252">Stra\xdfe \x80', 'latin1');
    routes['/meta'] = text(latin);
    routes['/header'] = text(Buffer.from([0xcf, 0xd0]), { 'content-type': 'text/html; charset=koi8-r' });
    expect((await get('/meta')).body).toContain('Straße €');
    expect((await get('/header')).body).toBe('оп');
  });

  it('follows redirects and says where it ended', async () => {
    routes['/old'] = (_request, response) => void response.writeHead(301, { location: '/new' }).end();
    routes['/new'] = text('here');
    const answer = await get('/old');
    expect([answer.body, answer.url.pathname]).toEqual(['here', '/new']);
  });

  it('passes conditions on and hands a 304 back as it is', async () => {
    routes['/page'] = (request, response) =>
      void response.writeHead(request.headers['if-none-match'] === '"1"' ? 304 : 200).end();
    const answer = await client().get(new URL('/page', origin), { headers: { 'if-none-match': '"1"' } });
    expect(answer.status).toBe(304);
  });

  it('sends the headers of a call to no other host', async () => {
    const { port } = server.address() as AddressInfo;
    let cookie: string | undefined = 'none yet';
    routes['/out'] = (_request, response) =>
      void response.writeHead(302, { location: `http://mirror.test:${port}/in` }).end();
    routes['/in'] = (request, response) => {
      cookie = request.headers.cookie;
      response.end();
    };
    await client().get(new URL('/out', origin), { headers: { cookie: 'a=1' } });
    expect(cookie).toBeUndefined();
  });

  it.each([
    ['http://10.0.0.1/', 'address'],
    ['http://[::1]/', 'address'],
    ['http://private.test/', 'address'],
    ['file:///etc/passwd', 'address'],
    ['http://user:secret@shop.test/', 'address'],
  ])('refuses a redirect to %s', async (location, kind) => {
    routes['/out'] = (_request, response) => void response.writeHead(302, { location }).end();
    const failure = await failing(get('/out'));
    expect(failure.kind).toBe(kind);
    expect(failure.message).not.toContain('secret');
  });

  it('gives up redirects that turn in a circle', async () => {
    routes['/circle'] = (_request, response) => void response.writeHead(302, { location: '/circle' }).end();
    expect(await failing(get('/circle'))).toMatchObject({
      kind: 'redirect',
      message: expect.stringMatching(/more than 5 times/),
    });
  });

  it('stops at a page larger than the limit, however it is announced', async () => {
    routes['/large'] = text(Buffer.alloc(1_000_000));
    routes['/endless'] = (_request, response) => {
      const more = (): void =>
        void (response.write('x'.repeat(10_000)) ? setImmediate(more) : response.once('drain', more));
      more();
    };
    expect((await failing(get('/large'))).kind).toBe('too-large');
    expect((await failing(get('/endless'))).kind).toBe('too-large');
  });

  it('stops a bomb where it becomes larger than the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    routes['/bomb'] = text(bomb, { 'content-encoding': 'gzip' });
    routes['/twice'] = text(gzipSync(bomb), { 'content-encoding': 'gzip, gzip' });
    const before = process.memoryUsage().rss;
    expect((await failing(get('/bomb'))).kind).toBe('too-large');
    expect((await failing(get('/twice'))).kind).toBe('too-large');
    expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000);
  });

  it.each([
    ['no gzip', 'gzip', 'nothing compressed'],
    ['something else', 'rot13', 'abc'],
    ['too many layers', 'gzip, gzip, gzip', 'abc'],
  ])('says that a body is not what it claims: %s', async (_case, encoding, body) => {
    routes['/page'] = text(body, { 'content-encoding': encoding });
    expect((await failing(get('/page'))).kind).toBe('encoding');
  });

  it('ends a body that trickles at the deadline', async () => {
    routes['/slow'] = (_request, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    };
    expect(await failing(get('/slow', { timeoutMs: 3_000 }))).toMatchObject({
      kind: 'timeout',
      message: expect.stringMatching(/3000 ms/),
    });
  });

  it('does not read what robots.txt forbids, and asks for it once', async () => {
    routes['/robots.txt'] = text('User-agent: *\nDisallow: /private\nAllow: /private/open\n');
    routes['/page'] = text('ok');
    routes['/private/open'] = text('open');
    const one = client();
    expect(await failing(one.get(new URL('/private/x', origin)))).toMatchObject({ kind: 'robots' });
    expect((await one.get(new URL('/page', origin))).body).toBe('ok');
    expect((await one.get(new URL('/private/open', origin))).body).toBe('open');
    expect(asked).toEqual(['/robots.txt', '/page', '/private/open']);
  });

  it('reads nothing of a host for now whose robots.txt is broken', async () => {
    routes['/robots.txt'] = (_request, response) => void response.writeHead(503).end();
    routes['/page'] = text('ok');
    expect(await failing(get('/page'))).toMatchObject({
      kind: 'robots',
      message: expect.stringMatching(/for now/),
    });
    expect(asked).toEqual(['/robots.txt']);
  });

  it('asks one thing at a time of a host, with a pause between', async () => {
    let open = 0;
    let most = 0;
    const times: number[] = [];
    for (const path of ['/1', '/2', '/3']) {
      routes[path] = (_request, response) => {
        times.push(performance.now());
        most = Math.max(most, (open += 1));
        setImmediate(() => {
          open -= 1;
          response.end();
        });
      };
    }
    const one = client({ minDelayMs: 50 });
    await Promise.all(['/1', '/2', '/3'].map((path) => one.get(new URL(path, origin))));
    expect(most).toBe(1);
    expect(times[2]! - times[0]!).toBeGreaterThanOrEqual(99);
  });

  it('lets a waiting call go when its caller gives up', async () => {
    routes['/page'] = text('ok');
    const one = client({ minDelayMs: 60_000 });
    const signal = AbortSignal.timeout(3_000);
    expect(await failing(one.get(new URL('/page', origin), { signal }))).toMatchObject({ kind: 'aborted' });
    expect(asked).toEqual(['/robots.txt']);
  });
});
