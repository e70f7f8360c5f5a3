import { setTimeout as delay } from 'node:timers/promises';
import { ACK_WAIT_MS, DealsScored, OffersAccepted, OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { Database } from '@souk/service';
import { startWorld, type World } from '@souk/testing';
import { Client } from 'pg';
import { RETRY_DELAYS_MS } from '../src/parking.ts';
import { keyOf, offer, recorder } from './pipeline.ts';

const OUTAGE_MS = 120_000;
const PRODUCTS = Array.from({ length: 10 }, (_, index) => `product-${index}`);
const ROUNDS = 40;

describe('a Postgres that is away for two minutes', () => {
  let world: World;
  let admin: Client;
  const database = (): string => new URL(world.urls.postgres('scoring')).pathname.slice(1);

  beforeAll(async () => {
    world = await startWorld({ services: { scoring: recorder({ before: () => undefined, batches: [] }) } });
    const url = new URL(world.urls.admin);
    url.pathname = '/postgres';
    admin = new Client({ connectionString: url.href });
    await admin.connect();
  });
  afterAll(async () => {
    await admin?.end();
    await world?.stop();
  });

  const answers = (): Promise<boolean> =>
    world
      .app('scoring')
      .get(Database)
      .ping()
      .then(
        () => true,
        () => false,
      );

  it('puts not one good message into the dead letters, longer than all waits for acknowledgements and retries together', async () => {
    expect(OUTAGE_MS).toBeGreaterThan(ACK_WAIT_MS + RETRY_DELAYS_MS.reduce((sum, ms) => sum + ms, 0));
    const publish = async (price: number): Promise<void> => {
      for (const product of PRODUCTS)
        await world.publish(OffersAccepted, offer(product, price), {
          accountId: OPERATOR_ACCOUNT_ID,
          key: keyOf(product),
        });
    };
    for (let price = 1; price <= ROUNDS / 2; price++) await publish(price);
    await admin.query(`alter database ${database()} allow_connections false`);
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename = 'souk_scoring'`,
      [database()],
    );
    await world.until(async () => !(await answers()));
    const backAt = Date.now() + OUTAGE_MS;
    for (let price = ROUNDS / 2 + 1; price <= ROUNDS; price++) {
      await publish(price);
      await delay(OUTAGE_MS / ROUNDS);
    }
    while (Date.now() < backAt) {
      expect(await answers()).toBe(false);
      await delay(1_000);
    }
    await admin.query(`alter database ${database()} allow_connections true`);
    const stored = (): Promise<{ product_id: string; price_minor: number }[]> =>
      world.sql('scoring', 'select product_id, price_minor from effect order by place');
    const expected = PRODUCTS.length * ROUNDS;
    await world.until(async () => (await stored()).length >= expected);
    const rows = await stored();
    for (const product of PRODUCTS) {
      const prices = rows.filter((row) => row.product_id === keyOf(product)).map((row) => row.price_minor);
      expect(prices).toEqual(Array.from({ length: ROUNDS }, (_, index) => index + 1));
    }
    await world.until(() => world.events(DealsScored).length >= expected);
    expect(world.events(DealsScored)).toHaveLength(expected);
    expect(
      await world.sql('scoring', 'select 1 from bus_dead_letter union all select 1 from bus_parked'),
    ).toEqual([]);
  }, 240_000);
});
