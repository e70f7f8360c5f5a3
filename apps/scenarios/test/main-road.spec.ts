import { startWebhookReceiver } from '@souk/sandbox';
import type { Client } from './client.ts';
import { type Product, startProduct } from './product.ts';

const day = (number: number): string => new Date(Date.UTC(2026, 0, number)).toISOString();
const game = (product: string, price: string, at: number, more: Record<string, unknown> = {}) => ({
  source: 'steam',
  product,
  title: `Game ${product}`,
  price,
  currency: 'USD',
  observedAt: day(at),
  ...more,
});

describe('from a posted price to an alert', () => {
  let product: Product;
  let webhook: Awaited<ReturnType<typeof startWebhookReceiver>>;
  let alice: Client & { accountId: string };
  let bob: Client & { accountId: string };

  beforeAll(async () => {
    webhook = await startWebhookReceiver({});
    product = await startProduct({ alerting: { SOUK_WEBHOOK_ALLOW: '127.0.0.1/32' } });
    alice = await product.account('Alice', { credits: 1_000_000 });
    bob = await product.account('Bob', { credits: 1_000_000 });
  });
  afterAll(async () => {
    await product?.stop();
    await webhook?.close();
  });

  const alertsOf = async (client: Client) => (await client.get('/v1/alerts?limit=200')).body.items;
  const find = async (client: Client, code: string) =>
    (await client.get(`/v1/products?source=steam&product=${code}`)).body.items[0];
  const pointsOf = async (client: Client, id: string) =>
    (await client.get(`/v1/products/${id}/history?limit=1000`)).body.points;

  it('stores a price with its origin, scores it, raises one alert and hands it over with its trace', async () => {
    const channel = await alice.post('/v1/channels', { type: 'webhook', url: webhook.url });
    expect(channel.status).toBe(201);
    const watch = await alice.post('/v1/watches', {
      product: { source: 'steam', product: '730' },
      when: { dropPercent: 30 },
      channels: ['inbox', channel.body.id],
    });
    expect(watch.status).toBe(201);

    const history = Array.from({ length: 20 }, (_, index) =>
      game('730', '19.99', index + 1, { listPrice: '19.99' }),
    );
    expect((await alice.observe(history)).body).toMatchObject({ accepted: 20, rejectedCount: 0 });
    expect((await alice.observe([game('730', '9.99', 21, { listPrice: '19.99' })])).status).toBe(202);

    const [alert] = await product.world.until(async () => {
      const items = await alertsOf(alice);
      return items.length > 0 && items;
    });
    expect(alert).toMatchObject({
      watchId: watch.body.id,
      product: { source: 'steam', product: '730' },
      price: '9.99',
      currency: 'USD',
      observedAt: day(21),
    });
    expect(alert.reason).toMatch(/50/);
    expect(alert.traceId).toMatch(/^[0-9a-f]{32}$/);

    const item = await find(alice, '730');
    expect(item).toMatchObject({
      source: 'steam',
      product: '730',
      title: 'Game 730',
      offer: { price: '9.99', currency: 'USD' },
    });
    const points = await pointsOf(alice, item.id);
    expect(points).toHaveLength(21);
    expect(points[0]).toMatchObject({
      observedAt: day(1),
      price: '19.99',
      currency: 'USD',
      origin: 'posted',
    });

    const deal = (await alice.get(`/v1/products/${item.id}/deal`)).body;
    // Half price, but of three weeks only: good, with caution.
    expect(deal.score).toBeGreaterThan(55);
    expect(deal.factors.length).toBeGreaterThanOrEqual(4);
    for (const factor of deal.factors) expect(factor.why.length).toBeGreaterThan(10);
    expect(deal.discount).toMatchObject({
      claimedPercent: expect.closeTo(50, 0),
      realPercent: expect.closeTo(50, 0),
    });

    const received = await product.world.until(
      () => webhook.requests.items.length > 0 && webhook.requests.items,
    );
    expect(received).toHaveLength(1);
    expect(JSON.stringify(received[0])).toContain(alert.id);
  });

  it('alerts through a webhook alone, for the operator, on a product nobody knew when the watch was made', async () => {
    const channel = await product.operator.post('/v1/channels', { type: 'webhook', url: webhook.url });
    const watch = await product.operator.post('/v1/watches', {
      product: { source: 'shop', product: 'unknown-yet' },
      when: { dropPercent: 10 },
      channels: [channel.body.id],
    });
    expect(watch.status).toBe(201);
    await product.operator.observe([{ ...game('unknown-yet', '10.00', 1), source: 'shop' }]);
    await product.operator.observe([{ ...game('unknown-yet', '5.00', 2), source: 'shop' }]);
    const alert = await product.world.until(async () =>
      (await alertsOf(product.operator)).find((item: { watchId: string }) => item.watchId === watch.body.id),
    );
    expect(alert).toMatchObject({ price: '5.00', previousPrice: '10.00' });
    await product.world.until(() =>
      webhook.requests.items.some((request) => request.body.includes(alert.id)),
    );
  });

  it('stores the same observations once, however often they are posted', async () => {
    const lines = Array.from({ length: 50 }, (_, index) => game('twice', '10.00', index + 1));
    await alice.observe(lines);
    await alice.observe(lines);
    await alice.observe([...lines, game('twice', '9.00', 51)]);
    const points = await product.world.until(async () => {
      const item = await find(alice, 'twice');
      const all = item && (await pointsOf(alice, item.id));
      return all?.length >= 51 && all;
    });
    expect(points).toHaveLength(51);
  });

  it('keeps the first of two prices for the same moment and sets the other apart with its reason', async () => {
    await alice.observe([game('conflict', '10.00', 1)]);
    await alice.observe([game('conflict', '11.00', 1), game('conflict', '12.00', 2)]);
    const item = await product.world.until(async () => {
      const found = await find(alice, 'conflict');
      return found?.offer.price === '12.00' && found;
    });
    const points = await product.world.until(async () => {
      const all = await pointsOf(alice, item.id);
      return all.length === 2 && all;
    });
    expect(points.map((point: { price: string }) => point.price)).toEqual(['10.00', '12.00']);
    const quarantine = await product.world.until(async () => {
      const text = JSON.stringify((await alice.get('/v1/quarantine?judgedBy=history')).body);
      return text.includes('conflict') && text;
    });
    expect(quarantine).toContain('"conflict"');
  });

  it('never alerts on a backfill, nor on an observation older than the newest', async () => {
    await alice.post('/v1/watches', {
      product: { source: 'steam', product: 'quiet' },
      when: { dropPercent: 10, allTimeLow: true, priceBelow: '5.00' },
      channels: ['inbox'],
    });
    await alice.observe([game('quiet', '20.00', 1), game('quiet', '4.00', 2)], { mode: 'backfill' });
    await alice.observe([game('quiet', '20.00', 10)]);
    await alice.observe([game('quiet', '3.00', 5)]);
    await alice.observe([game('quiet', '20.00', 11)]);
    await product.world.until(async () => {
      const item = await find(alice, 'quiet');
      return item && (await pointsOf(alice, item.id)).length === 5;
    });
    const mine = (await alertsOf(alice)).filter(
      (alert: { product: { product: string } }) => alert.product.product === 'quiet',
    );
    expect(mine).toEqual([]);
  });

  it('keeps accounts apart: products, history, watches and alerts of one are unknown to the other', async () => {
    const item = await product.world.until(() => find(alice, '730'));
    expect(await find(bob, '730')).toBeUndefined();
    expect((await bob.get(`/v1/products/${item.id}`)).status).toBe(404);
    expect((await bob.get(`/v1/products/${item.id}/history`)).status).toBe(404);
    expect((await bob.get(`/v1/products/${item.id}/deal`)).status).toBe(404);
    expect((await bob.get('/v1/watches')).body.items).toEqual([]);
    expect(await alertsOf(bob)).toEqual([]);
    const [watch] = (await alice.get('/v1/watches')).body.items;
    expect((await bob.get(`/v1/watches/${watch.id}`)).status).toBe(404);
    expect((await bob.delete(`/v1/watches/${watch.id}`)).status).toBe(404);
  });

  it('raises an alert on a shared listing for every account that watches it', async () => {
    const shared = (price: string, at: number) => ({ ...game('shared-game', price, at), source: 'sandbox' });
    await product.operator.observe([shared('50.00', 1)]);
    await product.world.until(
      async () => (await bob.get('/v1/products?source=sandbox&product=shared-game')).body.items[0],
    );
    for (const client of [alice, bob]) {
      const made = await client.post('/v1/watches', {
        product: { source: 'sandbox', product: 'shared-game' },
        when: { priceBelow: '40.00', currency: 'USD' },
        channels: ['inbox'],
      });
      expect(made.status).toBe(201);
    }
    await product.operator.observe([shared('39.99', 2)]);
    for (const client of [alice, bob]) {
      const found = await product.world.until(async () =>
        (await alertsOf(client)).find(
          (alert: { product: { product: string } }) => alert.product.product === 'shared-game',
        ),
      );
      expect(found).toMatchObject({ price: '39.99' });
    }
  });

  it('streams alerts, and goes on without loss or repeat from the last one seen', async () => {
    await bob.post('/v1/watches', {
      product: { source: 'steam', product: 'streamed' },
      when: { dropPercent: 1 },
      channels: ['inbox'],
    });
    // From here on, also what is raised before the stream is open.
    const live = bob.stream(2, { after: (await alertsOf(bob))[0]?.position ?? 0 });
    await bob.observe([game('streamed', '100.00', 1)]);
    await bob.observe([game('streamed', '90.00', 2)]);
    await bob.observe([game('streamed', '80.00', 3)]);
    const first = await live;
    expect(first.map((alert) => alert.price)).toEqual(['90.00', '80.00']);
    await bob.observe([game('streamed', '70.00', 4)]);
    const resumed = await bob.stream(2, { after: first[0]!.position });
    expect(resumed.map((alert) => alert.price)).toEqual(['80.00', '70.00']);
  });

  it('says at once which condition is already true, and fires only at the next crossing', async () => {
    await bob.observe([game('below', '30.00', 1)]);
    await product.world.until(async () => find(bob, 'below'));
    const deal = await product.world.until(async () => {
      const item = await find(bob, 'below');
      const answer = await bob.get(`/v1/products/${item.id}/deal`);
      return answer.status === 200 && answer.body;
    });
    expect(deal.score).toBeNull();
    const made = await bob.post('/v1/watches', {
      product: { source: 'steam', product: 'below' },
      when: { priceBelow: '40.00' },
      channels: ['inbox'],
    });
    expect(made.status).toBe(201);
    expect(JSON.stringify(made.body.alreadyTrue)).toContain('30');
    await bob.observe([game('below', '29.00', 2)]);
    await bob.observe([game('below', '45.00', 3)]);
    await bob.observe([game('below', '39.00', 4)]);
    const mine = await product.world.until(async () => {
      const list = (await alertsOf(bob)).filter(
        (alert: { watchId: string }) => alert.watchId === made.body.id,
      );
      return list.length > 0 && list;
    });
    expect(mine.map((alert: { price: string }) => alert.price)).toEqual(['39.00']);
  });

  it('charges reads and deliveries in credits, and the ledger adds up', async () => {
    const carol = await product.account('Carol', { credits: 100 });
    for (let read = 0; read < 5; read++)
      expect((await carol.get('/v1/products?source=steam&product=730')).status).toBe(200);
    const credits = await product.world.until(async () => {
      const { body } = await carol.get('/v1/credits');
      return body.used >= 5 && body;
    });
    expect(credits.available + credits.held + credits.used).toBe(100);
    expect(credits.used).toBe(5);
  });

  it('refuses reads with 402 when the credits are gone, and still delivers alerts', async () => {
    const dave = await product.account('Dave', { credits: 3 });
    await dave.post('/v1/watches', {
      product: { source: 'steam', product: 'broke' },
      when: { dropPercent: 10 },
      channels: ['inbox'],
    });
    const statuses: number[] = [];
    for (let read = 0; read < 6; read++)
      statuses.push((await dave.get('/v1/products?source=steam&product=broke')).status);
    expect(statuses).toEqual([200, 200, 200, 402, 402, 402]);
    await dave.observe([game('broke', '10.00', 1)]);
    await dave.observe([game('broke', '5.00', 2)]);
    const alerts = await product.world.until(async () => {
      const items = await alertsOf(dave);
      return items.length > 0 && items;
    });
    expect(alerts).toHaveLength(1);
  });
});
