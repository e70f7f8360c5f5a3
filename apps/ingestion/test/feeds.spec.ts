import { ListSources, ObservationsCollected, OPERATOR_ACCOUNT_ID, PreviewFeed } from '@souk/contracts';
import type { World } from '@souk/testing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { allPublished, collected, ingestionWorld, pollOnce } from './ingestion-world.ts';
import { generousQuota } from './scripted-source.ts';

const rows = (count: number, price = '10.00 EUR'): string[] =>
  Array.from({ length: count }, (_, index) => `p${index},Product ${index},${price}`);
const csv = (lines: string[], header = 'sku,name,price'): string => `${[header, ...lines].join('\n')}\n`;

describe('a feed', () => {
  let world: World;
  let server: Server;
  let url: string;
  let folder: string;
  let asked: { path: string; condition: string | undefined }[] = [];
  let quota: ReturnType<typeof generousQuota>;
  let answer: RequestListener = (_request, response) => void response.end(csv(rows(1_200)));

  const gives = (body: string | Buffer, headers: Record<string, string> = {}): void => {
    answer = (_request, response) => void response.writeHead(200, headers).end(body);
  };

  async function poll(source = 'shop-feed') {
    await pollOnce(world, source);
    await allPublished(world);
    const { sources } = await world.ask(ListSources, {});
    return sources.find((one) => one.source === source)!;
  }

  const published = (source = 'shop-feed') =>
    world.events(ObservationsCollected).filter(({ data }) => data.source === source);

  const pricesOf = (source = 'shop-feed') => published(source).flatMap(({ data }) => data.observations);

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/robots.txt') return void response.writeHead(404).end();
      asked.push({ path: request.url ?? '', condition: request.headers['if-none-match'] });
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed.csv`;
    folder = await mkdtemp(join(tmpdir(), 'souk-test-'));
    await writeFile(join(folder, 'feed.csv'), csv(rows(3)));
    const columns = { product: 'sku', title: 'name', price: 'price' };
    const often = { intervalMs: 3_600_000 };
    world = await ingestionWorld({
      SOUK_PAGE_ALLOW: '127.0.0.1',
      SOUK_PAGE_DELAY_MS: '0',
      SOUK_POLL_TICK_MS: '20',
      SOUK_SOURCES: JSON.stringify([
        { source: 'shop-feed', adapter: 'feed', config: { url, columns }, ...often },
        { source: 'local', adapter: 'feed', config: { path: join(folder, 'feed.csv'), columns }, ...often },
        { source: 'lost', adapter: 'feed', config: { path: join(folder, 'none.csv'), columns }, ...often },
      ]),
    });
    quota = generousQuota(world);
    await poll();
  });
  afterAll(async () => {
    await world?.stop();
    await rm(folder, { recursive: true });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    asked = [];
  });

  it('becomes prices of the operator, all pages of it, with one permit for its one call', async () => {
    const prices = pricesOf();
    expect(new Set(prices.map(({ product }) => product)).size).toBe(1_200);
    expect(prices[0]).toMatchObject({
      product: 'p0',
      title: 'Product 0',
      priceMinor: 1_000,
      currency: 'EUR',
    });
    expect(collected(world, OPERATOR_ACCOUNT_ID).length).toBeGreaterThanOrEqual(1_200);
    expect(published()[0]!.data).toMatchObject({ adapterVersion: 'feed/1', origin: 'fetched' });
    expect(quota.asked.filter(({ upstream }) => upstream === 'shop-feed').at(-1)).toMatchObject({
      operation: 'feed',
      permits: 1,
    });
    expect(await poll()).toMatchObject({ failures: 0, lastError: null, abilities: ['catalogue'] });
  });

  it('tells of rows that cannot be read with line and field, and keeps the rest', async () => {
    gives(csv(['bad,Bad,call us', ...rows(1_199)]));
    expect(await poll()).toMatchObject({ failures: 0 });
    const { data } = await world.event(ObservationsCollected, (event) => event.data.unreadable.length > 0);
    expect(data.unreadable).toEqual([
      expect.objectContaining({
        product: 'bad',
        field: 'price',
        problem: 'contains no number: "call us" (line 2)',
      }),
    ]);
  });

  it.each([
    ['is header only', csv([]), /it holds no products/],
    ['misses most products', csv(rows(300)), /it holds 300 products, the last good one held 1200/],
    [
      'has lost a column',
      csv(rows(1_200), 'sku,name,Preis'),
      /the column "price" \(price\) is not there, perhaps it is "Preis" now/,
    ],
    [
      'has moved cells under its names',
      csv(rows(1_200).map((row) => row.split(',').toReversed().join(','))),
      /none of its 1200 items can be read: price/,
    ],
    ['is a page to log in', '<!doctype html><p>Log in', /HTML or XML/],
    [
      'is cut off while packed',
      gzipSync(csv(rows(1_200))).subarray(0, 2_000),
      /compression is broken or cut off/,
    ],
  ])(
    'that %s publishes nothing, says why, and is well again with its next good run',
    async (_what, body, reason) => {
      gives(csv(rows(1_200)));
      const { lastSucceededAt } = await poll();
      gives(body);
      const state = await poll();
      expect(state.lastError).toMatch(reason);
      expect(state.failures).toBe(1);
      expect(state).toMatchObject({ lastSucceededAt, abilities: ['catalogue'] });
      expect(
        published()
          .flatMap(({ data }) => data.observations)
          .every(({ product }) => /^p\d+$/.test(product)),
      ).toBe(true);
      gives(csv(rows(1_200)));
      expect(await poll()).toMatchObject({ failures: 0, lastError: null, quarantinedRun: null });
    },
  );

  it('is asked for again only if it changed, and its prices are fresh all the same', async () => {
    gives(gzipSync(csv(rows(1_200, '11.00 EUR'))), { etag: '"one"' });
    await poll();
    answer = (request, response) =>
      void response.writeHead(request.headers['if-none-match'] === '"one"' ? 304 : 500).end();
    const before = pricesOf().length;
    expect(await poll()).toMatchObject({ failures: 0, lastError: null });
    expect(asked.map(({ condition }) => condition)).toEqual([undefined, '"one"']);
    const fresh = pricesOf().slice(before);
    expect(fresh).toHaveLength(1_200);
    expect(fresh[0]).toMatchObject({ priceMinor: 1_100 });
  });

  it('may be a file that the settings name, without any permit; one that is not there is a failure', async () => {
    const before = quota.asked.length;
    expect(await poll('local')).toMatchObject({ failures: 0 });
    expect(pricesOf('local')).toHaveLength(6);
    expect((await poll('lost')).lastError).toMatch(/none.csv cannot be read: ENOENT/);
    expect(quota.asked.slice(before).map(({ upstream }) => upstream)).toEqual([]);
  });

  describe('that is only looked at', () => {
    it('shows columns, a proposal and how its rows are read, and stores nothing', async () => {
      gives('Artikelnummer;Bezeichnung;Preis (EUR)\na1;Kessel;14,99\na2;Toaster;auf Anfrage\n');
      const before = world.events(ObservationsCollected).length;
      const preview = await world.ask(PreviewFeed, { url });
      expect(preview).toMatchObject({
        format: 'csv',
        delimiter: ';',
        hasHeader: true,
        columns: [
          { name: 'Artikelnummer', examples: ['a1', 'a2'] },
          { name: 'Bezeichnung' },
          { name: 'Preis (EUR)' },
        ],
        proposed: {
          columns: { product: 'Artikelnummer', title: 'Bezeichnung', price: 'Preis (EUR)' },
          defaultCurrency: 'EUR',
          decimalSeparator: ',',
        },
        problem: null,
        lines: [
          { line: 2, observation: { product: 'a1', priceMinor: 1_499, currency: 'EUR' }, problems: [] },
          {
            line: 3,
            observation: null,
            problems: [{ field: 'price', problem: 'contains no number: "auf Anfrage"' }],
          },
        ],
      });
      expect(world.events(ObservationsCollected).length).toBe(before);
    });

    it('is judged as it would be when it is stored', async () => {
      const { lines } = await world.ask(PreviewFeed, {
        sample: csv(['a1,Kettle,1.999 EUR', 'a2,Toaster,2.00 EUR']),
        settings: { columns: { product: 'sku', price: 'price' }, decimalSeparator: '.' },
      });
      expect(lines).toMatchObject([
        { observation: null, problems: [{ field: 'price' }] },
        { observation: { product: 'a2', priceMinor: 200 } },
      ]);
    });

    it.each([
      [{}, /either url or sample/],
      [{ sample: 'a,b', url: 'http://x.example/' }, /either url or sample/],
      [{ sample: '<html>' }, /HTML or XML/],
      [
        { sample: 'sku,price', settings: { columns: { product: 'sku', prize: 'price' } } },
        /settings.columns/,
      ],
      [{ sample: 'sku,price', settings: { path: '/etc/passwd' } }, /Unrecognized key: "path"/],
      [{ url: 'http://10.0.0.1/feed.csv' }, /must be on the public internet/],
    ])('says what is wrong with a question: %j', async (request, problem) => {
      await expect(world.ask(PreviewFeed, request)).rejects.toThrow(problem);
    });
  });
});
