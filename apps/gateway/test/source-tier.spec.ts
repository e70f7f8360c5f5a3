import {
  FindProducts,
  GetExchangeRates,
  GetLinkedProducts,
  GetProducts,
  ListSources,
  LookUpProducts,
  newId,
  OPERATOR_ACCOUNT_ID,
  type LookUpProblem,
  type Product,
  productIdOf,
  type RequestOf,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { PopularProducts } from '../src/products/popular-products.ts';
import { product as fixture } from './fixtures.ts';
import { call, type KeyRing, startGateway } from './gateway-world.ts';

const HOUR_MS = 3_600_000;
let world: World;
let keys: KeyRing;
let base: string;
let key: string;
let stored: Product[];
let asked: RequestOf<typeof LookUpProducts>[];
let problem: LookUpProblem | null;
let gate: Promise<void>;

const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

beforeAll(async () => {
  ({ world, keys } = await startGateway());
  base = world.running('gateway').url!;
  world.answer(FindProducts, ({ source, product }) => ({
    products: stored.filter((one) => one.source === source && one.product === product),
    next: null,
  }));
  world.answer(GetProducts, ({ productIds }) => ({
    products: stored.filter(({ id }) => productIds.includes(id)),
  }));
  world.answer(LookUpProducts, async (request) => {
    asked.push(request);
    await gate;
    const [{ source, product }] = request.products as [{ source: string; product: string }];
    const productId = productIdOf(OPERATOR_ACCOUNT_ID, source, product);
    const fetchedAt = new Date().toISOString();
    const told = { product, title: 'Told', priceMinor: 499, currency: 'USD', observedAt: fetchedAt };
    return {
      products: [
        {
          source,
          product,
          productId,
          observations: problem ? [] : [told],
          fetchedAt: problem ? null : fetchedAt,
          fetchId: problem ? null : newId(),
          isCached: false,
          problem,
          policy: { mayStoreHistory: false, cacheLifetimeMs: HOUR_MS, mayAlert: false, attribution: 'By it' },
          substitute: null,
        },
      ],
    };
  });
  await world.nats.flush();
});
afterAll(() => world?.stop());
beforeEach(() => {
  key = keys.make().text;
  stored = [];
  asked = [];
  problem = null;
  gate = Promise.resolve();
});

function keep(code: string, ageMs: number, change: Partial<Product> = {}): Product {
  const at = ago(ageMs);
  const { offers, ...made } = fixture(OPERATOR_ACCOUNT_ID, code, { shared: true, ...change });
  const kept = { ...made, offers: offers.map((offer) => ({ ...offer, observedAt: at, collectedAt: at })) };
  stored.push(kept);
  return kept;
}
const find = async (code: string, maxAge?: number) => {
  const query = maxAge === undefined ? '' : `&maxAge=${maxAge}`;
  const answer = await call(base, `/v1/products?source=sandbox&product=${code}${query}`, { key });
  const items = answer.json.items as unknown as Record<string, never>[] | undefined;
  return { status: answer.status, item: items?.[0] as Record<string, unknown> | undefined, answer };
};

describe('a product by its source and code', () => {
  it('that is not stored is looked up, once for all who ask, with what its source allows', async () => {
    let open: () => void = () => undefined;
    gate = new Promise((resolve) => (open = resolve));
    const answers = Array.from({ length: 10 }, () => find('new'));
    await world.until(() => asked.length > 0);
    open();
    for (const { status, item } of await Promise.all(answers)) {
      expect([status, item]).toEqual([200, expect.objectContaining({ title: 'Told', shared: true })]);
      expect(item!['offer']).toMatchObject({
        price: '4.99',
        attribution: 'By it',
        expiresAt: expect.any(String),
      });
    }
    // Those who came after the answer ask anew: it is not stored in this test.
    expect(asked.every(({ priority }) => priority === 'user')).toBe(true);
    expect(asked.length).toBeLessThan(10);
  });

  it('that is fresh enough is told as it is stored, without a call', async () => {
    keep('fresh', 2 * HOUR_MS);
    expect((await find('fresh', 10_800)).item).toMatchObject({ freshness: { stale: false } });
    expect((await find('fresh')).item).not.toHaveProperty('freshness');
    expect(asked).toEqual([]);
  });

  it('that is older than asked for is looked up first', async () => {
    const { id } = keep('old', 2 * HOUR_MS);
    expect((await find('old', 60)).item).toMatchObject({
      offer: { price: '4.99' },
      freshness: { stale: false },
    });
    const byId = await call(base, `/v1/products/${id}?maxAge=60`, { key });
    expect(byId.json).toMatchObject({ id, offer: { price: '4.99' } });
    expect(Number(byId.headers.get('age'))).toBeLessThan(5);
    expect(asked).toMatchObject([{ maxAgeMs: 60_000 }, { maxAgeMs: 60_000 }]);
  });

  it('that is past the lifetime of stored prices is told at once, and looked up behind the answer', async () => {
    keep('ancient', 8 * 24 * HOUR_MS);
    expect((await find('ancient')).item).toMatchObject({
      offer: { price: '9.99' },
      freshness: { stale: true, reason: 'it is being looked up' },
    });
    await world.until(() => asked.length === 1);
    expect(asked).toMatchObject([{ priority: 'enrichment' }]);
  });

  it('is told as stored, with its age and the reason, while its source cannot be asked', async () => {
    problem = { reason: 'no-permit', detail: 'no permit: breaker-open', retryAfterMs: 9_000 };
    const { id } = keep('held', 2 * HOUR_MS);
    const { item, status } = await find('held', 60);
    expect([status, item]).toEqual([200, expect.objectContaining({ offer: expect.anything() })]);
    expect(item!['freshness']).toMatchObject({
      stale: true,
      reason: expect.stringContaining('breaker-open'),
    });
    const byId = await call(base, `/v1/products/${id}?maxAge=60`, { key });
    expect(Number(byId.headers.get('age'))).toBeGreaterThanOrEqual(7_200);
  });

  it('that is not stored while its source cannot be asked is no empty list', async () => {
    problem = { reason: 'no-permit', detail: 'no permit: rate', retryAfterMs: 9_000 };
    const { status, answer } = await find('absent');
    expect([status, answer.headers.get('retry-after')]).toEqual([503, '9']);
  });

  it('that its source does not know is asked for once in a while only', async () => {
    problem = { reason: 'not-found', detail: 'no such product' };
    expect([(await find('nothing')).answer.json.items, (await find('nothing')).answer.json.items]).toEqual([
      [],
      [],
    ]);
    expect(asked).toHaveLength(1);
  });

  it('is an own listing before anything else, which no source is asked about', async () => {
    keep('own', 30 * 24 * HOUR_MS, { shared: false, id: newId() });
    expect((await find('own')).item).toMatchObject({ shared: false, offer: { price: '9.99' } });
    expect(asked).toEqual([]);
  });

  it('counts its source among the tiers', async () => {
    const operator = keys.make({ accountId: OPERATOR_ACCOUNT_ID });
    const { json } = await call(base, '/v1/admin/caches', { key: operator.text });
    const tiers = json.items as unknown as { kind: string; tier: string; hits: number }[];
    expect(tiers.find(({ kind, tier }) => kind === 'product' && tier === 'source')!.hits).toBeGreaterThan(0);
  });

  it('is looked up before it grows old when many read it, behind everybody else', async () => {
    const popular = world.app('gateway').get(PopularProducts);
    await popular.warm();
    asked = [];
    const hot = keep('hot', 7 * HOUR_MS);
    keep('cold', 7 * HOUR_MS);
    for (let turn = 0; turn < 5; turn += 1) await call(base, `/v1/products/${hot.id}`, { key });
    await find('cold');
    expect(await popular.warm()).toBe(1);
    expect(asked).toMatchObject([{ priority: 'analytics', products: [{ product: 'hot' }] }]);
  });
});

describe('marketplaces beside each other', () => {
  const usd = (change: Partial<Product['offers'][number]>, of: Product): Product => ({
    ...of,
    offers: of.offers.map((offer) => ({ ...offer, ...change })),
  });

  it('are converted at the rate of the price’s day, with what is missing said for its line', async () => {
    const code = 'B0TESTTEST';
    const at = '2026-11-20T10:00:00.000Z';
    const listing = (source: string, change: Partial<Product['offers'][number]>): Product =>
      usd(
        { observedAt: at, collectedAt: ago(0), ...change },
        {
          ...fixture(OPERATOR_ACCOUNT_ID, code, { shared: true, source }),
          id: productIdOf(OPERATOR_ACCOUNT_ID, source, code),
        },
      );
    const us = listing('amazon-us', { priceMinor: 10_000, shippingMinor: 500 });
    const inr = listing('amazon-in', { priceMinor: 899_900, currency: 'INR', listPriceMinor: null });
    const eg = listing('amazon-eg', { priceMinor: 5_000, currency: 'EGP', listPriceMinor: null });
    stored = [us, inr];
    problem = { reason: 'unknown-source', detail: 'there is no such source' };
    world.answer(GetLinkedProducts, () => ({
      products: [{ ...eg, by: { kind: 'asin' as const, value: code } }],
    }));
    const days: string[] = [];
    world.answer(GetExchangeRates, ({ day }) => {
      days.push(day);
      return {
        exchangeRates: { day, base: 'EUR', rates: { USD: '1.1600', INR: '104.40' }, origin: 'The bank' },
      };
    });
    await world.nats.flush();
    const { json, status } = await call(
      base,
      `/v1/products/${us.id}/compare?marketplaces=IN,us,EG,DE&currency=INR&shipTo=DE`,
      { key },
    );
    expect([status, json]).toEqual([200, expect.objectContaining({ currency: 'INR', cheapest: 'IN' })]);
    const [india, states, egypt, germany] = json.items as unknown as Record<string, unknown>[];
    expect(india).toMatchObject({
      match: 'same-code',
      converted: { price: '8999.00', shipping: null, total: '8999.00', rate: null },
      duties: { isEstimate: true, amount: '313.20', rule: expect.stringContaining('3 EUR') },
    });
    expect(states).toMatchObject({
      marketplace: 'US',
      match: 'this',
      offer: { price: '100.00', currency: 'USD' },
      converted: {
        price: '9000.00',
        shipping: '450.00',
        total: '9450.00',
        rate: { from: 'USD', to: 'INR', rate: '90', day: '2026-11-20', origin: 'The bank' },
      },
    });
    expect(egypt).toMatchObject({
      match: 'linked',
      converted: null,
      problem: { reason: 'no-exchange-rate', detail: expect.stringContaining('EGP') },
    });
    expect(germany).toMatchObject({ productId: null, problem: { reason: 'not-listed' } });
    expect(days).toEqual(['2026-11-20']);
  });

  it('are found by what sources say of themselves, whatever they are called', async () => {
    const code = 'B0TESTFREE';
    const of = (source: string): Product => ({
      ...fixture(OPERATOR_ACCOUNT_ID, code, { shared: true, source }),
      id: productIdOf(OPERATOR_ACCOUNT_ID, source, code),
    });
    const own = of('states');
    stored = [own];
    problem = null;
    asked = [];
    world.answer(GetLinkedProducts, () => ({ products: [] }));
    world.answer(ListSources, () => ({
      sources: [
        ['states', 'US'],
        ['allemagne', 'DE'],
      ].map(([source, marketplace]) => ({
        ...{ source: source!, marketplace: marketplace!, adapter: 'amazon', intervalMs: 60_000, failures: 0 },
        ...{ lastPolledAt: null, lastSucceededAt: null, lastError: null, abilities: ['lookup' as const] },
      })),
    }));
    await world.nats.flush();
    const { json } = await call(base, `/v1/products/${own.id}/compare?marketplaces=US,DE&currency=USD`, {
      key,
    });
    expect(json.items).toMatchObject([
      { source: 'states', match: 'this' },
      { source: 'allemagne', match: 'same-code', converted: { price: '4.99' } },
    ]);
    expect(asked).toMatchObject([{ products: [{ source: 'allemagne', product: code }] }]);
  });

  it.each(['marketplaces=XX&currency=INR', 'marketplaces=IN&currency=XXQ', 'currency=INR'])(
    'are refused with %s',
    async (query) => {
      expect((await call(base, `/v1/products/${newId()}/compare?${query}`, { key })).status).toBe(422);
    },
  );
});
