import { request as httpRequest } from 'node:http';
import { generateApiKey, SCOPES } from '@souk/contracts';
import { type Client, type Json } from './client.ts';
import { type Product, startProduct } from './product.ts';

type Owner = Client & { accountId: string };

/** What one account has; every name of it holds a text that must never come to another. */
interface Owned {
  accountId: string;
  productId: string;
  watchId: string;
  channelId: string;
  deliveryId: string;
  keyId: string;
  jobId: string;
  purchaseId: string;
}

interface Row {
  path?: (of: Owned) => string;
  body?: (of: Owned) => unknown;
  /** What the same request with the ids of another account answers to a key that may do everything in its own. */
  stranger: number;
}

const watched = { product: { source: 'shop', product: 'p' }, when: { dropPercent: 10 } };

/** Every route of the document has a row here, or the first test fails; one that is hidden takes no key. */
const ROWS: Record<string, Row> = {
  'POST /v1/observations': {
    body: () => [
      { source: 'shop', product: 'p', price: '1.00', currency: 'EUR', observedAt: '2026-01-03T00:00:00Z' },
    ],
    stranger: 202,
  },
  'GET /v1/products': { stranger: 200 },
  'GET /v1/products/{id}': { path: (of) => `/v1/products/${of.productId}`, stranger: 404 },
  'GET /v1/products/{id}/history': { path: (of) => `/v1/products/${of.productId}/history`, stranger: 404 },
  'GET /v1/market/report': { stranger: 200 },
  'GET /v1/products/{id}/advice': { path: (of) => `/v1/products/${of.productId}/advice`, stranger: 404 },
  'GET /v1/products/{id}/forecast': {
    path: (of) => `/v1/products/${of.productId}/forecast`,
    stranger: 404,
  },
  'GET /v1/forecasts/training': { stranger: 403 },
  'POST /v1/forecasts/training': { stranger: 403 },
  'GET /v1/products/{id}/deal': { path: (of) => `/v1/products/${of.productId}/deal`, stranger: 404 },
  'GET /v1/products/{id}/offers': { path: (of) => `/v1/products/${of.productId}/offers`, stranger: 404 },
  'GET /v1/products/{id}/variations': {
    path: (of) => `/v1/products/${of.productId}/variations`,
    stranger: 404,
  },
  'GET /v1/products/{id}/compare': {
    path: (of) => `/v1/products/${of.productId}/compare?marketplaces=IN&currency=EUR`,
    stranger: 404,
  },
  'GET /v1/sources/{source}/categories': {
    path: () => '/v1/sources/nowhere/categories?ids=1',
    stranger: 422,
  },
  'POST /v1/jobs': { body: () => ({ source: 'nowhere', products: ['p'] }), stranger: 422 },
  'GET /v1/jobs': { stranger: 200 },
  'GET /v1/jobs/{id}': { path: (of) => `/v1/jobs/${of.jobId}`, stranger: 404 },
  'POST /v1/jobs/{id}/cancel': { path: (of) => `/v1/jobs/${of.jobId}/cancel`, stranger: 404 },
  'GET /v1/jobs/{id}/results': { path: (of) => `/v1/jobs/${of.jobId}/results`, stranger: 404 },
  'GET /v1/jobs/{id}/stream': { path: (of) => `/v1/jobs/${of.jobId}/stream`, stranger: 404 },
  'POST /v1/watches': { body: (of) => ({ ...watched, channels: [of.channelId] }), stranger: 422 },
  'GET /v1/watches': { stranger: 200 },
  'GET /v1/watches/{id}': { path: (of) => `/v1/watches/${of.watchId}`, stranger: 404 },
  'PATCH /v1/watches/{id}': {
    path: (of) => `/v1/watches/${of.watchId}`,
    body: () => ({ paused: true }),
    stranger: 404,
  },
  'DELETE /v1/watches/{id}': { path: (of) => `/v1/watches/${of.watchId}`, stranger: 404 },
  'GET /v1/watches/{id}/explain': { path: (of) => `/v1/watches/${of.watchId}/explain`, stranger: 404 },
  'POST /v1/watches/bulk': {
    // Ids that are not found are told again: another account's are in alerting's own tests.
    body: () => ({ tag: 'canary-tag', patch: { paused: true } }),
    stranger: 200,
  },
  'POST /v1/watches/import': {
    body: (of) => ({ format: 'json', content: [{ ...watched, channels: [of.channelId] }] }),
    stranger: 200,
  },
  'GET /v1/watches/export': { stranger: 200 },
  'GET /v1/alerts': { path: (of) => `/v1/alerts?watchId=${of.watchId}`, stranger: 200 },
  'GET /v1/alerts/stream': { path: () => '/v1/alerts/stream?after=0', stranger: 200 },
  'POST /v1/channels': { body: () => ({ type: 'webhook', url: 'http://127.0.0.1/' }), stranger: 422 },
  'GET /v1/channels': { stranger: 200 },
  'DELETE /v1/channels/{id}': { path: (of) => `/v1/channels/${of.channelId}`, stranger: 404 },
  'POST /v1/channels/{id}/test': { path: (of) => `/v1/channels/${of.channelId}/test`, stranger: 404 },
  'POST /v1/channels/{id}/confirm': {
    path: (of) => `/v1/channels/${of.channelId}/confirm`,
    body: () => ({ code: 'AAAAAAAA' }),
    stranger: 404,
  },
  'POST /v1/channels/{id}/enable': { path: (of) => `/v1/channels/${of.channelId}/enable`, stranger: 404 },
  'GET /v1/channels/{id}/preferences': {
    path: (of) => `/v1/channels/${of.channelId}/preferences`,
    stranger: 404,
  },
  'PATCH /v1/channels/{id}/preferences': {
    path: (of) => `/v1/channels/${of.channelId}/preferences`,
    body: () => ({ digest: 'daily' }),
    stranger: 404,
  },
  'GET /v1/channels/{id}/deliveries': {
    path: (of) => `/v1/channels/${of.channelId}/deliveries`,
    stranger: 404,
  },
  'POST /v1/channels/{id}/deliveries/{deliveryId}/resend': {
    path: (of) => `/v1/channels/${of.channelId}/deliveries/${of.deliveryId}/resend`,
    stranger: 404,
  },
  'GET /v1/notices': { stranger: 200 },
  'POST /v1/purchases': {
    body: (of) => ({ productId: of.productId, price: '1.00', currency: 'EUR' }),
    stranger: 422,
  },
  'DELETE /v1/purchases/{id}': { path: (of) => `/v1/purchases/${of.purchaseId}`, stranger: 404 },
  'GET /v1/savings': { stranger: 200 },
  'GET /v1/credits': { stranger: 200 },
  'GET /v1/credits/entries': { stranger: 200 },
  'POST /v1/credits/grants': {
    body: (of) => ({ accountId: of.accountId, credits: 1, reason: 'mine' }),
    stranger: 403,
  },
  'POST /v1/accounts': { body: () => ({ name: 'mine' }), stranger: 403 },
  'GET /v1/accounts': { stranger: 403 },
  'POST /v1/keys': { body: () => ({ name: 'mine', scopes: ['operator'] }), stranger: 403 },
  'GET /v1/keys': { stranger: 200 },
  'DELETE /v1/keys/{id}': { path: (of) => `/v1/keys/${of.keyId}`, stranger: 404 },
  'GET /v1/sources': { stranger: 403 },
  'POST /v1/feeds/preview': { body: () => ({ sample: 'sku,price\na,1.00 EUR' }), stranger: 403 },
  'GET /v1/quota': { stranger: 403 },
  'GET /v1/admin/caches': { stranger: 403 },
  'GET /v1/quarantine': { path: () => '/v1/quarantine?judgedBy=history', stranger: 200 },
  'GET /healthz': { stranger: 200 },
  'GET /readyz': { stranger: 200 },
  'GET /metrics': { stranger: 200 },
  'GET /openapi.json': { stranger: 200 },
  'GET /problems/{code}': { path: () => '/problems/invalid', stranger: 200 },
};

/** Of nobody: what is asked of it here needs no call. */
const SOURCE_WITH_LOOK_UPS = JSON.stringify([
  {
    source: 'keepa-in',
    adapter: 'keepa',
    config: { marketplace: 'IN', accessKey: 'demo', apiUrl: 'http://127.0.0.1:9' },
  },
]);

let product: Product;
let alice: Owner;
let bob: Owner;
let owned: Owned;
let bobs: Owned;
let routes: { name: string; scope: string | undefined }[];
const closed = () => routes.filter(({ scope }) => scope !== undefined);

beforeAll(async () => {
  product = await startProduct({ ingestion: { SOUK_SOURCES: SOURCE_WITH_LOOK_UPS } });
  alice = await product.account('canary-account');
  bob = await product.account('Bob');
  const { paths } = (await product.operator.get('/openapi.json')).body;
  routes = Object.entries<Record<string, Json>>(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      scope: operation['x-scope'],
    })),
  );
  owned = await settle(alice, 'canary');
  bobs = await settle(bob, 'own');
});
afterAll(() => product?.stop());

/** Gives an account one of everything, an alert included; both watch what the shop calls by one name. */
async function settle(client: Owner, word: string): Promise<Owned> {
  const at = (day: number): string => new Date(Date.UTC(2026, 0, day)).toISOString();
  const line = { source: 'shop', product: 'p', title: `${word}-title`, currency: 'EUR' };
  const channel = await client.post('/v1/channels', {
    type: 'webhook',
    name: `${word}-channel`,
    url: `https://${word}-hook.example/`,
  });
  const watch = await client.post('/v1/watches', { ...watched, channels: [channel.body.id] });
  const key = await client.post('/v1/keys', { name: `${word}-key`, scopes: ['read'] });
  const job = await client.post('/v1/jobs', { source: 'keepa-in', products: ['X001ABCDEF'] });
  expect([channel.status, watch.status, key.status, job.status]).toEqual([201, 201, 201, 202]);
  await client.observe([
    { ...line, price: '10.00', observedAt: at(1) },
    { ...line, price: '5.00', observedAt: at(2) },
  ]);
  await client.observe([{ ...line, price: '6.00', observedAt: at(2) }]);
  await product.world.until(async () => (await client.get('/v1/alerts')).body.items.length > 0);
  await product.world.until(
    async () => (await client.get('/v1/quarantine?judgedBy=history')).body.items.length > 0,
  );
  const [delivery] = await product.world.until(async () => {
    const { items } = (await client.get(`/v1/channels/${channel.body.id}/deliveries`)).body;
    return items.length > 0 && items;
  });
  const { body } = await client.get('/v1/products?source=shop');
  const purchase = await client.post('/v1/purchases', { productId: body.items[0].id });
  expect(purchase.status).toBe(201);
  return {
    accountId: client.accountId,
    productId: body.items[0].id,
    watchId: watch.body.id,
    channelId: channel.body.id,
    deliveryId: delivery.id,
    keyId: key.body.id,
    jobId: job.body.id,
    purchaseId: purchase.body.id,
  };
}

let addresses = 0;
/** One request from an address of its own, so that no limit by address stands in for the refusal. A stream ends with its first event. */
async function send(name: string, key: string | undefined): Promise<{ status: number; text: string }> {
  const [method, template] = name.split(' ') as [string, string];
  const row = ROWS[name]!;
  addresses += 1;
  return new Promise((resolve, reject) => {
    const body = row.body && JSON.stringify(row.body(owned));
    const request = httpRequest(
      new URL(row.path?.(owned) ?? template, product.operator.url),
      {
        method,
        localAddress: `127.1.${addresses >> 8}.${addresses & 255 || 1}`,
        headers: {
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...(body && { 'content-type': 'application/json' }),
        },
      },
      (response) => {
        let text = '';
        const end = (): void => resolve({ status: response.statusCode!, text });
        response.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
          if (
            response.headers['content-type']?.startsWith('text/event-stream') &&
            /^data: .*\n\n/m.test(text)
          ) {
            end();
            request.destroy();
          }
        });
        response.on('end', end).on('error', () => undefined);
      },
    );
    request.on('error', reject).end(body);
  });
}

describe('every route of the document', () => {
  it('has a row here, and every row a route', () => {
    expect(routes.map(({ name }) => name).toSorted()).toEqual(Object.keys(ROWS).toSorted());
    expect(closed().length).toBeGreaterThan(25);
  });

  const refusedWith = async (keyOf: (scope: string) => string | undefined, status: number): Promise<void> => {
    for (const { name, scope } of closed()) {
      const answer = await send(name, keyOf(scope!));
      expect([name, answer.status]).toEqual([name, status]);
      expect([name, answer.text.match(/canary|own-/g)]).toEqual([name, null]);
    }
  };

  it('is closed to whoever has no key, a malformed one, or one that nobody was given', async () => {
    const unknown = generateApiKey();
    await refusedWith(() => undefined, 401);
    await refusedWith(() => `${alice.key}0`, 401);
    await refusedWith(() => `${alice.key.slice(0, -1)}${alice.key.endsWith('0') ? '1' : '0'}`, 401);
    await refusedWith(() => unknown, 401);
  });

  it('is closed to a key with every scope but the one it takes', async () => {
    const scopes = SCOPES.filter((scope) => scope !== '*');
    const keys = new Map<string, string>();
    for (const scope of scopes) {
      // Of the operator's account, which alone could give away the scope "operator".
      const made = await product.operator.post('/v1/keys', {
        name: scope,
        scopes: scopes.filter((one) => one !== scope),
      });
      expect(made.status).toBe(201);
      keys.set(scope, made.body.key);
    }
    await refusedWith((scope) => keys.get(scope), 403);
  });

  it('is closed to a key within five seconds of its revocation', async () => {
    const made = (await alice.post('/v1/keys', { name: 'canary', scopes: ['*'] })).body;
    expect((await send('GET /v1/watches', made.key)).status).toBe(200);
    expect((await alice.delete(`/v1/keys/${made.id}`)).status).toBe(204);
    const since = Date.now();
    let letInAt = since;
    await product.world.until(async () => {
      const askedAt = Date.now();
      const { status } = await send('GET /v1/watches', made.key);
      if (status === 200) letInAt = askedAt;
      return status === 401;
    });
    expect(letInAt - since).toBeLessThan(5_000);
    await refusedWith(() => made.key, 401);
  });

  it("gives a stranger who names another's ids nothing, whatever their key may do at home", async () => {
    const stateOf = async () =>
      Promise.all(
        [
          `/v1/watches/${owned.watchId}`,
          '/v1/watches',
          '/v1/channels',
          '/v1/alerts',
          '/v1/savings',
          '/v1/products?source=shop',
          `/v1/products/${owned.productId}/history`,
        ].map(async (path) => (await alice.get(path)).body),
      );
    const before = await stateOf();
    const keysBefore = (await alice.get('/v1/keys')).body.items.length;
    for (const [name, { stranger }] of Object.entries(ROWS)) {
      const answer = await send(name, bob.key);
      expect([name, answer.status]).toEqual([name, stranger]);
      const foreign = ['canary', owned.accountId, ...(stranger === 200 ? Object.values(owned) : [])];
      expect([name, foreign.filter((text) => answer.text.includes(text))]).toEqual([name, []]);
    }
    expect(await stateOf()).toEqual(before);
    expect((await alice.get('/v1/keys')).body.items).toHaveLength(keysBefore);
  });

  it("sends no other account's delivery again, also where it is named under the stranger's own channel", async () => {
    const resend = (client: Client, { channelId }: Owned) =>
      client.post(`/v1/channels/${channelId}/deliveries/${owned.deliveryId}/resend`, {});
    const isResent = async (): Promise<boolean> => {
      const [row] = await product.world.sql<{ isResent: boolean }>(
        'alerting',
        'select resent_at is not null as "isResent" from delivery where id = $1',
        [owned.deliveryId],
      );
      return row!.isResent;
    };
    expect((await resend(bob, bobs)).status).toBe(404);
    expect(await isResent()).toBe(false);
    // Its owner may, unless an attempt is under way just then.
    await product.world.until(async () => (await resend(alice, owned)).status === 200);
    expect(await isResent()).toBe(true);
  });

  it('answers its owner with what the stranger did not get', async () => {
    for (const name of ['GET /v1/products/{id}', 'GET /v1/channels', 'GET /v1/keys']) {
      const answer = await send(name, alice.key);
      expect([name, answer.status, answer.text.includes('canary')]).toEqual([name, 200, true]);
    }
    expect((await send('GET /v1/alerts/stream', alice.key)).text).toContain('canary');
  });
});
