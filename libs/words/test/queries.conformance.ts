/** `npm run test:data`: what people really typed into two shops is read, quickly, and mostly as a search. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { INTENTS, parseWords } from '../src/index.ts';

const data = join(process.env.SOUK_TEST_DATA ?? '../shared/data', 'queries');
const furniture = join(data, 'wands', 'query.csv');
const judged = join(data, 'esci_opensearch', 'esci_us_queryset.json');
const events = join(data, 'esci_opensearch', 'ubi_queries_events.ndjson.zst');
const missing = (path: string): string | false => (existsSync(path) ? false : `${path} is missing`);

/** A query of a shop is a search without a budget, but for the few that speak of money or look like a command. */
function check(queries: readonly string[]): void {
  const begin = process.cpuUsage();
  const found = queries.map((query) => ({ query, ...parseWords(query) }));
  const microsEach = process.cpuUsage(begin).user / queries.length;
  for (const { query, intent, confidence, minPrice, maxPrice } of found) {
    assert.ok(INTENTS.includes(intent), query);
    assert.ok(confidence > 0 && confidence < 1, query);
    for (const price of [minPrice, maxPrice]) assert.ok(price === null || Number.isFinite(price), query);
  }
  const searches = found.filter(({ intent }) => intent === 'search').length;
  const unpriced = found.filter(({ minPrice, maxPrice }) => minPrice === null && maxPrice === null).length;
  assert.ok(searches / found.length >= 0.97, `only ${searches} of ${found.length} are searches`);
  assert.ok(unpriced / found.length >= 0.98, `only ${unpriced} of ${found.length} are without a budget`);
  assert.ok(microsEach < 5_000, `${Math.round(microsEach)} µs of processor time for each query`);
}

await test('queries of a furniture shop are searches', { skip: missing(furniture) }, () => {
  const queries = readFileSync(furniture, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t')[1]!);
  assert.ok(queries.length >= 400, `only ${queries.length} queries found`);
  check(queries);
});

await test('queries of a general shop are searches', { skip: missing(judged) }, () => {
  const set = JSON.parse(readFileSync(judged, 'utf8')) as { querySetQueries: { queryText: string }[] };
  assert.ok(set.querySetQueries.length >= 100, `only ${set.querySetQueries.length} queries found`);
  check(set.querySetQueries.map(({ queryText }) => queryText));
});

await test('queries as they were typed, slips included, are searches', { skip: missing(events) }, () => {
  const typed = zstdDecompressSync(readFileSync(events))
    .toString('utf8')
    .split('\n')
    .flatMap((line) => /"user_query": ?"((?:[^"\\]|\\.)*)"/u.exec(line)?.[1] ?? []);
  const queries = [...new Set(typed)].map((text) => JSON.parse(`"${text}"`) as string);
  assert.ok(queries.length >= 100, `only ${queries.length} queries found`);
  check(queries);
});
