import { LookUpProducts, OPERATOR_ACCOUNT_ID, type ResponseOf } from '@souk/contracts';
import { IngestionConfig, IngestionModule } from '@souk/ingestion';
import { migrations as ingestionMigrations } from '@souk/ingestion/migrations';
import { QuotaConfig, QuotaModule } from '@souk/quota';
import { migrations as quotaMigrations } from '@souk/quota/migrations';
import { asinOf, type RunningApis, startApis } from '@souk/sandbox';
import { startWorld, type World } from '@souk/testing';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Other test files share the Redis in which permits are counted. */
const own = (name: string): string => `${name}-${process.pid}-${Date.now().toString(36)}`;
const [shopName, amazonName, keepaName] = ['shop', 'amazon', 'keepa'].map(own) as [string, string, string];

/** Permits that come too late on a busy machine are asked for again. */
const PATIENTLY = { withinMs: 90_000 };
const TEST_MS = 180_000;

/** Fifteen seconds before a minute ends: Keepa refills then. */
const START_MS = Date.UTC(2026, 0, 1, 12, 0, 45);

describe('sources that no setting of quota names', () => {
  let world: World;
  let apis: RunningApis;
  let shop: Server;
  let nowMs = START_MS;
  const shopCallsAtMs: number[] = [];

  beforeAll(async () => {
    apis = await startApis({ keepaPerMinute: 1, now: () => nowMs });
    // A shop without end: as many calls as it is given.
    shop = createServer((request, response) => {
      shopCallsAtMs.push(performance.now());
      const page = Number(new URL(request.url ?? '', 'http://shop').searchParams.get('page'));
      response.end(JSON.stringify({ items: [], next: `/products?page=${page + 1}` }));
    });
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
    const sources = [
      { source: shopName, adapter: 'sandbox', config: { baseUrl }, intervalMs: 100 },
      {
        source: amazonName,
        adapter: 'amazon',
        config: {
          ...{ marketplace: 'DE', credentialVersion: '3.2', clientId: 'id', clientSecret: 's' },
          ...{ partnerTag: 'souk-21', apiUrl: `${apis.url}/creators` },
          tokenUrl: `${apis.url}/creators/auth/o2/token`,
        },
      },
      {
        source: keepaName,
        adapter: 'keepa',
        // More than the fake gives: somebody else uses the key as well.
        config: { marketplace: 'DE', accessKey: 'key', tokensPerMinute: 1_500, apiUrl: `${apis.url}/keepa` },
      },
    ];
    world = await startWorld({
      services: {
        ingestion: {
          config: IngestionConfig,
          module: (config) => IngestionModule.register(config),
          migrations: ingestionMigrations,
          env: { SOUK_SOURCES: JSON.stringify(sources), SOUK_POLL_TICK_MS: '50' },
        },
        quota: {
          config: QuotaConfig,
          module: (config) => QuotaModule.register(config),
          migrations: quotaMigrations,
        },
      },
    });
  });
  afterAll(async () => {
    await world?.stop();
    await apis?.close();
    shop.closeAllConnections();
    shop.close();
  });

  const lookUp = async (
    source: string,
    products: string[],
  ): Promise<ResponseOf<typeof LookUpProducts>['products']> => {
    const wanted = products.map((product) => ({ source, product }));
    const request = { accountId: OPERATOR_ACCOUNT_ID, products: wanted, priority: 'user' } as const;
    return (await world.ask(LookUpProducts, request)).products;
  };
  const asins = (from: number, count: number): string[] =>
    Array.from({ length: count }, (_none, index) => asinOf(from + index));

  it(
    'are called within the budget of their adapter, and as often as that allows',
    async () => {
      await world.until(() => shopCallsAtMs.length >= 60, PATIENTLY);
      const inSecondAfter = (startMs: number): number =>
        shopCallsAtMs.filter((atMs) => atMs >= startMs && atMs < startMs + 1_000).length;
      const counts = shopCallsAtMs.map(inSecondAfter);
      // Calls come one by one: only the first of them may have been on its way for long.
      expect(Math.max(...counts)).toBeLessThanOrEqual(20 + 1);
      expect(Math.max(...counts)).toBeGreaterThanOrEqual(5);
    },
    TEST_MS,
  );

  it(
    'of Amazon get a call a second',
    async () => {
      // An account that is new to quota counts as used up for its longest window, ten seconds.
      const missing = new Set(asins(1, 30));
      await world.until(async () => {
        for (const { product, problem } of await lookUp(amazonName, [...missing]))
          if (problem?.reason !== 'no-permit') missing.delete(product);
        return missing.size === 0;
      }, PATIENTLY);
      const granted = await world.sql<{ used: number }>(
        'quota',
        'select sum(used)::int as used from daily_slot where upstream = $1',
        [amazonName],
      );
      const calls = apis.calls.list({ account: 'id', operation: 'getItems' });
      expect(calls.length).toBeLessThanOrEqual(granted[0]!.used);
      expect(calls.map(({ status }) => status)).toEqual(calls.map(() => 200));
    },
    TEST_MS,
  );

  const isPassing = (problem: string | undefined): boolean => /rate|too late/.test(problem ?? '');

  /** Why there was no permit for them; products may be unknown or sold out. */
  const problemOf = async (products: string[]): Promise<string | undefined> =>
    (await lookUp(keepaName, products)).find(({ problem }) => problem?.reason === 'no-permit')?.problem
      ?.detail;

  it(
    'of Keepa spend what they paid for, and rest when an answer says that nothing is left',
    async () => {
      const lots = [100, 200, 300].map((from) => asins(from, 30));
      const problems: (string | undefined)[] = [];
      for (const lot of lots) {
        const lookUpLot = async () => (problems[lots.indexOf(lot)] = await problemOf(lot));
        // Until the windows of an account that is new to quota have passed.
        await world.until(async () => !isPassing(await lookUpLot()), PATIENTLY);
      }
      // The bucket held 60, and nobody asked once it was empty.
      expect(problems).toEqual([undefined, undefined, 'no permit: breaker-open']);
      const calls = (): { units: number; status: number }[] =>
        apis.calls.list({ account: 'key' }).map(({ units, status }) => ({ units, status }));
      expect(calls()).toEqual([30, 30].map((units) => ({ units, status: 200 })));
      nowMs += 60_000;
      await world.until(async () => (await problemOf(asins(600, 1))) === undefined, PATIENTLY);
      expect(calls().slice(2)).toEqual([{ units: 1, status: 200 }]);
    },
    TEST_MS,
  );
});
