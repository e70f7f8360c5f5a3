import {
  FindProducts,
  GetDeals,
  GetProducts,
  newId,
  OffersAccepted,
  OPERATOR_ACCOUNT_ID,
  ProductChanged,
  DealsScored,
  type DataOf,
  type Product,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { Redis } from 'ioredis';
import { deal, product } from './fixtures.ts';
import { call, type KeyRing, startGateway } from './gateway-world.ts';

let world: World;
let keys: KeyRing;
let base: string;
let known: Map<string, Product>;
let asked: { accountId: string; productId: string }[] = [];
let dealsAsked = 0;
let dealMinor = 999;
/** Answers wait for this. */
let gate: Promise<void> = Promise.resolve();

beforeAll(async () => {
  ({ world, keys } = await startGateway());
  base = world.running('gateway').url!;
  world.answer(GetProducts, async ({ accountId, productIds }) => {
    asked.push({ accountId, productId: productIds[0]! });
    await gate;
    const found = known.get(productIds[0]!);
    const isVisible = found && (found.shared || found.id === productOf(accountId, found.product).id);
    return { products: isVisible ? [found] : [] };
  });
  world.answer(GetDeals, ({ productIds }) => {
    dealsAsked += 1;
    return { deals: [deal(productIds[0]!, { priceMinor: dealMinor })] };
  });
  world.answer(FindProducts, () => ({ products: [], next: null }));
  await world.nats.flush();
});
afterAll(() => world?.stop());
beforeEach(() => {
  known = new Map();
  asked = [];
  gate = Promise.resolve();
});

const productOf = (accountId: string, code: string): Product => product(accountId, code);

function make(accountId: string, change: Partial<Product> = {}): Product {
  const made = { ...productOf(accountId, newId()), ...change };
  known.set(made.id, made);
  return made;
}

function reprice(of: Product, priceMinor: number): void {
  const offers = of.offers.map((offer) => ({ ...offer, priceMinor }));
  known.set(of.id, { ...of, offers });
}

const priceOf = async (key: string, id: string): Promise<unknown> => {
  const { json } = await call(base, `/v1/products/${id}`, { key });
  return (json.offer as { price?: string } | undefined)?.price;
};

const accepted = (of: Product): DataOf<typeof OffersAccepted> => ({
  source: of.source,
  fetchId: newId(),
  origin: 'posted',
  collectedAt: '2026-01-02T00:00:00.000Z',
  mode: 'live',
  offers: [
    {
      productId: of.id,
      offerId: of.id,
      product: of.product,
      priceMinor: 1,
      currency: 'USD',
      observedAt: '2026-01-02T00:00:00.000Z',
    },
  ],
});

it('a product is asked for once and then told from memory, with its age', async () => {
  const { text: key, accountId } = keys.make();
  const { id } = make(accountId);
  const first = await call(base, `/v1/products/${id}`, { key });
  const second = await call(base, `/v1/products/${id}`, { key });
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.text).toBe(first.text);
  expect(first.headers.get('age')).toBe('0');
  expect(Number(second.headers.get('age'))).toBeGreaterThanOrEqual(0);
  expect(asked).toHaveLength(1);
});

it('many who ask at the same time cause one question', async () => {
  const { text: key, accountId } = keys.make();
  const { id } = make(accountId);
  await call(base, '/v1/products?q=x', { key });
  let open: () => void = () => undefined;
  gate = new Promise((resolve) => (open = resolve));
  const answers = Array.from({ length: 20 }, () => call(base, `/v1/products/${id}`, { key }));
  await world.until(() => asked.length > 0);
  open();
  expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([200]));
  expect(asked).toHaveLength(1);
});

it('what an account posted is never told to another, not even from memory; what is shared is told to all', async () => {
  const alice = keys.make();
  const bob = keys.make();
  const own = make(alice.accountId);
  const shared = make(OPERATOR_ACCOUNT_ID, { shared: true });
  expect((await call(base, `/v1/products/${own.id}`, { key: alice.text })).status).toBe(200);
  expect((await call(base, `/v1/products/${own.id}`, { key: bob.text })).status).toBe(404);
  await call(base, `/v1/products/${shared.id}`, { key: alice.text });
  asked = [];
  expect((await call(base, `/v1/products/${shared.id}`, { key: bob.text })).status).toBe(200);
  expect(asked).toEqual([]);
});

it('accounts that ask for a private product at the same time get what is theirs', async () => {
  const alice = keys.make();
  const bob = keys.make();
  const own = make(alice.accountId);
  let open: () => void = () => undefined;
  gate = new Promise((resolve) => (open = resolve));
  const bobs = call(base, `/v1/products/${own.id}`, { key: bob.text });
  await world.until(() => asked.length === 1);
  const alices = call(base, `/v1/products/${own.id}`, { key: alice.text });
  open();
  expect([(await bobs).status, (await alices).status]).toEqual([404, 200]);
});

it.each([
  [
    'a new price',
    (of: Product) => world.publish(OffersAccepted, accepted(of), { accountId: newId(), key: of.id }),
  ],
  [
    'changed facts',
    (of: Product) =>
      world.publish(
        ProductChanged,
        {
          products: [
            {
              productId: of.id,
              source: of.source,
              product: of.product,
              facts: {},
              changedAt: '2026-01-02T00:00:00.000Z',
            },
          ],
        },
        { accountId: newId(), key: of.id },
      ),
  ],
])('%s is told by the next answer', async (_name, publish) => {
  const { text: key, accountId } = keys.make();
  const one = make(accountId);
  expect(await priceOf(key, one.id)).toBe('9.99');
  reprice(one, 499);
  expect(await priceOf(key, one.id)).toBe('9.99');
  await publish(one);
  await world.until(async () => (await priceOf(key, one.id)) === '4.99');
});

it('an answer that was on its way when the price changed is not kept', async () => {
  const { text: key, accountId } = keys.make();
  const one = make(accountId);
  let open: () => void = () => undefined;
  gate = new Promise((resolve) => (open = resolve));
  const early = priceOf(key, one.id);
  await world.until(() => asked.length === 1);
  const before = world.events(OffersAccepted).length;
  await world.publish(OffersAccepted, accepted(one), { accountId, key: one.id });
  await world.until(() => world.events(OffersAccepted).length > before);
  // A second question proves that the gateway has heard of it, which may be later than we have: until then
  // whoever asks joins the question under way.
  const later: Promise<unknown>[] = [];
  await world.until(() => {
    later.push(call(base, `/v1/products/${one.id}`, { key }));
    return asked.length >= 2;
  });
  reprice(one, 499);
  open();
  await Promise.all([early, ...later]);
  await world.publish(OffersAccepted, accepted(one), { accountId, key: one.id });
  await world.until(async () => (await priceOf(key, one.id)) === '4.99');
});

it('a deal is told from memory until a newer one is scored', async () => {
  const { text: key, accountId } = keys.make();
  const one = make(accountId);
  const read = async () => (await call(base, `/v1/products/${one.id}/deal`, { key })).json.price;
  expect([await read(), await read()]).toEqual(['9.99', '9.99']);
  expect(dealsAsked).toBe(1);
  dealMinor = 499;
  const scored: DataOf<typeof DealsScored> = {
    source: one.source,
    mode: 'live',
    deals: [
      {
        productId: one.id,
        offerId: one.id,
        product: one.product,
        observedAt: '2026-01-02T00:00:00.000Z',
        priceMinor: 499,
        currency: 'USD',
      },
    ],
  };
  await world.publish(DealsScored, scored, { accountId, key: one.id });
  await world.until(async () => (await read()) === '4.99');
});

it('another gateway finds in Redis what this one has asked for, and forgets it with the same fact', async () => {
  const { text: key, accountId } = keys.make();
  const other = (await world.start('gateway', { instance: 'gateway-2', env: { SOUK_PORT: '0' } })).url!;
  // Nobody waits for what is put into Redis: a product that the other was too quick for proves nothing.
  const one = await world.until(async () => {
    const candidate = make(accountId);
    expect(await priceOf(key, candidate.id)).toBe('9.99');
    asked = [];
    const { status } = await call(other, `/v1/products/${candidate.id}`, { key });
    return status === 200 && asked.length === 0 ? candidate : undefined;
  });
  reprice(one, 499);
  await world.publish(OffersAccepted, accepted(one), { accountId, key: one.id });
  await world.until(async () => {
    const { json } = await call(other, `/v1/products/${one.id}`, { key });
    return (json.offer as unknown as { price: string }).price === '4.99';
  });
});

it('the operator sees what the caches hold; nobody else does', async () => {
  const operator = keys.make({ accountId: OPERATOR_ACCOUNT_ID });
  const { json, status } = await call(base, '/v1/admin/caches', { key: operator.text });
  expect(status).toBe(200);
  const items = json.items as unknown as { kind: string; tier: string; hits: number; entries?: number }[];
  const memory = items.find(({ kind, tier }) => kind === 'product' && tier === 'memory');
  expect(memory!.hits).toBeGreaterThan(0);
  expect(memory!.entries).toBeGreaterThan(0);
  expect((await call(base, '/v1/admin/caches', { key: keys.make().text })).status).toBe(403);
});

it('leave half of Redis to quota, which cannot count once it is full', async () => {
  const operator = keys.make({ accountId: OPERATOR_ACCOUNT_ID });
  const { json } = await call(base, '/v1/admin/caches', { key: operator.text });
  const items = json.items as unknown as { tier: string; maxBytes?: number }[];
  const redis = new Redis(world.urls.redis);
  const [, memory] = await redis.config('GET', 'maxmemory');
  redis.disconnect();
  expect(items.find(({ tier }) => tier === 'redis')!.maxBytes).toBe(Number(memory) / 2);
});
