import {
  GetProducts,
  GetThresholdAdvice,
  ListVariations,
  newId,
  Refusal,
  type ResponseOf,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { call, type KeyRing, startGateway } from './gateway-world.ts';

const known = newId();
const counted = { times: 2, lastAt: '2026-01-02T00:00:00.000Z', everyDays: 45, why: 'Twice.' };
const advice: ResponseOf<typeof GetThresholdAdvice> = {
  advice: {
    productId: known,
    offerId: known,
    currency: 'EUR',
    priceMinor: 1_999,
    days: 90,
    prices: [{ priceMinor: 1_501, ...counted }],
    drops: [{ percent: 20, ...counted }],
    recommended: { priceMinor: 1_501, why: 'It came often.' },
  },
  alternatives: [
    {
      productId: newId(),
      source: 'shop',
      product: 'other',
      title: 'Other',
      priceMinor: 999,
      score: 71.5,
      by: 'category',
      likeness: 0.5,
      why: 'Alike.',
    },
  ],
};

let world: World;
let keys: KeyRing;
let base: string;
beforeAll(async () => {
  ({ world, keys } = await startGateway());
  base = world.running('gateway').url!;
  world.answer(GetThresholdAdvice, ({ productId }) =>
    productId === known ? advice : { advice: null, alternatives: [] },
  );
  world.answer(GetProducts, ({ productIds }) => ({
    products: productIds.includes(known)
      ? [{ id: known, source: 'shop', product: 'lamp', shared: true, facts: {}, offers: [] }]
      : [],
  }));
  world.answer(ListVariations, () => {
    const problem = 'shop tells no variations';
    throw new Refusal('invalid', problem, { problems: [{ field: 'source', problem }] });
  });
  await world.nats.flush();
});
afterAll(() => world?.stop());

describe('advice on a product', () => {
  it('tells prices as decimals in the currency of its offer', async () => {
    const { status, json } = await call(base, `/v1/products/${known}/advice`, { key: keys.make().text });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      price: '19.99',
      currency: 'EUR',
      prices: [{ priceBelow: '15.01', ...counted }],
      drops: [{ dropPercent: 20, ...counted }],
      recommended: { priceBelow: '15.01' },
      alternatives: [{ product: 'other', price: '9.99', currency: 'EUR', score: 71.5 }],
    });
    expect(JSON.stringify(json)).not.toContain('Minor');
  });

  it('is not found where there is no such product', async () => {
    const { status } = await call(base, `/v1/products/${newId()}/advice`, { key: keys.make().text });
    expect(status).toBe(404);
  });
});

describe('variations of a product', () => {
  it('that its source cannot tell are refused in the words of who asked', async () => {
    const key = keys.make().text;
    const { status, json } = await call(base, `/v1/products/${known}/variations`, { key });
    expect([status, json]).toEqual([
      422,
      expect.objectContaining({ errors: [{ field: 'id', problem: 'shop tells no variations' }] }),
    ]);
  });
});
