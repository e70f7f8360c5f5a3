import {
  type Forecast,
  GetForecast,
  GetProducts,
  newId,
  type Product,
  type RequestOf,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { product } from './fixtures.ts';
import { call, type KeyRing, startGateway } from './gateway-world.ts';

let world: World;
let base: string;
let keys: KeyRing;
const asked: RequestOf<typeof GetForecast>[] = [];
let offers: Product['offers'] | undefined;
/** In which the forecasts are, one after the other; the last one stays. */
let currencies: string[] = ['USD'];

beforeAll(async () => {
  ({ world, keys } = await startGateway());
  base = world.running('gateway').url!;
  world.answer(GetProducts, ({ productIds }) => ({
    products: productIds.map((id) => ({ ...product(newId(), 'p1', offers && { offers }), id })),
  }));
  world.answer(GetForecast, (request) => {
    asked.push(request);
    const { productId, targetMinor = 900 } = request;
    const [currency] = currencies.length > 1 ? currencies.splice(0, 1) : currencies;
    return { forecast: forecast(productId, targetMinor, currency!) };
  });
  await world.nats.flush();
});
afterAll(() => world?.stop());

beforeEach(() => {
  offers = undefined;
  currencies = ['USD'];
});

const forecast = (productId: string, targetMinor: number, currency: string): Forecast => ({
  productId,
  offerId: productId,
  observedAt: '2026-01-01T00:00:00.000Z',
  priceMinor: 999,
  currency,
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

  it('is asked for a price in the currency that it is told in, whatever the newest offer is in', async () => {
    currencies = ['JPY'];
    const { text } = keys.make();
    const at = (target: string) =>
      call(base, `/v1/products/${newId()}/forecast?target=${target}`, { key: text });
    expect((await at('950')).json).toMatchObject({ currency: 'JPY', target: '950' });
    expect(asked.at(-1)).toMatchObject({ targetMinor: 950 });
    expect((await at('9.50')).status).toBe(422);
  });

  it('of a product without offers minds the price that it is asked for', async () => {
    offers = [];
    const path = `/v1/products/${newId()}/forecast?target=9.50`;
    expect((await call(base, path, { key: keys.make().text })).json).toMatchObject({ target: '9.50' });
  });

  it('whose currency changes between its two questions has to be asked for again', async () => {
    currencies = ['USD', 'JPY'];
    const path = `/v1/products/${newId()}/forecast?target=9.50`;
    const { status, headers } = await call(base, path, { key: keys.make().text });
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
  });

  it.each([
    ['0', 'it has to be above 0'],
    ['0.00', 'it has to be above 0'],
    ['cheap', expect.any(String)],
    ['9.999', expect.any(String)],
    ['-1', expect.any(String)],
  ])('of the target %p is refused with the reason, and not asked for', async (target, problem) => {
    const { text } = keys.make();
    asked.length = 0;
    const path = `/v1/products/${newId()}/forecast?target=${target}`;
    const { status, json } = await call(base, path, { key: text });
    expect([status, json]).toMatchObject([422, { errors: [{ field: 'target', problem }] }]);
    expect(asked.filter(({ targetMinor }) => targetMinor !== undefined)).toEqual([]);
  });
});
