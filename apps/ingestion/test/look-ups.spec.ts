import {
  AcquirePermits,
  LookUpProducts,
  newId,
  ObservationsCollected,
  OPERATOR_ACCOUNT_ID,
  type Priority,
  productIdOf,
  SearchSource,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { collected, ingestionWorld } from './ingestion-world.ts';
import {
  declined,
  generousQuota,
  granted,
  pricedItems,
  registerScripted,
  type ScriptedSource,
  startScriptedSource,
} from './scripted-source.ts';
import { json, status } from './scripted-shop.ts';

const BAD_TOKENS: [string, string, RegExp][] = [
  ['HTML', '<!doctype html><title>Sign in</title>', /token endpoint: it answered no JSON/],
  ['an empty token', '{"token":"","seconds":3600}', /token endpoint: it answered no usable token/],
  ['no life time', '{"token":"t","seconds":-1}', /token endpoint: it answered no usable token/],
  [
    'a token with a line break',
    '{"token":"a\\nb","seconds":9}',
    /token endpoint: it answered no usable token/,
  ],
];
const sourceNamed = (what: string): string => what.toLowerCase().replaceAll(' ', '-');

describe('a look-up', () => {
  let world: World;
  let upstream: ScriptedSource;
  let quota: ReturnType<typeof generousQuota>;

  beforeAll(async () => {
    registerScripted();
    process.env.SCRIPTED_SECRET = 's3cret-of-the-source';
    upstream = await startScriptedSource();
    const config = { baseUrl: upstream.url };
    const clientSecret = { env: 'SCRIPTED_SECRET' };
    world = await ingestionWorld({
      SOUK_SOURCES: JSON.stringify([
        { source: 'open', adapter: 'scripted', config, currencies: ['EUR'] },
        {
          source: 'guarded',
          adapter: 'scripted',
          upstream: 'account-7',
          config: { ...config, clientSecret },
        },
        { source: 'pages', adapter: 'scripted', config: { ...config, isPage: true } },
        { source: 'inside', adapter: 'scripted', config: { baseUrl: 'http://10.0.0.1', isPage: true } },
        // Each has a credential of its own.
        ...BAD_TOKENS.map(([what]) => ({
          source: sourceNamed(what),
          adapter: 'scripted',
          config: { baseUrl: `${upstream.url}/${sourceNamed(what)}`, clientSecret },
        })),
      ]),
      SOUK_SOURCE_TIMEOUT_MS: '3000',
      SOUK_PAGE_ALLOW: '127.0.0.1',
      SOUK_PAGE_DELAY_MS: '0',
    });
  });
  afterAll(async () => {
    delete process.env.SCRIPTED_SECRET;
    await world.stop();
    await upstream.close();
  });
  beforeEach(() => {
    quota = generousQuota(world);
    Object.assign(upstream, { calls: [], next: [], always: undefined, token: undefined });
  });

  const lookUp = async (
    products: string[],
    options: { source?: string; priority?: Priority; maxAgeMs?: number } = {},
  ) => {
    const { source = 'open', priority = 'user', ...rest } = options;
    const request = {
      accountId: newId(),
      products: products.map((product) => ({ source, product })),
      priority,
      ...rest,
    };
    return (await world.ask(LookUpProducts, request)).products;
  };

  it('answers prices that are durable already, with their fetch and their reading', async () => {
    const [one] = await lookUp(['a']);
    expect(one).toMatchObject({
      source: 'open',
      product: 'a',
      productId: productIdOf(OPERATOR_ACCOUNT_ID, 'open', 'a'),
      observations: [{ product: 'a', priceMinor: 1_000, currency: 'EUR', observedAt: one!.fetchedAt }],
      problem: null,
      isCached: false,
    });
    const event = await world.event(ObservationsCollected, ({ data }) => data.fetchId === one!.fetchId);
    expect(event.data).toMatchObject({
      origin: 'fetched',
      adapterVersion: 'scripted/3',
      policy: { mayAlert: true },
    });
    expect(quota.asked).toMatchObject([
      { upstream: 'open', operation: 'lookup', priority: 'user', permits: 1 },
    ]);
    await world.until(() => quota.reported.length === 1);
    expect(quota.reported).toEqual([{ upstream: 'open', operation: 'lookup', outcome: 'succeeded' }]);
  });

  it('shares its call with others of the same moment: full batches, each product once', async () => {
    const products = Array.from({ length: 23 }, (_, index) => `p${index}`);
    const { promise: everyoneHasAsked, resolve: goOn } = Promise.withResolvers<void>();
    world.answer(AcquirePermits, async (request) => {
      quota.asked.push(request);
      await everyoneHasAsked;
      return granted;
    });
    const all = Promise.all([
      ...products.map((product) => lookUp([product])),
      lookUp(products),
      lookUp(['p0', 'p1', 'p0']),
    ]);
    // Questions are read in their order: those before this one are there when it is answered.
    await lookUp(['NO CODE']);
    goOn();
    const answers = await all;
    expect(answers.flat().every(({ problem }) => problem === null)).toBe(true);
    const asked = upstream.lookUps().map((ids) => ids.split(','));
    expect(asked.flat().toSorted()).toEqual(products.toSorted());
    expect(
      asked
        .map((ids) => ids.length)
        .toSorted((a, b) => b - a)
        .slice(0, 2),
    ).toEqual([10, 10]);
    expect(quota.asked.length).toBe(asked.length);
  });

  it('that waits for a permit lets a person’s product go first', async () => {
    const waiting: (() => void)[] = [];
    let [calls, released] = [0, 0];
    const release = (): void => {
      for (const go of waiting.splice(0)) {
        released += 1;
        go();
      }
    };
    let isPersonWaiting = false;
    world.answer(AcquirePermits, async ({ priority }) => {
      calls += 1;
      isPersonWaiting ||= priority === 'user';
      await new Promise<void>((resolve) => waiting.push(resolve));
      return granted;
    });
    const background = lookUp(
      Array.from({ length: 15 }, (_, index) => `w${index}`),
      { priority: 'analytics' },
    );
    await world.until(() => waiting.length > 0);
    const person = lookUp(['urgent']);
    await world.until(() => isPersonWaiting);
    release();
    await person;
    expect(upstream.lookUps()[0]!.split(',')).toContain('urgent');
    await world.until(() => {
      release();
      return calls === 3 && released === 3;
    });
    await background;
  });

  it('is content with an earlier one that is not too old', async () => {
    const [first] = await lookUp(['cached']);
    expect((await lookUp(['cached'], { maxAgeMs: 60_000 }))[0]).toMatchObject({
      isCached: true,
      fetchedAt: first!.fetchedAt,
    });
    expect(upstream.lookUps()).toEqual(['cached']);
    await lookUp(['cached']);
    expect(upstream.lookUps()).toEqual(['cached', 'cached']);
  });

  it('tells what is wrong with each product and keeps the good ones', async () => {
    upstream.next = [
      (_request, response) =>
        response.end(
          JSON.stringify({
            items: [
              { id: 'good', price: '5.00', currency: 'EUR' },
              { id: 'odd', price: 'call us', currency: 'EUR' },
              { id: 'abroad', price: '5.00', currency: 'USD' },
              { id: 'stranger', price: '5.00', currency: 'EUR' },
            ],
            missing: ['gone'],
          }),
        ),
    ];
    const looked = await lookUp(['good', 'odd', 'abroad', 'gone', 'forgotten', 'NO CODE']);
    expect(looked.map(({ product, problem }) => [product, problem?.reason, problem?.detail])).toEqual([
      ['good', undefined, undefined],
      ['odd', 'unreadable', expect.stringMatching(/^price/)],
      ['abroad', 'unreadable', 'currency is USD, but the source sells in EUR only'],
      ['gone', 'not-found', 'no such product'],
      ['forgotten', 'source-failed', 'the answer does not mention it'],
      ['NO CODE', 'invalid-product', 'is no code of this shop'],
    ]);
    expect(upstream.lookUps()[0]).not.toContain('NO');
    expect(collected(world, OPERATOR_ACCOUNT_ID).map(({ product }) => product)).not.toContain('stranger');
    const [unknown] = await lookUp(['x'], { source: 'nowhere' });
    expect(unknown!.problem).toMatchObject({ reason: 'unknown-source' });
  });

  it.each([
    ['answers nothing', pricedItems([]), /tells nothing of the 1 products/],
    ['answers another shape', json({ error: 1 }), /another shape/],
    [
      'answers HTML',
      (_request: unknown, response: { end(text: string): void }) => response.end('<html>'),
      /another shape/,
    ],
    ['is broken', status(500), /answered 500/],
    [
      'never ends',
      (_request: unknown, response: { write(text: string): void }) => response.write('{'),
      /no answer within/,
    ],
  ])('of a source that %s is a failure, and quota hears of it', async (_what, listener, reason) => {
    upstream.next = [listener];
    expect((await lookUp(['a']))[0]!.problem).toMatchObject({
      reason: 'source-failed',
      detail: expect.stringMatching(reason),
    });
    await world.until(() => quota.reported.length === 1);
    expect(quota.reported[0]!.outcome).toBe('failed');
  });

  it('that is declined or throttled says when to ask again', async () => {
    upstream.next = [status(429, { 'retry-after': '30' })];
    expect((await lookUp(['a']))[0]!.problem).toMatchObject({
      reason: 'source-failed',
      retryAfterMs: 30_000,
    });
    await world.until(() => quota.reported.length === 1);
    expect(quota.reported[0]).toMatchObject({ outcome: 'throttled', retryAfterMs: 30_000 });
    world.answer(AcquirePermits, () => declined);
    const before = upstream.calls.length;
    expect((await lookUp(['a']))[0]!.problem).toEqual({
      reason: 'no-permit',
      detail: 'no permit: daily-budget',
      retryAfterMs: 9_000,
    });
    expect(upstream.calls).toHaveLength(before);
  });

  it('is not made with a permit that came too late: another one is asked for', async () => {
    let turns = 0;
    world.answer(AcquirePermits, () => {
      turns += 1;
      // The first permit claims to have been on its way for longer than it may be.
      return { ...granted, waitedMs: turns === 1 ? -60_000 : 0, useWithinMs: 5_000 };
    });
    expect((await lookUp(['late']))[0]!.problem).toBeNull();
    expect(turns).toBe(2);
    expect(upstream.lookUps()).toEqual(['late']);
  });

  describe('that needs a token', () => {
    const guarded = { source: 'guarded' };
    const tokenCalls = () => upstream.calls.filter(({ path }) => path === '/token').length;
    it('fetches it once, and again once when it is declined; each call has its permit', async () => {
      await Promise.all([lookUp(['a'], guarded), lookUp(['b'], guarded)]);
      await lookUp(['c'], guarded);
      expect(tokenCalls()).toBe(1);
      const before = quota.asked.length;
      upstream.next = [status(401)];
      expect((await lookUp(['d'], guarded))[0]!.problem).toBeNull();
      expect(tokenCalls()).toBe(2);
      expect(quota.asked.length - before).toBe(2);
      const [first, second] = upstream.calls.filter(({ path }) => path.endsWith('=d'));
      expect(first!.token).not.toBe(second!.token);
    });

    it('gives up after the second decline', async () => {
      upstream.next = [status(401), status(401), status(401)];
      expect((await lookUp(['a'], guarded))[0]!.problem).toMatchObject({ detail: 'the source answered 401' });
      expect(upstream.lookUps()).toHaveLength(2);
      upstream.next = [];
    });

    it.each(BAD_TOKENS)(
      'says so when the endpoint answers %s, and does not hammer it',
      async (what, body, reason) => {
        upstream.token = (_request, response) => void response.end(body);
        for (let round = 0; round < 3; round += 1)
          expect((await lookUp(['a'], { source: sourceNamed(what) }))[0]!.problem).toMatchObject({
            reason: 'source-failed',
            detail: expect.stringMatching(reason),
          });
        expect(upstream.calls.map(({ path }) => path)).toEqual(['/token']);
      },
    );

    it('never shows or stores the secret', async () => {
      const [row] = await world.sql<{ config: unknown }>(
        'ingestion',
        `select config from source where source = 'guarded'`,
      );
      expect(JSON.stringify(row)).not.toContain('s3cret');
      expect(row!.config).toMatchObject({ clientSecret: { env: 'SCRIPTED_SECRET' } });
    });
  });

  it('at an address that a person gave asks robots.txt, and goes nowhere inside', async () => {
    upstream.always = undefined;
    upstream.next = [(_request, response) => response.end('User-agent: *\nDisallow: /secret')];
    expect((await lookUp(['a'], { source: 'pages' }))[0]!.problem).toBeNull();
    expect(upstream.calls.map(({ path }) => path)).toEqual(['/robots.txt', '/lookup?ids=a']);
    expect((await lookUp(['a'], { source: 'inside' }))[0]!.problem).toMatchObject({
      reason: 'not-accessible',
      detail: expect.stringMatching(/address/),
    });
    await world.until(() => quota.reported.length === 2);
    expect(quota.reported.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
  });

  it('by words stores what is found before it answers', async () => {
    const request = { accountId: newId(), source: 'open', text: 'tin whistle' };
    const found = await world.ask(SearchSource, request);
    expect(found.items).toMatchObject([
      { product: 'found', priceMinor: 1_000, productId: expect.any(String) },
    ]);
    expect(upstream.calls.at(-1)!.path).toBe('/search?q=tin%20whistle');
    await world.until(() => collected(world, OPERATOR_ACCOUNT_ID).some(({ product }) => product === 'found'));
    upstream.next = [status(503, { 'retry-after': '7' })];
    await expect(world.ask(SearchSource, request)).rejects.toMatchObject({
      code: 'unavailable',
      retryAfterMs: 7_000,
    });
    await expect(world.ask(SearchSource, { ...request, source: 'nowhere' })).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});
