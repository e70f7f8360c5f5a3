import {
  FormQuarantined,
  GetProducts,
  newId,
  OffersAccepted,
  OPERATOR_ACCOUNT_ID,
  ProductChanged,
  productIdOf,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { type Collection, collection, observation, publish, startEnrichment } from './world.ts';

const LIFETIME_MS = 1_500;
/** Of what is looked at: it outlives any pause of the machine. */
const LONG_LIFETIME_MS = 600_000;
const policy = {
  mayStoreHistory: false,
  cacheLifetimeMs: LIFETIME_MS,
  mayAlert: false,
  attribution: 'By Example',
};

const lasting = { ...policy, cacheLifetimeMs: LONG_LIFETIME_MS };

describe('a price that its source lets nobody keep', () => {
  let world: World;
  beforeAll(async () => {
    world = await startEnrichment({ SOUK_EXPIRY_INTERVAL_MS: '50' });
  });
  afterAll(() => world.stop());

  const fetched = (
    product: string,
    changes: Partial<Collection> = {},
    facts: object = {},
  ): Promise<string> => {
    const now = new Date().toISOString();
    return publish(
      world,
      OPERATOR_ACCOUNT_ID,
      collection({
        source: 'strict-shop',
        origin: 'fetched',
        collectedAt: now,
        adapterVersion: 'strict-shop/1',
        policy,
        observations: [
          observation({
            product,
            observedAt: now,
            title: `Title of ${product}`,
            gtin: '4006381333931',
            ...facts,
          }),
        ],
        ...changes,
      }),
    );
  };
  const idOf = (product: string): string => productIdOf(OPERATOR_ACCOUNT_ID, 'strict-shop', product);
  const get = async (product: string) =>
    (await world.ask(GetProducts, { accountId: newId(), productIds: [idOf(product)] })).products[0];
  const rows = (sql: string, product: string): Promise<unknown[]> =>
    world.sql('enrichment', sql, [idOf(product)]);

  it('is shown with its origin, attribution and end, and travels on with its policy', async () => {
    await fetched('shown', { policy: lasting });
    const { offers } = await world.until(() => get('shown'));
    expect(offers[0]).toMatchObject({
      origin: 'fetched',
      adapterVersion: 'strict-shop/1',
      attribution: 'By Example',
      fetchId: expect.any(String),
    });
    expect(Date.parse(offers[0]!.expiresAt!) - Date.parse(offers[0]!.collectedAt!)).toBe(LONG_LIFETIME_MS);
    const event = await world.event(OffersAccepted, ({ data }) => data.offers[0]!.product === 'shown');
    expect(event.data).toMatchObject({ policy: lasting, adapterVersion: 'strict-shop/1' });
  });

  it('is gone from the tables when its time is over, with what was said of the product; the listing stays', async () => {
    await fetched('gone');
    await world.until(() => get('gone'));
    await world.until(
      async () => (await rows('select 1 from offer where product_id = $1', 'gone')).length === 0,
    );
    await world.until(async () => (await get('gone'))?.facts.title === undefined);
    expect(await rows('select facts, title from product where product_id = $1', 'gone')).toEqual([
      { facts: {}, title: null },
    ]);
    expect(await rows('select 1 from identifier where product_id = $1', 'gone')).toEqual([]);
    expect(await get('gone')).toMatchObject({ id: idOf('gone'), offers: [] });
  });

  it('is known again when it is fetched again, also with the same words', async () => {
    await fetched('again');
    await world.event(OffersAccepted, ({ data }) => data.offers[0]!.product === 'again');
    await world.until(async () => (await get('again'))?.facts.title === undefined);
    await fetched('again', { policy: lasting });
    await world.until(async () => (await get('again'))?.facts.title === 'Title of again');
    expect((await get('again'))!.offers).toHaveLength(1);
  });

  it('is told to nobody who only listens: no title, no picture', async () => {
    await fetched('quiet');
    const event = await world.event(ProductChanged, ({ data }) => data.products[0]!.product === 'quiet');
    expect(event.data.products[0]!.facts).toEqual({});
  });

  it('does not end what other sources say', async () => {
    await fetched('free', { policy: { ...policy, cacheLifetimeMs: null } });
    await world.until(() => get('free'));
    await fetched('strict');
    await world.until(() => get('strict'));
    await world.until(async () => (await get('strict'))!.offers.length === 0);
    expect((await get('free'))!.offers).toHaveLength(1);
    expect(world.events(FormQuarantined)).toEqual([]);
  });
});
