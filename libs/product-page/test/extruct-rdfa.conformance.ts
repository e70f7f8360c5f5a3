/** `npm run test:data`: extruct's samples of RDFa and OpenGraph; of RDFa what has a type, for nothing else is sold. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { allItems } from '../src/item.ts';
import { metaTags, openGraphFacts } from '../src/open-graph.ts';
import { packed, parsePage } from '../src/page-tree.ts';
import { rdfaItems } from '../src/rdfa.ts';
import { asNode, comparable, shortNames, typedNodes } from './conformance/extruct.ts';

const extruct = join(process.env.SOUK_TEST_DATA ?? '../shared/data', 'page_samples', 'extruct');
const read = (path: string): string => readFileSync(join(extruct, path), 'utf8');
const pageOf = (expected: string) => parsePage(read(expected.replace(/(?:\.expanded)?\.json$/u, '.html')));

for (const expected of globSync('{w3crdfa,wikipedia}/*.expanded.json', { cwd: extruct }).toSorted()) {
  await test(`RDFa of ${expected} describes the things that extruct finds`, () => {
    const found = allItems(rdfaItems(pageOf(expected), 'http://www.example.com/index.html')).map(asNode);
    const wanted = typedNodes(JSON.parse(read(expected)) as Record<string, unknown>[]);
    assert.deepEqual(comparable(found), comparable(shortNames(wanted)));
  });
}

interface OpenGraph {
  properties: [string, string][];
}

for (const expected of globSync('misc/opengraph*_test.json', { cwd: extruct }).toSorted()) {
  const [sample] = JSON.parse(read(expected)) as [Partial<OpenGraph>];
  if (!sample.properties) continue; // the same page, flattened
  await test(`OpenGraph of ${expected} is what extruct finds`, () => {
    const tags = metaTags(pageOf(expected));
    for (const [name, content] of sample.properties!)
      assert.ok(tags.get(name)?.includes(packed(content)), `${name} is not ${content}`);
  });
}

const skip = existsSync(extruct) ? false : `${extruct} is missing`;
await test('a page that sells by OpenGraph alone has its price, and an article has none', { skip }, () => {
  const factsOf = (name: string) =>
    openGraphFacts(metaTags(pageOf(`misc/${name}.json`)), 'https://shop.example/');
  const { price, currency, availability, condition } = factsOf('opengraph_ns_product_test') ?? {};
  assert.deepEqual({ price, currency, availability, condition }, { price: '17.99', currency: 'USD', availability: 'in_stock', condition: 'new' }); // prettier-ignore
  assert.equal(factsOf('opengraph_test'), undefined);
});
