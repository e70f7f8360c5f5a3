/** `npm run test:data`: prices collected from pages of many shops, and a shop's own reading of its price texts. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { currencySignIn, parsePriceText } from '../src/index.ts';

const data = process.env.SOUK_TEST_DATA ?? '../shared/data';
const examples = join(data, 'price_strings', 'examples.jsonl');
const listings = join(data, 'tokopedia_listings', 'alfianpr', 'laptop.csv.zst');
const missing = (path: string): string | false => (existsSync(path) ? false : `${path} is missing`);

interface Example {
  currency_raw: string | null;
  price_raw: string;
  expected_currency: string | null;
  expected_amount: number | null;
  decimal_separator: string | null;
  digit_group_separator: string | null;
}

await test(
  'every price text has the amount and the sign that people found in it',
  { skip: missing(examples) },
  () => {
    const rows = readFileSync(examples, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Example);
    assert.ok(rows.length >= 400, `only ${rows.length} examples found`);
    const wrong = rows.flatMap((row) => {
      const found = parsePriceText(row.price_raw, {
        currencyText: row.currency_raw,
        decimalSeparator: row.decimal_separator,
        groupSeparator: row.digit_group_separator,
      });
      const amount = 'problem' in found ? null : Number(found.amount);
      const sign =
        ('problem' in found ? currencySignIn(row.price_raw, row.currency_raw) : found.sign) ?? null;
      const isRight = amount === row.expected_amount && sign === row.expected_currency;
      return isRight ? [] : [`${JSON.stringify(row)} was read as ${amount} ${sign}`];
    });
    assert.deepEqual(wrong, []);
  },
);

await test('price texts of a marketplace are what it counts itself', { skip: missing(listings) }, () => {
  const rows: { price: string; priceint: string }[] = parse(zstdDecompressSync(readFileSync(listings)), {
    columns: true,
  });
  assert.ok(rows.length >= 500, `only ${rows.length} listings found`);
  for (const { price, priceint } of rows) {
    assert.deepEqual(parsePriceText(price), { amount: priceint, currency: 'IDR', sign: 'Rp' });
  }
});
