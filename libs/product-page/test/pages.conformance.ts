/** `npm run test:data`: schema.org's own examples, extruct's samples, and values from shops, read as live pages are. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { jsonLdDocuments } from '../src/json-ld.ts';
import { microdataItems } from '../src/microdata.ts';
import { parsePage } from '../src/page-tree.ts';
import { readPage } from '../src/read-page.ts';
import { asExtruct, comparable } from './conformance/extruct.ts';
import { schemaOrgExamples } from './conformance/schema-org.ts';

const data = process.env.SOUK_TEST_DATA ?? '../shared/data';
const schemaOrg = join(data, 'page_samples', 'schemaorg');
const extruct = join(data, 'page_samples', 'extruct');
const read = (path: string): string => readFileSync(path, 'utf8');
const missing = (path: string): string | false => (existsSync(path) ? false : `${path} is missing`);

const compared = ['title', 'price', 'currency', 'highPrice', 'listPrice', 'availability', 'condition', 'brand', 'gtin', 'sku', 'mpn', 'rating', 'reviewCount'] as const; // prettier-ignore
/** Whose authors wrote another text or price in one of the notations. */
const writtenDifferently: Readonly<Record<string, readonly string[]>> = {
  '#eg-0010': ['price'],
  '#eg-0354': ['title'],
  '#eg-0426': ['title'],
  '#eg-0450': ['title'],
};

await test('every example of schema.org says the same in each notation', { skip: missing(schemaOrg) }, () => {
  const examples = schemaOrgExamples(schemaOrg);
  assert.ok(examples.length >= 90, `only ${examples.length} examples found`);
  const contradictions = examples.flatMap(({ name, pages }) => {
    const readings = [...pages].map(([notation, html]) => ({
      notation,
      facts: readPage(html, 'https://shop.example/').facts,
    }));
    return compared
      .filter((field) => !writtenDifferently[name]?.includes(field))
      .flatMap((field) => {
        const said = readings.map(({ facts }) => facts[field]);
        const isPrice = field === 'price' || field === 'currency';
        const stated = new Set(said.filter((value) => isPrice || value !== undefined).map(comparable));
        return stated.size > 1
          ? [
              `${name} ${field}: ${JSON.stringify(readings.map(({ notation }, index) => [notation, said[index]]))}`,
            ]
          : [];
      });
  });
  assert.deepEqual(contradictions, []);
});

/** Addresses that the samples were read at, where it was not their usual one. */
const bases: Readonly<Record<string, string>> = {
  'w3c/microdata.7.1.json': 'http://blog.example.com/progress-report',
};
/** What a form asks for (`query-input`) is no property of anything sold, and is not read. */
const otherPurpose = new Set(['schema.org/SearchAction.001.json']);

for (const expected of globSync('{schema.org,w3c,misc,websites}/*.json', { cwd: extruct }).toSorted()) {
  const html = join(extruct, expected.replace(/\.json$/u, '.html'));
  const wanted: unknown = JSON.parse(read(join(extruct, expected)));
  const microdata = Array.isArray(wanted) ? wanted : (wanted as { microdata?: unknown }).microdata;
  if (!existsSync(html) || !isMicrodata(microdata) || otherPurpose.has(expected)) continue;
  await test(`microdata of ${expected} is what extruct finds`, () => {
    const base = bases[expected] ?? 'http://www.example.com/index.html';
    const found = microdataItems(parsePage(read(html)), base).map(asExtruct);
    assert.deepEqual(comparable(found), comparable(microdata));
  });
}

for (const expected of globSync('*/*.jsonld', { cwd: extruct }).toSorted()) {
  await test(`JSON-LD of ${expected} is what extruct finds`, () => {
    const { documents } = jsonLdDocuments(
      parsePage(read(join(extruct, expected.replace(/\.jsonld$/u, '.html')))),
    );
    assert.deepEqual(comparable(documents), comparable(JSON.parse(read(join(extruct, expected)))));
  });
}

/** Other notations of extruct's samples have properties too: of microformats, or as lists. */
function isMicrodata(value: unknown): boolean {
  const items = Array.isArray(value) ? (value as { properties?: unknown; type?: unknown }[]) : [];
  return (
    items.length > 0 &&
    items.every(
      ({ properties, type }) =>
        properties instanceof Object &&
        !Array.isArray(properties) &&
        !JSON.stringify(type ?? '').includes('h-'),
    )
  );
}
