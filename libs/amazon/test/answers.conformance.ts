/** `npm run test:data`: recorded answers of Amazon's interfaces and of Keepa, against what plain JSON says of them. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { zstdDecompressSync, constants } from 'node:zlib';
import { PostedObservation } from '@souk/contracts';
import { parseAmount } from '@souk/money';
import { parse } from 'csv-parse/sync';
import {
  asinProblem,
  keepaHistory,
  KeepaProduct,
  marketplaceAt,
  readCatalogueAnswer,
  type ItemObservation,
} from '../src/index.ts';

const data = process.env.SOUK_TEST_DATA ?? '../shared/data';
const files = (...patterns: string[]): string[] =>
  patterns.flatMap((pattern) => globSync(join(data, pattern)));

type Loose = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- recordings are looked at as they are

/** The observation as the service would take it: form and amounts. */
function checkForm(observation: Loose): void {
  const posted = PostedObservation.parse({
    source: 'amazon',
    observedAt: '2026-01-01T00:00:00Z',
    ...JSON.parse(JSON.stringify(observation)),
  });
  for (const field of ['price', 'listPrice', 'memberPrice', 'shipping'] as const) {
    const amount = posted[field];
    if (amount !== undefined)
      assert.ok('minor' in parseAmount(String(amount), posted.currency), `${field} ${amount}`);
  }
}

/** All objects at any depth that have the key, by the key's value. */
function* valuesOf(value: unknown, key: string): Generator {
  if (Array.isArray(value)) for (const one of value) yield* valuesOf(one, key);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, held] of Object.entries(value)) {
      if (name === key) yield held;
      yield* valuesOf(held, key);
    }
  }
}

for (const path of files('amazon_paapi5_responses/*/*.json', 'api_samples/paapi5__*.json')) {
  void test(`PA-API recording ${basename(path)}`, () => {
    const text = readFileSync(path, 'utf8');
    const plain = JSON.parse(text.replace(/^\uFEFF/, '')) as Loose;
    const answer = readCatalogueAnswer(text);
    assert.ok(answer);
    const items = ['ItemsResult', 'SearchResult', 'VariationsResult'].flatMap(
      (name) => (plain[name]?.Items ?? []) as Loose[],
    );
    assert.deepEqual(
      answer.items.map(({ asin }) => asin),
      items.map(({ ASIN }) => ASIN),
    );
    assert.equal(answer.strangers.length, 0);
    assert.equal(answer.errors.length, plain.Errors?.length ?? 0);
    assert.equal(answer.nodes.length, plain.BrowseNodesResult?.BrowseNodes?.length ?? 0);
    for (const [index, item] of items.entries()) checkOffers(item, answer.items[index]!.observations);
  });
}

/** Each listing is told with its own price, list price and seller, and nothing that is not there is. */
function checkOffers(item: Loose, observations: ItemObservation[]): void {
  const listings = ((item.Offers?.Listings ?? []) as Loose[]).filter(({ Price }) => Price);
  for (const listing of listings) {
    const told = observations.find(
      ({ seller, price }) => seller === listing.MerchantInfo?.Name && Number(price) === listing.Price.Amount,
    );
    assert.ok(told, `${item.ASIN}: ${listing.Price.DisplayAmount} by ${listing.MerchantInfo?.Name}`);
    const isKept = told.listPrice !== undefined || told.attributes?.listPriceRefused !== undefined;
    assert.equal(isKept, listing.SavingBasis !== undefined);
    if (told.listPrice !== undefined) assert.equal(Number(told.listPrice), listing.SavingBasis.Amount);
  }
  const amounts = new Set([...valuesOf(item.Offers, 'Amount')]);
  for (const observation of observations) {
    checkForm(observation);
    assert.ok(amounts.has(Number(observation.price)));
    assert.equal(observation.currency, marketplaceAt(item.DetailPageURL)?.currency);
  }
}

for (const path of files('amazon_creatorsapi_samples/*.json', 'api_samples/creators__*.json')) {
  const name = basename(path);
  if (/errors|error_|dealDetails/.test(name)) continue;
  void test(`Creators API sample ${name}`, () => {
    const text = readFileSync(path, 'utf8');
    const answer = readCatalogueAnswer(text);
    assert.ok(answer);
    const plain = JSON.parse(text) as Loose;
    assert.deepEqual(
      answer.items.map(({ asin }) => asin),
      [...valuesOf(plain, 'asin')],
    );
    assert.equal(answer.strangers.length, 0);
    const prices = [...valuesOf(plain, 'listings')].flat() as Loose[];
    const told = answer.items.flatMap(({ observations }) => observations);
    assert.equal(told.length, prices.length);
    for (const [index, listing] of prices.entries()) {
      const observation = told[index]!;
      checkForm(observation);
      assert.equal(Number(observation.price), listing.price.money.amount);
      assert.equal(Number(observation.listPrice), listing.price.savingBasis?.money.amount ?? Number.NaN);
    }
  });
}

for (const path of files('api_samples/keepa__*product*.json', 'keepa_sample/*.json')) {
  void test(`Keepa answer ${basename(path)}`, () => {
    const { products } = JSON.parse(readFileSync(path, 'utf8')) as { products: Loose[] };
    for (const raw of products) {
      const product = KeepaProduct.parse({ asin: 'B000000000', domainId: 1, ...raw });
      const history = keepaHistory(product);
      assert.ok('observations' in history, JSON.stringify(history));
      const seen = (seller: string): string[] =>
        history.observations
          .filter((one) => one.seller === seller && one.availability === 'in_stock')
          .map(({ price }) => price);
      const sent = (type: number, width: number): string[] =>
        ((raw.csv?.[type] ?? []) as number[])
          .filter((value, at) => at % width === 1 && value >= 0)
          .map((value) => (value / 100).toFixed(2));
      assert.deepEqual(seen('Amazon'), sent(0, 2));
      assert.deepEqual(seen('Lowest new'), sent(1, 2));
      assert.deepEqual(seen('Lowest used'), sent(2, 2));
      assert.deepEqual(seen('Lightning deal'), sent(8, 2));
      assert.deepEqual(seen('Buy box'), sent(18, 3));
      assert.deepEqual(seen('Prime exclusive'), sent(33, 2));
      for (const observation of history.observations) checkForm(observation);
    }
  });
}

void test('every ASIN of amazon.in is one', () => {
  const path = join(data, 'amazon_in_products/products.csv.zst');
  if (!existsSync(path)) return console.log(`No ${path}: nothing was checked.`);
  const params = { [constants.ZSTD_d_windowLogMax]: 27 };
  const rows = parse<Loose>(zstdDecompressSync(readFileSync(path), { params }), {
    columns: true,
    bom: true,
  });
  const problems = rows.filter(({ product_id: asin }) => asinProblem(asin) !== null);
  assert.ok(rows.length > 0);
  assert.deepEqual(
    problems.map(({ product_id: asin }) => asin),
    [],
  );
});
