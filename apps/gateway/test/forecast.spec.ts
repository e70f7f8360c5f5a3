import { type Forecast, GetForecast, GetProducts, newId, type RequestOf } from '@souk/contracts';
import type { World } from '@souk/testing';
import { product } from './fixtures.ts';
import { call, type KeyRing, startGateway } from './gateway-world.ts';

let world: World;
let base: string;
let keys: KeyRing;
const asked: RequestOf<typeof GetForecast>[] = [];

beforeAll(async () => {
  ({ world, keys } = await startGateway());
  base = world.running('gateway').url!;
  world.answer(GetProducts, ({ productIds }) => ({
    products: productIds.map((id) => ({ ...product(newId(), 'p1'), id })),
  }));
  world.answer(GetForecast, (request) => {
    asked.push(request);
    const { productId, targetMinor = 900 } = request;
    return { forecast: forecast(productId, targetMinor) };
  });
  await world.nats.flush();
});
afterAll(() => world?.stop());

const forecast = (productId: string, targetMinor: number): Forecast => ({
  productId,
  offerId: productId,
  observedAt: '2026-01-01T00:00:00.000Z',
  priceMinor: 999,
  currency: 'USD',
  targetMinor,
  horizons: [],
  advice: { verdict: 'either', why: 'Nothing was learnt yet.' },
  model: { version: 'none', trainedUntil: null, cases: 0 },
});

describe('a forecast', () => {
  it('is asked for a price in the currency of the product, and told as an amount', async () => {
    const { text, accountId } = keys.make();
    const productId = newId();
    const { status, json } = await call(base, `/v1/products/${productId}/forecast?target=9.50`, {
      key: text,
    });
    expect([status, json]).toMatchObject([200, { price: '9.99', currency: 'USD', target: '9.50' }]);
    expect(asked.at(-1)).toEqual({ accountId, productId, targetMinor: 950 });
    await call(base, `/v1/products/${productId}/forecast`, { key: text });
    expect(asked.at(-1)).toEqual({ accountId, productId });
  });

  it.each([
    ['0', 'it has to be above 0'],
    ['0.00', 'it has to be above 0'],
    ['cheap', expect.any(String)],
    ['9.999', expect.any(String)],
    ['-1', expect.any(String)],
  ])('of the target %p is refused with the reason, and nothing is asked', async (target, problem) => {
    const { text } = keys.make();
    const before = asked.length;
    const path = `/v1/products/${newId()}/forecast?target=${target}`;
    const { status, json } = await call(base, path, { key: text });
    expect([status, json]).toMatchObject([422, { errors: [{ field: 'target', problem }] }]);
    expect(asked).toHaveLength(before);
  });
});
