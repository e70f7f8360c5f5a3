import {
  FindProducts,
  GetProducts,
  newId,
  OPERATOR_ACCOUNT_ID,
  productIdOf,
  type RequestOf,
} from '@souk/contracts';
import type { World } from '@souk/testing';
import { Client } from 'pg';
import { collection, observation, publish, startEnrichment } from './world.ts';

const own = newId();
const stranger = newId();
let world: World;

const TITLES: Record<string, string> = {
  hl1: 'Half-Life',
  hl2: 'Half-Life 2: Episode One',
  portal: 'Portal 2',
  cs: 'Counter-Strike',
};

beforeAll(async () => {
  world = await startEnrichment();
  for (const accountId of [own, stranger, OPERATOR_ACCOUNT_ID]) {
    for (const [product, title] of Object.entries(TITLES)) {
      await publish(world, accountId, collection({ observations: [observation({ product, title })] }));
    }
  }
  await publish(world, own, collection({ source: 'gog', observations: [observation({ product: 'hl1' })] }));
  await world.until(async () => {
    const [row] = await world.sql<{ count: string }>('enrichment', 'select count(*) from product');
    return Number(row?.count) === 13;
  });
});
afterAll(() => world.stop());

const find = (request: Partial<RequestOf<typeof FindProducts>>) =>
  world.ask(FindProducts, { accountId: own, limit: 200, ...request });

describe('finding products', () => {
  it('answers the account its own listings first, then shared ones, and never those of another account', async () => {
    const { products, next } = await find({});
    expect(next).toBeNull();
    expect(products.map((product) => product.shared)).toEqual([
      ...Array(5).fill(false),
      ...Array(4).fill(true),
    ]);
    const visible = new Set(
      [own, OPERATOR_ACCOUNT_ID].flatMap((owner) =>
        ['steam', 'gog'].flatMap((source) =>
          Object.keys(TITLES).map((code) => productIdOf(owner, source, code)),
        ),
      ),
    );
    expect(products.every((product) => visible.has(product.id))).toBe(true);
  });

  it.each([1, 2, 3, 4, 5, 8])('pages of %i give every listing once, in the same order', async (limit) => {
    for (const accountId of [own, OPERATOR_ACCOUNT_ID]) {
      const { products: all } = await find({ accountId });
      const paged: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await find({ accountId, limit, cursor });
        expect(page.products.length).toBeLessThanOrEqual(limit);
        paged.push(...page.products.map((product) => product.id));
        cursor = page.next ?? undefined;
        expect(cursor ?? '').toMatch(/^[A-Za-z0-9_-]*$/);
      } while (cursor);
      expect(paged).toEqual(all.map((product) => product.id));
    }
  });

  it('finds a listing by source and code, the own one first', async () => {
    const { products } = await find({ source: 'steam', product: 'portal' });
    expect(products.map((product) => product.id)).toEqual(
      [own, OPERATOR_ACCOUNT_ID].map((owner) => productIdOf(owner, 'steam', 'portal')),
    );
    expect(products[0]?.offers).toMatchObject([{ priceMinor: 1499, currency: 'USD', seller: null }]);
  });

  it('narrows by source alone and by code alone', async () => {
    expect((await find({ source: 'gog' })).products).toHaveLength(1);
    expect((await find({ product: 'hl1' })).products.map((product) => product.source).toSorted()).toEqual([
      'gog',
      'steam',
      'steam',
    ]);
  });

  it.each([
    ['half', ['hl1', 'hl2']],
    ['HALF-LIFE epis', ['hl2']],
    ['2 por', ['portal']],
    ['half-li', ['hl1', 'hl2']],
    ['por 2', []],
    ["\\'", []],
    ['strike', ['cs']],
    ['trike', []],
    ["' | !!", []],
    ["o'neil & (x", []],
  ])('finds words of titles, the last one by its beginning: %s', async (text, codes) => {
    const { products } = await find({ text });
    const found = (shared: boolean) =>
      products
        .filter((one) => one.shared === shared)
        .map((one) => one.product)
        .toSorted();
    expect(found(false)).toEqual(codes);
    expect(found(true)).toEqual(codes);
    expect((await find({ text, source: 'gog' })).products).toEqual([]);
  });

  it.each([
    ['half life two', ['hl1', 'hl2']],
    ['episode half', ['hl2', 'hl1']],
    ['portal strike', ['cs', 'portal']],
    ["o'neil \\ & (x | !!", []],
  ])('finds titles with some of the words, those with most of them first: %s', async (text, codes) => {
    const { products, next } = await find({ text, match: 'any' });
    expect(next).toBeNull();
    expect(products.map(({ shared }) => shared)).toEqual([
      ...codes.map(() => false),
      ...codes.map(() => true),
    ]);
    for (const isShared of [false, true]) {
      const found = products.filter(({ shared }) => shared === isShared).map(({ product }) => product);
      // In the others every title has as many of the words.
      expect(text.startsWith('episode') ? found : found.toSorted()).toEqual(codes);
    }
    expect((await find({ text, match: 'any', limit: 1 })).products).toHaveLength(Math.min(1, codes.length));
  });

  it('refuses a cursor that is not its own, naming the field', async () => {
    for (const cursor of ['!!', 'e30', Buffer.from('{"shared":1}').toString('base64url')]) {
      await expect(find({ cursor })).rejects.toMatchObject({
        code: 'invalid',
        problems: [{ field: 'cursor' }],
      });
    }
  });

  it('leaves out ids that do not exist or belong to another account', async () => {
    const productIds = [
      productIdOf(stranger, 'steam', 'cs'),
      newId(),
      productIdOf(OPERATOR_ACCOUNT_ID, 'steam', 'cs'),
      productIdOf(own, 'steam', 'cs'),
    ];
    const { products } = await world.ask(GetProducts, { accountId: own, productIds });
    expect(products.map((product) => product.id)).toEqual(productIds.slice(2));
  });

  it('shows the newest offer of a listing first', async () => {
    const observations = ['Ann', 'Bob', 'Cid'].map((seller, hour) =>
      observation({ product: 'many', seller, observedAt: `2026-03-01T0${hour}:00:00.000Z` }),
    );
    await publish(world, stranger, collection({ observations }));
    const id = productIdOf(stranger, 'steam', 'many');
    const { products } = await world.until(async () => {
      const answer = await world.ask(GetProducts, { accountId: stranger, productIds: [id] });
      return answer.products.length > 0 && answer;
    });
    expect(products[0]?.offers.map((offer) => offer.seller)).toEqual(['Cid', 'Bob', 'Ann']);
  });
});

describe('tenants', () => {
  it('are apart in the tables themselves: without a tenant nothing is seen, with one the own rows and shared ones', async () => {
    const client = new Client({ connectionString: world.urls.postgres('enrichment') });
    await client.connect();
    try {
      await client.query('set search_path = enrichment');
      const visible = async (table: string) =>
        (await client.query<{ account_id: string }>(`select distinct account_id from ${table}`)).rows
          .map((row) => row.account_id)
          .toSorted();
      for (const table of ['product', 'offer', 'quarantined']) expect(await visible(table)).toEqual([]);
      await client.query(`select set_config('souk.tenants', $1, false)`, [`{${own}}`]);
      expect(await visible('product')).toEqual([OPERATOR_ACCOUNT_ID, own].toSorted());
      const shared = `update product set source = 'stolen' where account_id = '${OPERATOR_ACCOUNT_ID}'`;
      expect((await client.query(shared)).rowCount).toBe(0);
      const foreign = client.query(
        `insert into quarantined values (gen_random_uuid(), '${stranger}', 's', 'p', null, null, null, 'r', null, 'd', 't', now())`,
      );
      await expect(foreign).rejects.toThrow(/row-level security/);
    } finally {
      await client.end();
    }
  });
});
