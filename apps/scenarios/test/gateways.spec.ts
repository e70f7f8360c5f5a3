import { type AlertShape, type Client, clientOf } from './client.ts';
import { type Product, startProduct } from './product.ts';

const hour = (n: number): string => new Date(Date.UTC(2026, 5, 1, n)).toISOString();

describe('two gateways', () => {
  let product: Product;
  let urls: [string, string];

  beforeAll(async () => {
    product = await startProduct();
    const second = await product.world.start('gateway', { instance: 'gateway-2' });
    urls = [product.operator.url, second.url!];
  });
  afterAll(() => product.stop());

  const at = (gateway: 0 | 1, client: Client): Client => clientOf(urls[gateway], client.key);

  it('a stream that goes on at the other gateway misses nothing and repeats nothing', async () => {
    const account = await product.account('streams');
    const products = ['kettle', 'lamp', 'chair', 'table', 'stove', 'clock', 'broom', 'vase'];
    for (const product of products)
      await account.post('/v1/watches', {
        product: { source: 'shop', product },
        when: { dropPercent: 1 },
        channels: ['inbox'],
      });
    const alertsOfEach = 10;
    const alerts = alertsOfEach * products.length;
    const heard: AlertShape[] = [];
    // Each on its own, so that alerts of several partitions get their positions at the same time.
    const posting = products.map(async (product, place) => {
      for (let n = 0; n <= alertsOfEach; n += 1) {
        const price = (100 - n).toFixed(2);
        await at(((place + n) % 2) as 0 | 1, account).observe([
          { source: 'shop', product, price, currency: 'EUR', observedAt: hour(n) },
        ]);
      }
    });
    for (let gateway: 0 | 1 = 0; heard.length < alerts; gateway = gateway === 0 ? 1 : 0) {
      const wanted = Math.min(5, alerts - heard.length);
      const after = heard.at(-1)?.position ?? 0;
      heard.push(...(await at(gateway, account).stream(wanted, { after })));
    }
    await Promise.all(posting);
    const positions = heard.map(({ position }) => position);
    expect(positions).toEqual([...new Set(positions)].toSorted((one, other) => one - other));
    for (const product of products)
      expect(heard.filter((alert) => alert.product.product === product).map(({ price }) => price)).toEqual(
        Array.from({ length: alertsOfEach }, (_, n) => (99 - n).toFixed(2)),
      );
  });

  it('a revoked key is refused by both within 5 s, at once where the event of it arrives', async () => {
    const account = await product.account('revoked');
    const made = await account.post('/v1/keys', { name: 'lost', scopes: ['read'] });
    const lost = clientOf(urls[1], made.body.key as string);
    expect((await lost.get('/v1/credits')).status).toBe(200);
    expect((await at(0, lost).get('/v1/credits')).status).toBe(200);
    await at(0, account).delete(`/v1/keys/${made.body.id as string}`);
    const since = Date.now();
    const letInAt = [since];
    const use = (client: Client): Promise<unknown> =>
      product.world.until(async () => {
        const askedAt = Date.now();
        const { status } = await client.get('/v1/credits');
        if (status === 200) letInAt.push(askedAt);
        return status === 401;
      });
    await Promise.all([use(at(0, lost)), use(at(1, lost))]);
    expect(Math.max(...letInAt) - since).toBeLessThan(5_000);
  });

  // the last one: there is no broker after it
  it('a key that was revoked while the broker is away is let in by neither after 5 s, used all the time', async () => {
    const account = await product.account('broker away');
    const used = [at(0, account), at(1, account)];
    // let in, it is told that the limit is wrong, which needs nobody else; not let in, it does not come so far
    const isLetIn = async (client: Client): Promise<boolean> =>
      (await client.get('/v1/alerts?limit=0')).status === 422;
    for (const client of used) expect(await isLetIn(client)).toBe(true);
    await product.world.stopBroker();
    for (const table of ['api_key', 'key_hash']) {
      await product.world.sql('billing', `update ${table} set revoked_at = now() where account_id = $1`, [
        account.accountId,
      ]);
    }
    const since = Date.now();
    const letInAt = [0];
    const use = async (client: Client): Promise<void> => {
      while (Date.now() - since < 6_000) {
        const askedAt = Date.now() - since;
        if (await isLetIn(client)) letInAt.push(askedAt);
      }
    };
    await Promise.all(used.map(use));
    expect(Math.max(...letInAt)).toBeLessThan(5_000);
    const answers = await Promise.all(used.map((client) => client.get('/v1/alerts?limit=0')));
    expect(answers.map(({ status }) => status)).toEqual([503, 503]);
  });
});
