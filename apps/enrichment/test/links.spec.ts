import {
  GetLinkedProducts,
  GetProducts,
  newId,
  OPERATOR_ACCOUNT_ID,
  ProductLinked,
  productIdOf,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { collection, observation, publish, startEnrichment } from './world.ts';

const GTIN = '4006381333931';

describe('listings of the same item', () => {
  let world: World;
  beforeAll(async () => {
    world = await startEnrichment();
  });
  afterAll(() => world.stop());

  const list = (accountId: string, source: string, product: string, facts: object = {}): Promise<string> =>
    publish(
      world,
      accountId,
      collection({ source, observations: [observation({ product, title: product, ...facts })] }),
    );
  const linked = async (accountId: string, productId: string) =>
    (await world.ask(GetLinkedProducts, { accountId, productId })).products.map(
      ({ source, product, by }) => ({
        source,
        product,
        by: by.kind,
      }),
    );
  /** Of listings that are handled together each is told of the other: what comes next waits for what was before. */
  const isKnown = (productId: string, brand?: string): Promise<unknown> =>
    world.until(async () => {
      const { products } = await world.ask(GetProducts, { accountId: newId(), productIds: [productId] });
      return products.some(({ facts }) => facts.brand === brand);
    });
  const snapshots = (productId: string) =>
    world.events(ProductLinked).filter(({ data }) => data.productId === productId);

  it('are linked by the same number however it is written, told once, and stay listings of their own', async () => {
    const [one, other] = [
      productIdOf(OPERATOR_ACCOUNT_ID, 'pens-a', 'x1'),
      productIdOf(OPERATOR_ACCOUNT_ID, 'pens-b', 'y1'),
    ];
    await list(OPERATOR_ACCOUNT_ID, 'pens-a', 'x1', { gtin: GTIN });
    await isKnown(one);
    await list(OPERATOR_ACCOUNT_ID, 'pens-b', 'y1', { gtin: `0${GTIN}` });
    const event = await world.event(ProductLinked, ({ data }) => [one, other].includes(data.productId));
    expect(event.data.links).toMatchObject([{ by: { kind: 'gtin', value: `0${GTIN}` } }]);
    expect(await linked(newId(), one)).toEqual([{ source: 'pens-b', product: 'y1', by: 'gtin' }]);
    expect(await linked(newId(), other)).toEqual([{ source: 'pens-a', product: 'x1', by: 'gtin' }]);
    await list(OPERATOR_ACCOUNT_ID, 'pens-b', 'y1', { gtin: `0${GTIN}`, brand: 'Stabilo' });
    await isKnown(other, 'Stabilo');
    await list(OPERATOR_ACCOUNT_ID, 'pens-c', 'z1', { gtin: GTIN });
    await world.until(async () => (await linked(newId(), one)).length === 2);
    expect(snapshots(one).length + snapshots(other).length).toBe(1);
  });

  it('of one account are linked with its own and the shared ones, never with those of another account', async () => {
    const [mine, theirs] = [newId(), newId()];
    const facts = { brand: 'Sony', mpn: 'WH-1000XM5' };
    await list(mine, 'my-shop', 'm', facts);
    await list(theirs, 'their-shop', 't', facts);
    await list(OPERATOR_ACCOUNT_ID, 'shared-shop', 's', facts);
    const id = productIdOf(mine, 'my-shop', 'm');
    await world.until(async () => (await linked(mine, id)).length === 1);
    await world.until(
      async () => (await linked(theirs, productIdOf(theirs, 'their-shop', 't'))).length === 1,
    );
    expect(await linked(mine, id)).toEqual([{ source: 'shared-shop', product: 's', by: 'mpn' }]);
    expect(await linked(theirs, id)).toEqual([]);
    const all = world.events(ProductLinked).filter(({ accountId }) => accountId === mine);
    expect(all.flatMap(({ data }) => data.links).map(({ source }) => source)).not.toContain('their-shop');
  });

  it('are parted again, and it is told, when the number turns out to be another one', async () => {
    const account = newId();
    await list(account, 'a', 'p', { gtin: '036000291452', observedAt: '2026-03-01T10:00:00.000Z' });
    await list(account, 'b', 'q', { gtin: '036000291452' });
    const id = productIdOf(account, 'a', 'p');
    await world.until(async () => (await linked(account, id)).length === 1);
    await list(account, 'a', 'p', { gtin: '4012345000016', observedAt: '2026-03-01T11:30:00.000Z' });
    await world.event(ProductLinked, ({ data }) => data.productId === id && data.links.length === 0);
    expect(await linked(account, id)).toEqual([]);
  });
});
