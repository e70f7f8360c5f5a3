import {
  AcquirePermits,
  ListCategories,
  ListVariations,
  LookUpProducts,
  ObservationsCollected,
  OPERATOR_ACCOUNT_ID,
  ReportOutcome,
  type RequestOf,
  type ResponseOf,
  SearchSource,
} from '@souk/contracts';
import { asinOf, firstClosed, type RunningApis, startApis, tokopediaId } from '@souk/sandbox';
import type { World } from '@souk/testing';
import { ingestionWorld } from './ingestion-world.ts';

let apis: RunningApis;
let world: World;
let reported: RequestOf<typeof ReportOutcome>[] = [];
let asked: RequestOf<typeof AcquirePermits> | undefined;

const entry = (source: string, adapter: string, config: object) => ({
  source,
  adapter,
  config,
  intervalMs: 3_600_000,
  canaryIntervalMs: 3_600_000,
});
const amazon = (source: string, marketplace: string, credentialVersion: string, tokenPath: string) =>
  entry(source, 'amazon', {
    marketplace,
    credentialVersion,
    clientId: source,
    clientSecret: 'secret',
    partnerTag: 'souk-21',
    apiUrl: `${apis.url}/creators`,
    tokenUrl: `${apis.url}/creators${tokenPath}`,
  });

const FIRST_MOMENT = Date.parse('2026-01-10T00:00:00Z');

beforeAll(async () => {
  // Always the same day, with prices that stay: what is out of stock at which moment is no matter of chance.
  const begun = Date.now();
  const now = (): number => FIRST_MOMENT + Date.now() - begun;
  apis = await startApis({ keepaPerMinute: 1, speed: 0.001, now });
  world = await ingestionWorld({
    SOUK_POLL_TICK_MS: '1000',
    SOUK_SOURCES: JSON.stringify([
      amazon('amazon-in', 'IN', '3.2', '/auth/o2/token'),
      amazon('amazon-jp', 'JP', '2.3', '/oauth2/token'),
      amazon('amazon-us', 'US', '3.1', '/auth/o2/token'),
      entry('keepa-de', 'keepa', {
        marketplace: 'DE',
        accessKey: 'demo',
        tokensPerMinute: 100,
        apiUrl: `${apis.url}/keepa`,
      }),
      entry('tokopedia', 'tokopedia', { unofficial: true, apiUrl: `${apis.url}/tokopedia` }),
    ]),
  });
  const granted: ResponseOf<typeof AcquirePermits> = { granted: true, waitedMs: 0 };
  world.answer(AcquirePermits, (request) => {
    asked = request;
    return granted;
  });
  world.answer(ReportOutcome, (request) => {
    reported.push(request);
    return { breaker: 'closed' as const };
  });
});
afterAll(async () => {
  await world?.stop();
  await apis?.close();
});
beforeEach(() => {
  reported = [];
  apis.clearFaults();
  apis.calls.clear();
});

const lookUp = async (
  source: string,
  products: string[],
): Promise<ResponseOf<typeof LookUpProducts>['products']> => {
  const wanted = products.map((product) => ({ source, product }));
  const request = { accountId: OPERATOR_ACCOUNT_ID, products: wanted, priority: 'user' } as const;
  return (await world.ask(LookUpProducts, request)).products;
};
const calls = (account: string) =>
  apis.calls.list({ account }).map(({ operation, status, units }) => ({ operation, status, units }));
/** No test asks for a product of another one: what is known is told without a call. */
let next = 1_000;
const fresh = (count: number): string[] => Array.from({ length: count }, () => asinOf((next += 1)));

describe('Amazon, over the network', () => {
  it('is asked in batches of ten, and each product gets its own answer', async () => {
    const asins = fresh(23);
    const products = await lookUp('amazon-in', asins);
    expect(products.map(({ product, problem }) => [product, problem])).toEqual(
      asins.map((asin) => [asin, null]),
    );
    for (const { product, observations } of products) {
      expect(observations.map((one) => [one.product, one.currency])).toEqual(
        observations.map(() => [product, 'INR']),
      );
    }
    const batches = calls('amazon-in').filter(({ operation }) => operation === 'getItems');
    expect(batches.map(({ units }) => units).toSorted((left, right) => right - left)).toEqual([10, 10, 3]);
  });

  it('keeps what is missing apart from what is there, and a code that cannot be at home', async () => {
    const [good] = fresh(1);
    const products = await lookUp('amazon-in', [
      asinOf(firstClosed),
      good!,
      'B0NOBODY00',
      '0306406153',
      'X001ABCDEF',
    ]);
    expect(products.map(({ problem }) => problem?.reason ?? 'told')).toEqual([
      'not-accessible',
      'told',
      'not-found',
      'invalid-product',
      'invalid-product',
    ]);
    expect(calls('amazon-in').filter(({ operation }) => operation === 'getItems')).toMatchObject([
      { units: 3 },
    ]);
  });

  it('lets both kinds of credentials in and renews a token that it declines, once', async () => {
    await lookUp('amazon-jp', fresh(1));
    apis.calls.clear();
    apis.fail({ kind: 'expire-tokens', account: 'amazon-jp', count: 1 });
    const [product] = await lookUp('amazon-jp', fresh(1));
    expect(product).toMatchObject({ problem: null, observations: [{ currency: 'JPY' }] });
    expect(calls('amazon-jp').map(({ operation, status }) => [operation, status])).toEqual([
      ['getItems', 401],
      ['token', 200],
      ['getItems', 200],
    ]);
  });

  it('says how long it is to be left alone, and quota hears it', async () => {
    apis.fail({ kind: 'throttle', account: 'amazon-in', retryAfterSeconds: 7 });
    const [product] = await lookUp('amazon-in', fresh(1));
    expect(product!.problem).toMatchObject({ retryAfterMs: 7_000 });
    const heard = await world.until(() => reported.find(({ outcome }) => outcome === 'throttled'));
    expect(heard).toMatchObject({ upstream: 'amazon-in', operation: 'getItems', retryAfterMs: 7_000 });
  });

  it.each([
    ['drift', /none of \d+ items is understood/],
    ['empty', /neither a result nor an error/],
    ['html', /not JSON/],
    ['error', /500/],
    ['forbidden', /10 qualified sales within the last 30 days/],
  ] as const)('that answers with %s has failed, and stores nothing', async (kind, detail) => {
    const asins = fresh(2);
    apis.fail({ kind, account: 'amazon-in' });
    for (const { problem, observations } of await lookUp('amazon-in', asins)) {
      expect(observations).toEqual([]);
      expect(problem).toMatchObject({ reason: 'source-failed', detail: expect.stringMatching(detail) });
    }
    const stored = world.events(ObservationsCollected).flatMap(({ data }) => data.observations);
    expect(stored.filter(({ product }) => asins.includes(product))).toEqual([]);
  });

  it('whose answer leaves products out gives the others', async () => {
    apis.fail({ kind: 'omit', account: 'amazon-in' });
    const products = await lookUp('amazon-in', fresh(4));
    expect(products.map(({ problem }) => problem?.reason ?? 'told').toSorted()).toEqual([
      'source-failed',
      'source-failed',
      'told',
      'told',
    ]);
  });

  it('whose token address answers a web page has failed there, without the secret in the words', async () => {
    apis.fail({ kind: 'html', account: 'amazon-us', operation: 'token' });
    const [product] = await lookUp('amazon-us', fresh(1));
    expect(product!.problem).toMatchObject({
      reason: 'source-failed',
      detail: expect.stringMatching(/^the token endpoint/),
    });
    expect(product!.problem!.detail).not.toContain('secret');
    expect(calls('amazon-us').map(({ operation }) => operation)).toEqual(['token']);
  });

  it('passes its prices on with its policy and the version of the reading', async () => {
    const asins = fresh(1);
    await lookUp('amazon-in', asins);
    const { data } = await world.event(ObservationsCollected, (one) =>
      one.data.observations.some(({ product }) => asins.includes(product)),
    );
    expect(data).toMatchObject({
      source: 'amazon-in',
      origin: 'fetched',
      adapterVersion: 'amazon-creators/1',
      policy: { mayStoreHistory: false, mayAlert: false, cacheLifetimeMs: 86_400_000 },
    });
  });
});

describe('a search', () => {
  const search = (source: string, text: string) =>
    world.ask(SearchSource, { accountId: OPERATOR_ACCOUNT_ID, source, text });

  it('finds prices at Amazon and at Tokopedia', async () => {
    expect(await search('amazon-in', 'monitor')).toMatchObject({
      total: expect.any(Number),
      items: { length: expect.any(Number) },
    });
    const { items, total } = await search('tokopedia', 'monitor');
    expect(total).toBe(2);
    expect(items).toMatchObject([{ currency: 'IDR', shop: { city: 'Jakarta Barat' } }, { currency: 'IDR' }]);
    expect((await search('amazon-in', 'no such thing')).items).toEqual([]);
  });

  it.each(['empty', 'drift'] as const)(
    'that Tokopedia answers with %s is a failure, not an empty shop',
    async (kind) => {
      apis.fail({ kind, api: 'tokopedia' });
      await expect(search('tokopedia', 'monitor')).rejects.toThrow(/tokopedia cannot be searched now/);
      await expect(search('tokopedia', 'no such thing')).rejects.toThrow(/cannot be searched now/);
    },
  );
});

describe('the variations of a product', () => {
  const list = (source: string, product: string) =>
    world.ask(ListVariations, { accountId: OPERATOR_ACCOUNT_ID, source, product });

  it('are told with their prices, which are stored', async () => {
    const [product] = fresh(1);
    const { items, policy, fetchId } = await list('amazon-in', product!);
    expect(items.map((one) => one.product)).toContain(product);
    expect(policy).toMatchObject({ mayStoreHistory: false });
    const stored = await world.event(ObservationsCollected, ({ data }) => data.fetchId === fetchId);
    expect(items.map((one) => one.product)).toEqual(
      expect.arrayContaining(stored.data.observations.map((one) => one.product)),
    );
    expect(calls('amazon-in').map(({ operation }) => operation)).toContain('getVariations');
  });

  it.each([
    ['amazon-in', '0306406153', 'product'],
    ['keepa-de', 'B0SBX00001', 'source'],
    ['nowhere', 'p', 'source'],
  ])('of %s and %s cannot be asked for, and it is said why', async (source, product, field) => {
    await expect(list(source, product)).rejects.toMatchObject({ code: 'invalid', problems: [{ field }] });
  });
});

describe('the categories of a source', () => {
  const list = (source: string, ids: string[]) =>
    world.ask(ListCategories, { accountId: OPERATOR_ACCOUNT_ID, source, ids });

  it('are told with their path, ten in a call, and the unknown ones are named', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => String(100 + index));
    const { categories, missing } = await list('amazon-in', [...ids, '7', ids[0]!]);
    expect(categories.map(({ id }) => id)).toEqual(ids);
    expect(missing).toEqual(['7']);
    expect(categories[0]!.path.at(-1)).toBe(categories[0]!.name);
    expect(categories[0]!.path).toHaveLength(2);
    expect(calls('amazon-in').filter(({ operation }) => operation === 'getBrowseNodes')).toHaveLength(2);
  });

  it('of a source that has none cannot be asked for', async () => {
    await expect(list('keepa-de', ['1'])).rejects.toMatchObject({ problems: [{ field: 'source' }] });
  });
});

describe('other sources', () => {
  it('Tokopedia tells a product by its id', async () => {
    const [known, gone] = await lookUp('tokopedia', [tokopediaId(3), 'toko/teko']);
    expect(known).toMatchObject({
      problem: null,
      observations: [{ currency: 'IDR', availability: expect.any(String) }],
    });
    expect(gone!.problem!.reason).toBe('invalid-product');
  });

  it('Keepa takes up to a hundred at once, and without tokens says when it will have some', async () => {
    const asins = fresh(65);
    const told = await lookUp('keepa-de', asins);
    expect(told.filter(({ problem }) => problem === null || problem.reason === 'no-offer')).toHaveLength(65);
    expect(calls('demo')).toEqual([{ operation: 'product', status: 200, units: 65 }]);
    expect(asked).toMatchObject({ upstream: 'keepa-de', operation: 'product', permits: 65 });
    // In debt by five tokens: quota is told to let the key rest until there is one again.
    const { pauseMs } = await world.until(() => reported.find((report) => report.upstream === 'keepa-de'));
    expect(pauseMs).toBeGreaterThan(4 * 60_000);
    expect(pauseMs).toBeLessThanOrEqual(6 * 60_000);
    const [refused] = await lookUp('keepa-de', fresh(1));
    expect(refused!.problem).toMatchObject({
      reason: 'source-failed',
      detail: expect.stringMatching(/no tokens left/),
    });
    expect(refused!.problem!.retryAfterMs).toBeGreaterThan(4 * 60_000);
    expect(refused!.problem!.retryAfterMs).toBeLessThanOrEqual(6 * 60_000);
    expect(JSON.stringify(refused)).not.toContain('demo');
  });
});
