/** `npm run test:data`: the whole history of the ECB's reference rates. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { convertMinor, NoExchangeRate } from '@souk/money';
import { readRates } from '../src/rates/ecb.ts';

const data = process.env.SOUK_TEST_DATA ?? '../shared/data';

void test('the history of exchange rates is read in full', () => {
  const [file] = globSync(join(data, 'fx_ecb', '*.zip'));
  assert.ok(file, `no zip in ${join(data, 'fx_ecb')}`);
  const rates = readRates(readFileSync(file));
  const byDay = Map.groupBy(rates, ({ day }) => day);
  const days = [...byDay.keys()].sort();
  assert.equal(days.length, 6_983);
  assert.equal(days[0], '1999-01-04');
  assert.equal(new Set(rates.map(({ currency }) => currency)).size, 41);

  const last = { day: days.at(-1)!, base: 'EUR', rates: ratesOf(byDay.get(days.at(-1)!)!) };
  const back = convertMinor(convertMinor(1_000_000_00, 'EUR', 'USD', last), 'USD', 'EUR', last);
  assert.ok(Math.abs(back - 1_000_000_00) <= 1, `there and back again: ${back}`);
  for (const currency of ['VND', 'ARS', 'CLP', 'COP', 'TWD'])
    assert.throws(() => convertMinor(100, 'EUR', currency, last), NoExchangeRate);
});

const ratesOf = (rates: { currency: string; rate: string }[]): Record<string, string> =>
  Object.fromEntries(rates.map(({ currency, rate }) => [currency, rate]));
