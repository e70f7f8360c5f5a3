import {
  AcquirePermits,
  HistoryQuarantined,
  ListSources,
  LookUpProducts,
  newId,
  ObservationsCollected,
  OPERATOR_ACCOUNT_ID,
  ProductLinked,
  productIdOf,
  SourceFailed,
  SourceRecovered,
  WatchChanged,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { allPublished, collected, ingestionWorld, pollOnce } from './ingestion-world.ts';
import { item, json, type ScriptedShop, startScriptedShop, status } from './scripted-shop.ts';
import {
  declined,
  generousQuota,
  pricedItems,
  registerScripted,
  type ScriptedSource,
  startScriptedSource,
} from './scripted-source.ts';

const idOf = (source: string, product: string): string => productIdOf(OPERATOR_ACCOUNT_ID, source, product);

describe('a source that is watched over', () => {
  let world: World;
  let first: ScriptedSource;
  let second: ScriptedSource;
  let feed: ScriptedShop;

  beforeAll(async () => {
    registerScripted();
    [first, second, feed] = [
      await startScriptedSource(),
      await startScriptedSource(),
      await startScriptedShop(),
    ];
    const entry = { adapter: 'scripted', intervalMs: 3_600_000, canaryIntervalMs: 3_600_000 };
    world = await ingestionWorld({
      SOUK_SOURCES: JSON.stringify([
        { ...entry, source: 'first', config: { baseUrl: first.url }, canaries: ['known-1', 'known-2'] },
        { ...entry, source: 'second', config: { baseUrl: second.url }, order: 10 },
        { ...entry, source: 'last', config: { baseUrl: 'http://127.0.0.1:1' }, order: 5 },
        { source: 'feed', adapter: 'sandbox', config: { baseUrl: feed.url }, intervalMs: 3_600_000 },
      ]),
      SOUK_SOURCE_TIMEOUT_MS: '3000',
      SOUK_POLL_TICK_MS: '20',
    });
    generousQuota(world);
  });
  afterAll(async () => {
    await world.stop();
    await Promise.all([first.close(), second.close(), feed.close()]);
  });

  beforeEach(() => {
    first.always = undefined;
  });

  /** Lets the source have one cycle, now, and answers how it stands afterwards. */
  async function cycle(source: string) {
    await pollOnce(world, source, ', canary_checked_at = null');
    await allPublished(world);
    return (await world.ask(ListSources, {})).sources.find((one) => one.source === source)!;
  }

  const failures = (source: string) =>
    world.events(SourceFailed).filter(({ data }) => data.source === source);
  const recoveries = (source: string) =>
    world.events(SourceRecovered).filter(({ data }) => data.source === source);
  const watch = async (source: string, product: string): Promise<void> => {
    const watchId = newId();
    await world.publish(
      WatchChanged,
      { watchId, change: 'created', source, product, productIds: [] },
      { accountId: newId(), key: watchId },
    );
    await world.until(
      async () =>
        (await world.sql('ingestion', 'select 1 from tracked where product = $1', [product])).length === 1,
    );
  };
  const link = async (one: [string, string], others: [string, string][]): Promise<void> => {
    const by = { kind: 'gtin', value: '04006381333931' } as const;
    const productId = idOf(...one);
    await world.publish(
      ProductLinked,
      {
        productId,
        source: one[0],
        product: one[1],
        links: others.map(([source, product]) => ({ productId: idOf(source, product), source, product, by })),
        linkedAt: new Date().toISOString(),
      },
      { accountId: OPERATOR_ACCOUNT_ID, key: productId },
    );
    await world.until(
      async () =>
        (await world.sql('ingestion', 'select 1 from link where product_id = $1', [productId])).length ===
        others.length,
    );
  };

  describe('by its canaries', () => {
    it.each([
      ['answers 200 with nothing in it', pricedItems([]), /tells nothing/],
      ['answers another shape', json({ data: { products: null } }), /another shape/],
      [
        'leaves the prices out',
        pricedItems([
          { id: 'known-1', currency: 'EUR' },
          { id: 'known-2', currency: 'EUR' },
        ]),
        /known-1 \(price is required\)/,
      ],
      [
        'knows one of them no more',
        pricedItems([{ id: 'known-1', price: '1.00', currency: 'EUR' }]),
        /known-2 \(the answer does not mention it\)/,
      ],
    ])(
      'is told to have failed after two cycles when it %s, and to be back after one',
      async (_what, broken, reason) => {
        const [failed, recovered] = [failures('first').length, recoveries('first').length];
        await cycle('first');
        first.always = broken;
        expect(await cycle('first')).toMatchObject({ failures: 1, canaries: { failures: 1 } });
        expect(failures('first')).toHaveLength(failed);
        const state = await cycle('first');
        expect(state).toMatchObject({
          failures: 2,
          canaries: { failures: 2, lastError: expect.stringMatching(reason) },
        });
        await world.until(() => failures('first').length === failed + 1);
        expect(failures('first').at(-1)!.data.reason).toMatch(reason);
        first.always = undefined;
        expect(await cycle('first')).toMatchObject({
          failures: 0,
          canaries: { failures: 0, lastError: null },
        });
        await world.until(() => recoveries('first').length === recovered + 1);
      },
    );
  });

  describe('by what is watched', () => {
    it('looks watched products up when they are due, and not before', async () => {
      await watch('first', 'due-1');
      await cycle('first');
      await world.until(() =>
        collected(world, OPERATOR_ACCOUNT_ID).some(({ product }) => product === 'due-1'),
      );
      const asked = first.lookUps().filter((ids) => ids.includes('due-1')).length;
      await cycle('first');
      expect(first.lookUps().filter((ids) => ids.includes('due-1'))).toHaveLength(asked);
    });

    it('looks a product up again at once whose price is not believed, a minute later if that was its second reading', async () => {
      const productId = idOf('first', 'due-1');
      const doubted = { product: 'due-1', reason: 'implausible' as const, detail: 'far below' };
      const doubt = () =>
        world.publish(
          HistoryQuarantined,
          { source: 'first', mode: 'live', observations: [doubted] },
          { accountId: OPERATOR_ACCOUNT_ID, key: productId },
        );
      const dueInMs = async (): Promise<number> => {
        const [row] = await world.sql<{ due: number }>(
          'ingestion',
          'select extract(epoch from next_lookup_at - clock_timestamp())::float8 * 1000 as due from tracked where product_id = $1',
          [productId],
        );
        return row!.due;
      };
      const asked = () => first.lookUps().filter((ids) => ids.includes('due-1')).length;
      await world.sql(
        'ingestion',
        `update tracked set looked_up_at = now() - interval '1 hour' where product_id = $1`,
        [productId],
      );
      const before = asked();
      await doubt();
      await world.until(() => asked() === before + 1);
      await world.until(async () => (await dueInMs()) > 3_000_000);
      await doubt();
      await world.until(async () => (await dueInMs()) < 60_000);
      expect(asked()).toBe(before + 1);
    });

    it('keeps due what no permit came for, and asks for it when there is one', async () => {
      await watch('first', 'late-1');
      world.answer(AcquirePermits, () => declined);
      const state = await cycle('first');
      expect(state).toMatchObject({ failures: 0, lastError: expect.stringMatching(/no permit/) });
      const [late] = await world.sql(
        'ingestion',
        `select next_lookup_at <= now() as "isDue" from tracked where product = 'late-1'`,
      );
      expect(late).toEqual({ isDue: true });
      generousQuota(world);
      await cycle('first');
      await world.until(() =>
        collected(world, OPERATOR_ACCOUNT_ID).some(({ product }) => product === 'late-1'),
      );
    });

    it('is stood in for by the next source that can tell of the item, until it is back', async () => {
      await watch('first', 'shared-1');
      await link(
        ['first', 'shared-1'],
        [
          ['second', 'twin-1'],
          ['last', 'twin-2'],
          ['unknown-shop', 'twin-3'],
        ],
      );
      first.always = status(500);
      const state = await cycle('first');
      expect(state.servedElsewhere).toBe(1);
      // `last` comes before it in the order, and cannot be reached.
      expect(second.lookUps()).toEqual(['twin-1']);
      const event = await world.event(ObservationsCollected, ({ data }) => data.source === 'second');
      expect(event.data.observations).toMatchObject([{ product: 'twin-1' }]);
      await cycle('first');
      expect(second.lookUps()).toEqual(['twin-1']);
      first.always = undefined;
      await world.sql('ingestion', `update tracked set next_lookup_at = now() where source = 'first'`);
      expect((await cycle('first')).servedElsewhere).toBe(0);
    });

    it('is stood in for in a look-up that asks for it, which tells both', async () => {
      await link(['first', 'asked-1'], [['second', 'twin-9']]);
      first.always = status(500);
      const request = {
        accountId: newId(),
        products: [{ source: 'first', product: 'asked-1' }],
        priority: 'user' as const,
      };
      const plain = await world.ask(LookUpProducts, request);
      expect(plain.products).toMatchObject([{ problem: { reason: 'source-failed' }, substitute: null }]);
      const both = await world.ask(LookUpProducts, { ...request, failover: true });
      expect(both.products).toMatchObject([
        {
          product: 'asked-1',
          problem: { reason: 'source-failed' },
          substitute: {
            source: 'second',
            product: 'twin-9',
            problem: null,
            observations: [{ priceMinor: 1_000 }],
          },
        },
      ]);
      first.always = undefined;
      const own = await world.ask(LookUpProducts, { ...request, failover: true });
      expect(own.products).toMatchObject([{ problem: null, substitute: null }]);
    });
  });

  describe('run by run', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => item(`f-${index}`));
    const published = (): number =>
      collected(world, OPERATOR_ACCOUNT_ID).filter(({ product }) => product.startsWith('f-')).length;

    it('is published when it is whole, and set apart as a whole when it misses most', async () => {
      feed.items = many(40);
      expect(await cycle('feed')).toMatchObject({ failures: 0, quarantinedRun: null });
      await world.until(() => published() === 40);
      feed.items = many(3);
      expect(await cycle('feed')).toMatchObject({
        failures: 1,
        quarantinedRun: {
          items: 3,
          expected: 40,
          reason: expect.stringMatching(/holds 3 products, the last good one held 40/),
        },
      });
      feed.items = many(21);
      expect(await cycle('feed')).toMatchObject({ failures: 0, quarantinedRun: null });
      await world.until(() => published() === 61);
    });

    it.each([
      ['is header only', () => [], /holds no products/],
      [
        'has moved columns',
        () => many(40).map(({ price, currency, ...rest }) => ({ ...rest, price: currency, currency: price })),
        /none of its 40 items can be read/,
      ],
    ])('is set apart when it %s, and told as failed after two', async (_what, items, reason) => {
      feed.items = many(40);
      await cycle('feed');
      const [before, failed] = [failures('feed').length, published()];
      feed.items = items();
      await cycle('feed');
      expect((await cycle('feed')).quarantinedRun?.reason).toMatch(reason);
      await world.until(() => failures('feed').length === before + 1);
      expect(published()).toBe(failed);
    });

    it('of many pages waits for its verdict, and begins again at the first page that was not published', async () => {
      feed.items = many(40);
      await cycle('feed');
      const page = (from: number, next: string | null) =>
        json({ items: many(40).slice(from, from + 10), next });
      feed.calls = [];
      feed.next = [page(0, '/products?page=2'), status(500)];
      const before = published();
      expect(await cycle('feed')).toMatchObject({ failures: 1, quarantinedRun: null });
      expect(published()).toBe(before);
      feed.next = [page(0, '/products?page=2'), page(10, '/products?page=3'), page(20, null)];
      expect(await cycle('feed')).toMatchObject({ failures: 0 });
      await world.until(() => published() === before + 30);
      expect(feed.calls.map((call) => call.split('&')[0])).toEqual([
        '/products?page=1',
        '/products?page=2',
        '/products?page=1',
        '/products?page=2',
        '/products?page=3',
      ]);
    });

    it('whose pages go round in circles is a failure, not an endless poll', async () => {
      feed.next = Array.from({ length: 10 }, () => json({ items: [], next: '/products?page=2' }));
      expect(await cycle('feed')).toMatchObject({ lastError: 'its pages go round in circles' });
      expect(feed.next.length).toBeGreaterThanOrEqual(7);
      feed.next = [];
    });
  });
});
