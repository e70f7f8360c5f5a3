import { ListSources, LookUpProducts, newId, OPERATOR_ACCOUNT_ID, WatchChanged } from '@souk/contracts';
import type { World } from '@souk/testing';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { collected, ingestionWorld } from './ingestion-world.ts';
import { generousQuota } from './scripted-source.ts';

const SOURCE_TIMEOUT_MS = 3000;
const HTML = { 'content-type': 'text/html; charset=utf-8' };

const page = (price: string, more = ''): string =>
  `<script type="application/ld+json">${JSON.stringify({
    '@type': 'Product',
    name: 'Kettle',
    offers: { '@type': 'Offer', price, priceCurrency: 'EUR' },
  })}</script>${more}`;
const html =
  (body: string | Buffer, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(200, { ...HTML, ...headers }).end(body);
const redirectTo =
  (location: string): RequestListener =>
  (_request, response) =>
    void response.writeHead(302, { location }).end();

describe('the source of any shop page', () => {
  let world: World;
  let shop: Server;
  let calls: IncomingMessage[] = [];
  const pages: Record<string, RequestListener> = {};
  let quota: ReturnType<typeof generousQuota>;

  const portOf = (): number => (shop.address() as AddressInfo).port;
  /** By a name that the operator lets be reached; the number behind it stays forbidden. */
  const at = (path: string): string => `http://localhost:${portOf()}${path}`;

  const lookUp = async (path: string) => {
    const request = {
      accountId: newId(),
      products: [{ source: 'shop', product: at(path) }],
      priority: 'user' as const,
    };
    return (await world.ask(LookUpProducts, request)).products[0]!;
  };

  const told = (path: string) =>
    collected(world, OPERATOR_ACCOUNT_ID).filter(({ product }) => product === at(path));

  beforeAll(async () => {
    shop = createServer((request, response) => {
      calls.push(request);
      const listener = pages[request.url ?? ''];
      if (listener) return listener(request, response);
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
    world = await ingestionWorld({
      SOUK_SOURCES: JSON.stringify([{ source: 'shop', adapter: 'page', intervalMs: 3_600_000 }]),
      SOUK_PAGE_ALLOW: 'localhost',
      SOUK_PAGE_DELAY_MS: '0',
      SOUK_SOURCE_TIMEOUT_MS: String(SOURCE_TIMEOUT_MS),
      SOUK_POLL_TICK_MS: '20',
    });
    pages['/robots.txt'] = html('User-agent: *\nDisallow: /private/', { 'content-type': 'text/plain' });
  });
  afterAll(async () => {
    await world.stop();
    shop.closeAllConnections();
    await new Promise((resolve) => shop.close(resolve));
  });
  beforeEach(() => {
    calls = [];
    quota = generousQuota(world);
  });

  it('stores the price of a page with the reading that told it', async () => {
    pages['/kettle'] = html(page('24.90'));
    const { observations, problem, fetchId } = await lookUp('/kettle');
    expect(problem).toBeNull();
    expect(fetchId).not.toBeNull();
    expect(observations).toMatchObject([{ product: at('/kettle'), priceMinor: 2490, currency: 'EUR' }]);
    await world.until(() => told('/kettle').length === 1);
  });

  it('asks only for what changed, and takes 304 as the price of before, seen now', async () => {
    pages['/tagged'] = (request, response) => {
      const isKnown = request.headers['if-none-match'] === '"v1"';
      response
        .writeHead(isKnown ? 304 : 200, { ...HTML, etag: '"v1"' })
        .end(isKnown ? undefined : page('7.00'));
    };
    const first = await lookUp('/tagged');
    const second = await lookUp('/tagged');
    expect(calls.map(({ headers }) => headers['if-none-match'])).toContain('"v1"');
    expect(second.observations).toMatchObject([{ priceMinor: 700 }]);
    expect(Date.parse(second.observations[0]!.observedAt)).toBeGreaterThan(
      Date.parse(first.observations[0]!.observedAt),
    );
  });

  it('reports a page that contradicts itself and stores none of its prices', async () => {
    pages['/two-prices'] = html(page('24.90', '<meta property="product:price:amount" content="29.90">'));
    const { observations, problem } = await lookUp('/two-prices');
    expect(observations).toEqual([]);
    expect(problem).toMatchObject({
      reason: 'source-failed',
      detail: expect.stringMatching(/contradicts itself: price is 24.90 \(json-ld\), 29.90 \(open-graph\)/),
    });
    expect(told('/two-prices')).toEqual([]);
  });

  it.each([
    ['127.0.0.1', (port: number) => `http://127.0.0.1:${port}/inside`],
    ['a number that is 127.0.0.1', (port: number) => `http://2130706433:${port}/inside`],
    ['127.0.0.1 as IPv6', (port: number) => `http://[::ffff:127.0.0.1]:${port}/inside`],
    ['the metadata of a cloud', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a file', () => 'file:///etc/passwd'],
  ])('does not follow a redirect to %s', async (_what, target) => {
    pages['/inside'] = html(page('6.66'));
    pages['/moved'] = redirectTo(target(portOf()));
    const { observations, problem } = await lookUp('/moved');
    expect(observations).toEqual([]);
    expect(problem).toMatchObject({
      reason: 'not-accessible',
      detail: expect.stringMatching(/public internet|cannot be fetched/),
    });
    expect(calls.map(({ url }) => url)).not.toContain('/inside');
  });

  it.each([
    ['is forbidden by robots.txt', '/private/x', html(page('1.00')), /robots.txt does not allow/],
    ['redirects in a ring', '/ring', redirectTo('/ring'), /redirects more than 5 times/],
    [
      'is larger than any page',
      '/large',
      html(Buffer.alloc(9_000_000, 'x')),
      /larger than the 8000000 bytes/,
    ],
    [
      'becomes larger than any page',
      '/bomb',
      html(gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' }),
      /larger than the 8000000 bytes/,
    ],
    [
      'is not compressed as it says',
      '/raw',
      html('hello', { 'content-encoding': 'gzip' }),
      /compressed as gzip, and is not/,
    ],
  ])('that %s says so of the page, and nothing of its source', async (_what, path, listener, detail) => {
    pages[path] = listener;
    const { problem } = await lookUp(path);
    expect(problem).toMatchObject({ reason: 'not-accessible', detail: expect.stringMatching(detail) });
    await world.until(() => quota.reported.length === 1);
    expect(quota.reported[0]).toMatchObject({ operation: 'page', outcome: 'succeeded' });
  });

  it('breaks off a page that never ends, and reports the failure', async () => {
    const closed = Promise.withResolvers<void>();
    pages['/endless'] = (_request, response) => {
      response.writeHead(200, HTML).write(page('5.00'));
      const more = setInterval(() => response.write('<p>more</p>'), 50);
      response.on('close', () => {
        clearInterval(more);
        closed.resolve();
      });
    };
    const { observations, problem } = await lookUp('/endless');
    expect(observations).toEqual([]);
    expect(problem).toMatchObject({
      reason: 'source-failed',
      detail: expect.stringContaining(`did not send its whole answer within ${SOURCE_TIMEOUT_MS} ms`),
    });
    await closed.promise;
    await world.until(() => quota.reported.length === 1);
    expect(quota.reported[0]).toMatchObject({ outcome: 'succeeded' });
  });

  it('leaves a host alone that keeps failing, and goes on with the others', async () => {
    let asked = 0;
    const dead = createServer((request, response) => {
      if (request.url !== '/robots.txt') asked += 1;
      response.writeHead(request.url === '/robots.txt' ? 404 : 500).end();
    });
    await new Promise<void>((resolve) => dead.listen(0, '127.0.0.1', resolve));
    const product = `http://localhost:${(dead.address() as AddressInfo).port}/pan`;
    const look = async () => {
      const request = { accountId: newId(), products: [{ source: 'shop', product }] };
      return (await world.ask(LookUpProducts, { ...request, priority: 'user' })).products[0]!.problem;
    };
    try {
      for (let count = 0; count < 3; count += 1)
        expect(await look()).toMatchObject({ detail: expect.stringMatching(/500/) });
      expect(await look()).toMatchObject({ detail: expect.stringMatching(/is left alone for \d+ s more/) });
      expect(asked).toBe(3);
      expect(quota.reported.map(({ outcome }) => outcome)).not.toContain('failed');
      pages['/kettle'] = html(page('24.90'));
      expect((await lookUp('/kettle')).problem).toBeNull();
    } finally {
      dead.close();
    }
  });

  it('names watched pages without a price, though the source itself is well', async () => {
    for (const path of ['/kettle', '/two-prices']) {
      const key = newId();
      await world.publish(
        WatchChanged,
        { watchId: key, change: 'created', source: 'shop', product: at(path), productIds: [] },
        { accountId: newId(), key },
      );
    }
    const shopState = await world.until(async () => {
      await world.sql('ingestion', 'update source set next_poll_at = now() where claim_id is null');
      const [state] = (await world.ask(ListSources, {})).sources;
      return state!.warnings!.length > 0 ? state : undefined;
    });
    expect(shopState).toMatchObject({
      warnings: [expect.stringMatching(/^1 watched products .* \S+two-prices: the page contradicts itself/)],
    });
    // Due alone, again and again: what never has a price does not make its source fail.
    for (let round = 0; round < 4; round += 1) {
      const before = calls.length;
      await world.sql('ingestion', 'update tracked set next_lookup_at = now() where problem is not null');
      await world.until(async () => {
        await world.sql('ingestion', 'update source set next_poll_at = now() where claim_id is null');
        return calls.length > before;
      });
      await world.until(async () => {
        const rows = await world.sql('ingestion', 'select 1 from source where claim_id is not null');
        return rows.length === 0;
      });
    }
    expect((await world.ask(ListSources, {})).sources[0]!.failures).toBe(0);
    pages['/two-prices'] = html(page('24.90'));
    await world.sql('ingestion', 'update tracked set next_lookup_at = now()');
    await world.until(async () => {
      await world.sql('ingestion', 'update source set next_poll_at = now() where claim_id is null');
      const [state] = (await world.ask(ListSources, {})).sources;
      return state!.failures === 0 && state!.warnings!.length === 0;
    });
  });
});
