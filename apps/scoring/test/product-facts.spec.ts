import { newId, OPERATOR_ACCOUNT_ID, ProductChanged, ProductLinked, productIdOf } from '@souk/contracts';
import { Database } from '@souk/service';
import type { World } from '@souk/testing';
import { ContextStore } from '../src/context/context.store.ts';
import { PlainListings } from '../src/context/plain-listings.ts';
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

describe('a listing of which nothing is known', () => {
  const contexts = () => world.app('scoring').get(PlainListings);
  /** What is known of a listing, and how many statements it took. */
  async function ask(productId: string, meanwhile = () => {}, plain = contexts()) {
    let statements = 0;
    const contextOf = await world
      .app('scoring')
      .get(Database)
      .read([account], (tx) =>
        plain.of(
          {
            query: async <Row>(sql: string, params?: unknown[]) => {
              statements += 1;
              const rows = await tx.query<Row>(sql, params);
              meanwhile();
              return rows;
            },
          },
          [productId],
        ),
      );
    return { ...contextOf(productId), statements };
  }

  it('is asked for once, until there are news of it', async () => {
    const productId = productIdOf(account, 'shop', 'table');
    expect(await ask(productId)).toMatchObject({ reviews: undefined, others: [], statements: 1 });
    expect(await ask(productId)).toMatchObject({ reviews: undefined, others: [], statements: 0 });
    await tell(account, 'table', { rating: 4.5, reviewCount: 7 }, '2026-01-02T00:00:00.000Z');
    const known = await world.until(async () => {
      const found = await ask(productId);
      return found.reviews ? found : undefined;
    });
    expect(known).toMatchObject({ reviews: { rating: 4.5, count: 7 }, statements: 1 });
    expect((await ask(productId)).statements).toBe(1);
  });

  it('is asked for each time while it is linked, whether the others have a price or not', async () => {
    const [productId, other] = ['desk', 'same desk'].map((product) => productIdOf(account, 'shop', product));
    await ask(productId!);
    const link = {
      productId: other!,
      source: 'shop',
      product: 'same desk',
      by: { kind: 'gtin' as const, value: '04006381333931' },
    };
    const linked = { productId: productId!, source: 'shop', product: 'desk', links: [link] };
    await world.publish(
      ProductLinked,
      { ...linked, linkedAt: '2026-01-01T00:00:00.000Z' },
      {
        accountId: account,
        key: productId!,
      },
    );
    await world.until(async () => ((await ask(productId!)).statements === 1 ? true : undefined));
    expect(await ask(productId!)).toMatchObject({ others: [], statements: 1 });
  });

  it('is not taken for one when news of it came while it was asked for', async () => {
    const plain = new PlainListings(world.app('scoring').get(ContextStore));
    const productId = productIdOf(account, 'shop', 'shelf');
    await ask(productId, () => plain.forget([productId]), plain);
    expect((await ask(productId, undefined, plain)).statements).toBe(1);
    expect((await ask(productId, undefined, plain)).statements).toBe(0);
  });
});
