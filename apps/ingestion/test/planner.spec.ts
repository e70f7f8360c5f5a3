import {
  ListBudgets,
  newId,
  OPERATOR_ACCOUNT_ID,
  PlanFreshness,
  productIdOf,
  WatchChanged,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { Planner } from '../src/planner/planner.ts';
import { ingestionWorld } from './ingestion-world.ts';
import {
  generousQuota,
  pricedItems,
  registerScripted,
  type ScriptedSource,
  startScriptedSource,
} from './scripted-source.ts';

const HOUR_MS = 3_600_000;
const BATCH = 10;
const idOf = (product: string): string => productIdOf(OPERATOR_ACCOUNT_ID, 'shop', product);

describe('the planner of look-ups', () => {
  let world: World;
  let upstream: ScriptedSource;

  /** Budget of the source's account: so many calls a day. */
  const budgetOf = async (dailyBudget: number): Promise<void> => {
    world.answer(ListBudgets, () => ({
      upstreams: [
        {
          ...{
            upstream: 'shop',
            ratePerSecond: 1,
            burst: 1,
            dailyBudget,
            usedToday: 0,
            breaker: 'closed' as const,
          },
          waiting: { user: 0, watch: 0, enrichment: 0, analytics: 0 },
        },
      ],
    }));
    await world.nats.flush();
  };

  const watch = (product: string): Promise<string> =>
    world.publish(
      WatchChanged,
      { watchId: newId(), change: 'created', source: 'shop', product, productIds: [] },
      { accountId: newId(), key: newId() },
    );

  const planOf = (product: string): Promise<{ checks: number; changes: number; intervalMs: number }[]> =>
    world.sql(
      'ingestion',
      `select checks, changes, interval_ms::float8 as "intervalMs" from check_plan where product_id = $1`,
      [idOf(product)],
    );

  /** Without waiting for the source's next cycle. */
  const polledUntil = (isSo: () => Promise<boolean>): Promise<unknown> =>
    world.until(async () => {
      await world.sql('ingestion', 'update source set next_poll_at = now() where claim_id is null');
      return isSo();
    });

  const ask = async (product: string, source = 'shop') =>
    (await world.ask(PlanFreshness, { products: [{ source, product }] })).products[0]!;

  beforeAll(async () => {
    registerScripted();
    upstream = await startScriptedSource();
    world = await ingestionWorld({
      SOUK_SOURCES: JSON.stringify([
        { source: 'shop', adapter: 'scripted', intervalMs: 60_000, config: { baseUrl: upstream.url } },
        {
          source: 'whole',
          adapter: 'sandbox',
          intervalMs: 1_800_000,
          config: { baseUrl: 'http://127.0.0.1:1' },
        },
      ]),
      SOUK_POLL_TICK_MS: '20',
    });
    generousQuota(world);
    await budgetOf(240);
    for (const product of ['calm', 'lively', ...Array.from({ length: 18 }, (_, index) => `other-${index}`)])
      await watch(product);
    await world.until(async () => (await world.sql('ingestion', 'select 1 from tracked')).length === 20);
  });
  afterAll(async () => {
    await world.stop();
    await upstream.close();
  });

  it('answers which freshness the budget can keep, also for a product that nobody watches yet', async () => {
    // 240 calls a day of ten products, four fifths of them for watches: 80 checks an hour for 21 products.
    const { intervalMs, sentence } = await ask('new');
    expect(intervalMs! / HOUR_MS).toBeCloseTo(21 / (10 * 0.8 * BATCH), 1);
    expect(sentence).toBe('checked about every 16 min');
    expect(await ask('anything', 'posted-by-people')).toEqual({
      intervalMs: null,
      sentence: 'not looked up: as fresh as it is posted',
    });
    // Read with all the rest of its shop.
    expect(await ask('anything', 'whole')).toEqual({
      intervalMs: 1_800_000,
      sentence: 'checked about every 30 min',
    });
    expect(await ask('NO CODE')).toEqual({
      intervalMs: null,
      sentence: 'cannot be looked up at shop: the product is no code of this shop',
    });
  });

  it('learns from look-ups what moves, and spends the budget there', async () => {
    await polledUntil(async () => (await planOf('calm'))[0]?.checks === 0);
    for (let round = 1; round <= 6; round += 1) {
      const price = (id: string): object => ({
        ...{ id, title: id, currency: 'EUR' },
        price: id === 'lively' ? `${10 + round}.00` : '10.00',
      });
      upstream.always = (request, response) => {
        const ids = new URL(request.url!, upstream.url).searchParams.get('ids')!.split(',');
        pricedItems(ids.map(price))(request, response);
      };
      await world.sql('ingestion', `update tracked set next_lookup_at = now() where source = 'shop'`);
      await polledUntil(async () => (await planOf('lively'))[0]?.changes === round);
      await polledUntil(async () => (await planOf('calm'))[0]!.checks >= round);
    }
    await world.app('ingestion').get(Planner).replan();
    const [[calm], [lively]] = [await planOf('calm'), await planOf('lively')];
    expect(lively!.intervalMs).toBeLessThan(calm!.intervalMs / 2);
    const plan = await world.sql<{ perHour: number }>(
      'ingestion',
      `select sum(${HOUR_MS} / interval_ms::float8) as "perHour" from check_plan`,
    );
    expect(plan[0]!.perHour).toBeLessThanOrEqual(10 * 0.8 * BATCH * 1.06);
  });

  it('brings look-ups forward when the budget grows, never closer together than the source may be asked', async () => {
    await budgetOf(1_000_000);
    await world.app('ingestion').get(Planner).replan();
    const [row] = await world.sql<{ most: number }>(
      'ingestion',
      `select max(extract(epoch from next_lookup_at - looked_up_at))::float8 as most from tracked`,
    );
    expect(row!.most).toBeLessThanOrEqual(61);
    expect((await planOf('calm'))[0]!.intervalMs).toBe(60_000);
  });
});
