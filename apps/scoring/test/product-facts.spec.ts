import { newId, OPERATOR_ACCOUNT_ID, ProductChanged, productIdOf } from '@souk/contracts';
import { Database } from '@souk/service';
import type { World } from '@souk/testing';
import { ProductFactsStore } from '../src/market/product-facts.store.ts';
import { startScoring } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startScoring();
});
afterAll(() => world?.stop());

const account = newId();
const tell = (accountId: string, product: string, facts: Record<string, unknown>, changedAt: string) => {
  const productId = productIdOf(accountId, 'shop', product);
  const products = [{ productId, source: 'shop', product, facts, changedAt }];
  return world.publish(ProductChanged, { products }, { accountId, key: productId });
};
const read = async (asked: string, owner: string, product: string) => {
  const store = world.app('scoring').get(ProductFactsStore);
  const database = world.app('scoring').get(Database);
  const [facts] = await database.read([asked], (tx) => store.of(tx, [productIdOf(owner, 'shop', product)]));
  return facts;
};

describe('what a listing is', () => {
  it('follows the newest news, and facts that are gone from the news are gone here', async () => {
    const category = ['Home & "Garden"', 'Möbel, Stühle'];
    await tell(
      account,
      'chair',
      { title: 'Chair', category, brand: 'ACME', rating: 4.5 },
      '2026-01-02T00:00:00.000Z',
    );
    const known = await world.until(() => read(account, account, 'chair'));
    expect(known).toMatchObject({ title: 'Chair', brand: 'ACME', category, rating: 4.5, reviewCount: null });
    await tell(account, 'chair', { title: 'Old chair' }, '2026-01-01T00:00:00.000Z');
    await tell(account, 'chair', {}, '2026-01-03T00:00:00.000Z');
    const later = await world.until(async () => {
      const facts = await read(account, account, 'chair');
      return facts?.title === null ? facts : undefined;
    });
    expect(later).toMatchObject({ title: null, brand: null, category: [], rating: null });
  });

  it('is known to its account, to all when it is the operator’s, and to nobody else', async () => {
    const other = newId();
    await tell(OPERATOR_ACCOUNT_ID, 'lamp', { title: 'Lamp' }, '2026-01-01T00:00:00.000Z');
    expect(await world.until(() => read(other, OPERATOR_ACCOUNT_ID, 'lamp'))).toMatchObject({
      title: 'Lamp',
    });
    expect(await read(other, account, 'chair')).toBeUndefined();
  });
});
