/** `npm run test:data`: ratings, brands, breadcrumbs and trade numbers as they were found on shops' pages. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Element } from 'domhandler';
import { brandIn } from '../src/brand.ts';
import { crumbsIn } from '../src/breadcrumbs.ts';
import { classifyGtin } from '../src/gtin.ts';
import { elementsOf, parsePage, textOf } from '../src/page-tree.ts';
import { starsIn } from '../src/rating.ts';
import { starsShown } from '../src/stars-shown.ts';
import { filesIn } from './conformance/archive.ts';

const archive = join(
  process.env.SOUK_TEST_DATA ?? '../shared/data',
  'page_parser_values',
  'zyte_parsers.tar.zst',
);
const skip = existsSync(archive) ? false : `${archive} is missing`;
const files = skip === false ? await filesIn(archive) : new Map<string, string>();
const rows = <Row>(name: string): Row[] => JSON.parse(files.get(name)!) as Row[];

const elementOf = (html: string): Element => elementsOf(parsePage(`<div>${html}</div>`), () => true)[0]!;

/** Fails with what went wrong when fewer than 95 of 100 cases are right. */
function atLeast95<Row>(cases: readonly Row[], problemOf: (row: Row) => string | undefined): void {
  const problems = cases.flatMap((row) => problemOf(row) ?? []);
  const share = 1 - problems.length / cases.length;
  console.log(
    `${cases.length - problems.length} of ${cases.length} are right (${(100 * share).toFixed(1)} %)`,
  );
  assert.ok(share >= 0.95, problems.slice(0, 40).join('\n'));
}

await test('ratings', { skip }, () => {
  atLeast95(
    rows<{ html: string; parent_html: string; ratingValue: number | null }>('rating_values.json'),
    (row) => {
      const found = starsIn(textOf(elementOf(row.html)), following(row.parent_html))?.value ?? null;
      return found === row.ratingValue
        ? undefined
        : `${String(found)} for ${String(row.ratingValue)}: ${row.html}`;
    },
  );
});

await test('ratings that are shown as icons, bars and pictures', { skip }, () => {
  const python = files.get('test_star_rating.py')!;
  const cases = [
    ...python.matchAll(/"expected": ([\d.]+|None),\s*(?:"xfail": True,\s*)?"html": """(.*?)"""/gsu),
  ].map(([, value, html]) => ({ value: value === 'None' ? undefined : Number(value), html: html! }));
  assert.ok(cases.length >= 40, `only ${cases.length} cases found`);
  atLeast95(cases, ({ value, html }) => {
    const element = elementsOf(parsePage(html), () => true)[0]!;
    const found = (starsIn(textOf(element)) ?? starsShown(element))?.value;
    return found === value ? undefined : `${found} for ${value}: ${html}`;
  });
});

/** What stands after the marked element within its parent. */
function following(parentHtml: string): string {
  const parent = elementOf(parentHtml);
  const marked = elementsOf(parent, ({ attribs }) => 'xd-target-node' in attribs)[0];
  return marked ? textOf(parent).slice(textOf(parent).indexOf(textOf(marked)) + textOf(marked).length) : '';
}

await test('brands', { skip }, () => {
  atLeast95(rows<{ html: string; value: string | null }>('brand_values.json'), (row) => {
    const found = brandIn(elementOf(row.html)) ?? null;
    return found === row.value ? undefined : `${found} for ${row.value}: ${row.html.slice(0, 300)}`;
  });
});

await test('chains of breadcrumbs, written as pages write them', { skip }, () => {
  interface Chain {
    expected: { name?: string; url?: string | null }[];
    base_url: string;
  }
  atLeast95(rows<Chain>('breadcrumb_items_extract.json'), ({ expected, base_url: base }) => {
    const chain = expected.filter(
      (crumb): crumb is { name: string; url?: string | null } => typeof crumb.name === 'string',
    );
    const html = chain.map(({ name, url }) => {
      const text = name.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
      return typeof url !== 'string'
        ? `<span>${text}</span>`
        : `<a href="${url.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"> ${text} </a>`;
    });
    const found = crumbsIn(
      elementOf(`<ol>${html.map((each) => `<li>${each}</li>`).join('<li>›</li>')}</ol>`),
      base,
    );
    const names = (crumbs: { name: string }[]): string => JSON.stringify(crumbs.map(({ name }) => name));
    return names(found) === names(chain) ? undefined : `${names(found)} for ${names(chain)}`;
  });
});

await test('trade numbers are told apart by their check digits', { skip }, () => {
  const python = files.get('test_gtin.py')!.split('def test_')[0]!;
  const cases = [...python.matchAll(/^\s+\("([^"]*)", (?:"(\w+)"|None)\),/gmu)].map(([, text, kind]) => ({
    text: text!,
    kind,
  }));
  assert.ok(cases.length >= 60, `only ${cases.length} cases found`);
  const wrong = cases.filter(({ text, kind }) => classifyGtin(text)?.kind !== kind);
  assert.deepEqual(
    wrong.map(({ text, kind }) => [text, kind, classifyGtin(text)?.kind]),
    [],
  );
});

await test('trade numbers are found beside their labels, and codes with letters are none', { skip }, () => {
  const python = files.get('test_gtin.py')!.split('GTIN_IDS = [')[1]!.split('\n]')[0]!;
  const cases = [...python.matchAll(/^\s+\("([^"]*)", (?:"(\w+)"|None)\),/gmu)].map(([, text, value]) => ({
    text: text!,
    value,
  }));
  atLeast95(cases, ({ text, value }) => {
    const found = classifyGtin(text)?.value;
    return found === value ? undefined : `${found} for ${value}: ${text}`;
  });
});
