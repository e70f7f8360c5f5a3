/** `npm run test:data`: recorded answers and listings of other shops, through the adapters that read them live. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { constants, zstdDecompressSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { RefusedBySource, type SourceAnswer } from '../src/sources/adapter.ts';
import { amazonAdapter } from '../src/sources/amazon/amazon.adapter.ts';
import { AmazonConfig } from '../src/sources/amazon/amazon.config.ts';
import { keepaAdapter, KeepaConfig } from '../src/sources/keepa/keepa.adapter.ts';
import { tokopediaAdapter, TokopediaConfig } from '../src/sources/tokopedia/tokopedia.adapter.ts';

const data = process.env.SOUK_TEST_DATA ?? '../shared/data';
const fetchedAt = new Date('2026-01-01T00:00:00Z');

const answer = (body: string, status = 200): SourceAnswer => ({
  status,
  headers: new Headers(),
  body,
  url: new URL('https://shop.example/'),
  fetchedAt,
});

const amazon = AmazonConfig.parse({
  marketplace: 'US',
  credentialVersion: '3.1',
  clientId: 'c',
  clientSecret: 's',
  partnerTag: 't-20',
});
const kinds: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  429: 'throttled',
  500: 'unavailable',
};

const errorsPath = join(data, 'api_samples/creators__errors.json');
if (existsSync(errorsPath)) {
  const samples = JSON.parse(readFileSync(errorsPath, 'utf8')) as {
    http: number;
    body: { reason?: string; retryAfterSeconds?: number };
  }[];
  for (const { http, body } of samples) {
    void test(`Creators API error ${http} ${body.reason ?? ''}`, () => {
      const read = () =>
        amazonAdapter.lookup!.read(amazon, ['B08N5WRWNW'], answer(JSON.stringify(body), http));
      if (http === 404) return assert.equal(read().missing[0]?.reason, 'not-found');
      const retryAfterMs = body.retryAfterSeconds === undefined ? undefined : body.retryAfterSeconds * 1_000;
      return assert.throws(read, (error) => {
        assert.ok(error instanceof RefusedBySource);
        assert.deepEqual([error.kind, error.retryAfterMs], [kinds[http], retryAfterMs]);
        return true;
      });
    });
  }
}

for (const path of globSync(join(data, 'api_samples/keepa__real_product_*.json'))) {
  void test(`Keepa, prices of now: ${basename(path)}`, () => {
    const config = KeepaConfig.parse({ marketplace: 'US', accessKey: 'k' });
    const body = readFileSync(path, 'utf8');
    const { products } = JSON.parse(body) as { products: { asin: string; stats: { current: number[] } }[] };
    const asins = products.map(({ asin }) => asin);
    const { items, missing } = keepaAdapter.lookup!.read(config, asins, answer(body));
    assert.deepEqual(missing, []);
    for (const { asin, stats } of products) {
      const lowest = items.find(({ posted }) => posted.product === asin && posted.seller === 'Lowest new');
      assert.equal(lowest?.posted.price, (stats.current[1]! / 100).toFixed(2));
    }
  });
}

const tokopedia = TokopediaConfig.parse({ unofficial: true });

for (const path of globSync(join(data, 'api_samples/tokopedia__pdpGetLayout*.json'))) {
  void test(`Tokopedia page ${basename(path)}`, () => {
    const layout = JSON.parse(readFileSync(path, 'utf8')) as {
      basicInfo: { id: string; shopName: string };
      components: {
        name: string;
        data: { price?: { value: number }; children?: { productID: string; price: number }[] }[];
      }[];
    };
    const body = JSON.stringify([{ data: { pdpGetLayout: layout } }]);
    const component = (name: string) => layout.components.find((one) => one.name === name)?.data[0];
    const { items } = tokopediaAdapter.lookup!.read(tokopedia, [layout.basicInfo.id], answer(body));
    assert.equal(items[0]?.posted.price, String(component('product_content')?.price?.value));
    assert.equal(items[0]?.posted.seller, layout.basicInfo.shopName);
    const variants = tokopediaAdapter.variations!.read(tokopedia, answer(body)).items;
    assert.deepEqual(
      variants.map(({ posted }) => [posted.product, posted.price]),
      component('new_variant_options')?.children?.map(({ productID, price }) => [productID, String(price)]),
    );
  });
}

for (const path of globSync(join(data, 'tokopedia_listings/alfianpr/*.csv.zst'))) {
  void test(`Tokopedia listings ${basename(path)}, as the old search sent them`, () => {
    const params = { [constants.ZSTD_d_windowLogMax]: 27 };
    const text = zstdDecompressSync(readFileSync(path), { params }).toString('utf8');
    const rows = parse<Record<string, string>>(text, { columns: true, bom: true });
    const products = rows.map((row) => ({
      id: row.id,
      name: row.name,
      url: row.url,
      imageUrl: row.imageurl,
      // Without the number, so that the text has to give it.
      price: row.price,
      originalPrice: row.original_price,
      countReview: row.countreview,
      rating: row.rating,
      shop: { name: row.shop_name, location: row.shop_location, official: row.shop_official === 'True' },
    }));
    const body = {
      data: { ace_search_product_v4: { header: { totalData: rows.length }, data: { products } } },
    };
    const { items } = tokopediaAdapter.search!.read(tokopedia, answer(JSON.stringify(body)));
    for (const [index, row] of rows.entries()) {
      const { posted } = items[index]!;
      assert.equal(posted.product, row.id);
      assert.equal(posted.price, row.priceint, `${row.id}: ${row.price}`);
      const hasDiscount = Number(row.discountpercentage) > 0;
      assert.equal(posted.listPrice, hasDiscount ? row.original_price!.replaceAll(/\D/g, '') : undefined);
      assert.equal(posted.seller, row.shop_name!.trim());
    }
  });
}
