import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Client } from './client.ts';
import { type Product, startProduct } from './product.ts';

const LIFETIME_MS = 6_000;

describe('two sources of one item, one of which lets nobody keep or tell its prices', () => {
  let product: Product;
  let alice: Client & { accountId: string };
  const shops: Server[] = [];
  let price = '20.00';
  let isStrictListed = true;

  /** A shop with a cup, and what else it is told to have. */
  async function startShop(items: () => object[]): Promise<string> {
    const shop = createServer((_request, response) => {
      const cup = { id: 'cup', title: 'Cup', price: '3.00' };
      const more = { currency: 'EUR', observedAt: new Date().toISOString() };
      response.end(
        JSON.stringify({ items: [cup, ...items()].map((one) => ({ ...one, ...more })), next: null }),
      );
    });
    shops.push(shop);
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  }

  beforeAll(async () => {
    const kettle = { id: 'kettle', title: 'Kettle', gtin: '4006381333931' };
    const [freeUrl, strictUrl] = [
      await startShop(() => [{ ...kettle, price }]),
      await startShop(() => (isStrictListed ? [{ ...kettle, price: '19.00' }] : [])),
    ];
    const strict = {
      mayStoreHistory: false,
      mayAlert: false,
      cacheLifetimeMs: LIFETIME_MS,
      attribution: 'Prices by Strict',
    };
    const sources = [
      { source: 'free-shop', adapter: 'sandbox', config: { baseUrl: freeUrl }, intervalMs: 500 },
      {
        source: 'strict-shop',
        adapter: 'sandbox',
        config: { baseUrl: strictUrl },
        intervalMs: 500,
        policy: strict,
      },
    ];
    // Without a guard of its own a permit that is on its way for 25 ms comes too late for its call.
    const budget = { ratePerSecond: 20, burst: 20, guardMs: 2_000 };
    const upstreams = sources.map(({ source }) => ({ upstream: source, ...budget }));
    product = await startProduct({
      ingestion: { SOUK_SOURCES: JSON.stringify(sources), SOUK_POLL_TICK_MS: '50' },
      quota: { SOUK_QUOTA_UPSTREAMS: JSON.stringify(upstreams) },
    });
    alice = await product.account('Alice', { credits: 1_000_000 });
  });
  afterAll(async () => {
    await product?.stop();
    for (const shop of shops) {
      shop.closeAllConnections();
      shop.close();
    }
  });

  const find = async (source: string) =>
    (await alice.get(`/v1/products?source=${source}&product=kettle`)).body.items[0];

  it('are shown side by side with age, origin and attribution, and only the free one is kept and told', async () => {
    const [free, strict] = await product.world.until(async () => {
      const found = [await find('free-shop'), await find('strict-shop')];
      return found.every((one) => one?.offer) && found;
    });
    for (const source of ['free-shop', 'strict-shop']) {
      const when = { priceBelow: '19.50', dropPercent: 5 };
      await alice.post('/v1/watches', { product: { source, product: 'kettle' }, when, channels: ['inbox'] });
    }
    price = '9.00';
    await product.world.until(async () => (await alice.get('/v1/alerts')).body.items.length > 0);
    const alerts = (await alice.get('/v1/alerts?limit=200')).body.items;
    expect(new Set(alerts.map((alert: { product: { source: string } }) => alert.product.source))).toEqual(
      new Set(['free-shop']),
    );
    const offers = await product.world.until(async () => {
      const { body } = await alice.get(`/v1/products/${free.id}/offers`);
      return body.disagreement?.spread === '10.00' && body;
    });
    expect(offers).toMatchObject({
      items: [{ price: '9.00', origin: 'fetched', adapterVersion: 'sandbox/1' }],
      listings: [
        { source: 'free-shop', linkedBy: null },
        {
          source: 'strict-shop',
          linkedBy: { kind: 'gtin' },
          offer: { price: '19.00', attribution: 'Prices by Strict', expiresAt: expect.any(String) },
          difference: { amount: '10.00', percent: 111.1 },
        },
      ],
      disagreement: { currency: 'EUR', lowest: '9.00', highest: '19.00', agree: false },
    });
    const historyOf = async (id: string) => (await alice.get(`/v1/products/${id}/history`)).body.points;
    expect(await historyOf(strict.id)).toEqual([]);
    expect((await historyOf(free.id))[0]).toMatchObject({ source: 'free-shop', adapterVersion: 'sandbox/1' });
    expect(
      await product.world.sql('scoring', 'select 1 from stored_points where offer_id = $1', [strict.id]),
    ).toEqual([]);
  });

  it('part when the strict one is not renewed: its price is told no more once its time is over', async () => {
    const { id } = await find('strict-shop');
    isStrictListed = false;
    await product.world.until(async () => (await alice.get(`/v1/products/${id}`)).body.offer === null, {
      withinMs: LIFETIME_MS + 45_000,
    });
    expect((await find('free-shop')).offer).toMatchObject({ price: '9.00' });
    expect((await product.operator.get('/v1/sources')).body.items).toMatchObject([
      { source: 'free-shop', policy: { mayStoreHistory: true } },
      {
        source: 'strict-shop',
        policy: { mayAlert: false },
        warnings: [expect.stringMatching(/SOUK_OUTBOX_RETENTION_HOURS/)],
      },
    ]);
  });
});
