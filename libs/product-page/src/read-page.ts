import { type Disagreement, disagreements } from './agreement.ts';
import { listedCrumbs, shownCrumbs } from './breadcrumbs.ts';
import { allItems, type Item } from './item.ts';
import { jsonLdDocuments, jsonLdItems } from './json-ld.ts';
import { mainProduct, type PageContext } from './main-product.ts';
import { microdataItems } from './microdata.ts';
import { metaTags, openGraphFacts } from './open-graph.ts';
import { absoluteUrl, elementsOf, type PageLimits, parsePage, textOf } from './page-tree.ts';
import { rdfaItems } from './rdfa.ts';
import { type Notation, type ProductFacts, type Reading } from './reading.ts';
import { productFacts } from './schema-product.ts';
import { selectedFacts, type SelectorOptions, type Selectors } from './selectors.ts';

export interface PageOptions extends SelectorOptions {
  selectors?: Selectors | undefined;
  limits?: PageLimits | undefined;
}

export interface PageProduct {
  /** Address of the page, as its `canonical` link has it. */
  url: string;
  /** Of each field what the most trusted notation says; no price, currency or availability that is in dispute. */
  facts: ProductFacts;
  /** Where each field came from. */
  from: Partial<Record<keyof ProductFacts, Notation | 'page'>>;
  disagreements: Disagreement[];
  /** What hindered the reading, for people. */
  problems: string[];
  /** What each notation says by itself. */
  readings: Reading[];
}

/**
 * Reads the product of a shop's page: JSON-LD, microdata, RDFa, OpenGraph, an operator's selectors. Values of
 * different notations are never mixed into one price: where they contradict each other there is none.
 * Throws PageTooComplex.
 */
export function readPage(html: string, url: string, options: PageOptions = {}): PageProduct {
  const page = parsePage(html, options.limits);
  const base = baseOf(page, url);
  const tags = metaTags(page);
  const canonical = linkOf(page, 'canonical', base);
  const headings = elementsOf(page, ({ name }) => name === 'h1')
    .slice(0, 3)
    .map((element) => textOf(element));
  const titles = [...headings, ...(tags.get('og:title') ?? [])].filter((title) => title !== '');
  const context: PageContext = { url: canonical ?? url, titles };

  const { documents, unreadable } = jsonLdDocuments(page);
  const sources: [Notation, Item[]][] = [
    ['json-ld', jsonLdItems(documents)],
    ['microdata', microdataItems(page, base)],
    ['rdfa', rdfaItems(page, base)],
  ];
  const problems = unreadable > 0 ? [`${unreadable} JSON-LD scripts could not be read`] : [];
  const readings = sources.flatMap(([notation, items]) =>
    readItems(notation, items, context, base, problems),
  );
  const openGraph = openGraphFacts(tags, base);
  if (openGraph) readings.push({ notation: 'open-graph', facts: openGraph });
  if (options.selectors) {
    const facts = selectedFacts(page, options.selectors, base, options);
    if (Object.keys(facts).length > 0) readings.push({ notation: 'selectors', facts });
    for (const [field, selector] of Object.entries(options.selectors)) {
      if (!(field in facts)) problems.push(`the selector of ${field} found nothing: ${selector}`);
    }
  }

  const disputed = disagreements(readings);
  const { facts, from } = merged(readings, disputed);
  addCrumbs(
    facts,
    from,
    () => sources.flatMap(([, items]) => listedCrumbs(allItems(items), base)),
    () => shownCrumbs(page, base),
  );
  return { url: canonical ?? url, facts, from, disagreements: disputed, problems, readings };
}

function readItems(
  notation: Notation,
  items: Item[],
  context: PageContext,
  base: string,
  problems: string[],
): Reading[] {
  const main = mainProduct(items, context);
  if (main.rivals > 0)
    problems.push(`${notation} describes ${main.rivals} products and none as the page's own`);
  return main.items.slice(0, 10).map((item) => ({ notation, facts: productFacts(item, base) }));
}

/** Facts of an offer belong together: they come from the same notation as the price, where one has a price. */
const ofTheOffer = new Set<string>(['price', 'currency', 'listPrice', 'highPrice', 'condition', 'seller']);

function merged(
  readings: readonly Reading[],
  disputed: readonly Disagreement[],
): Pick<PageProduct, 'facts' | 'from'> {
  const facts: Record<string, unknown> = {};
  const from: PageProduct['from'] = {};
  const isDisputed = disputed.some(({ field }) => field !== 'availability');
  const priced =
    readings.find(({ facts: { price, currency } }) => price !== undefined && currency !== undefined) ??
    readings.find(({ facts: { price } }) => price !== undefined);
  for (const { notation, facts: each } of readings) {
    for (const [field, value] of Object.entries(each)) {
      const isOffer = ofTheOffer.has(field);
      if (field in facts || (isOffer && (isDisputed || (priced && each !== priced.facts)))) continue;
      facts[field] = value;
      from[field as keyof ProductFacts] = notation;
    }
  }
  if (disputed.length > 0) {
    for (const field of [
      'price',
      'listPrice',
      'highPrice',
      'variants',
      ...disputed.map((each) => each.field),
    ]) {
      delete facts[field];
      delete from[field as keyof ProductFacts];
    }
  }
  return { facts, from };
}

function addCrumbs(
  facts: ProductFacts,
  from: PageProduct['from'],
  listed: () => { name: string }[],
  shown: () => { name: string }[],
): void {
  if (from.category === 'selectors') return;
  const inData = listed();
  const crumbs = inData.length > 0 ? inData : shown();
  const names = crumbs.map(({ name }) => name);
  if (names.at(-1) === facts.title) names.pop();
  if (names.length === 0) return;
  facts.category = names;
  from.category = 'page';
}

function baseOf(page: ReturnType<typeof parsePage>, url: string): string {
  const base = elementsOf(page, ({ name, attribs }) => name === 'base' && attribs['href'] !== undefined)[0];
  return absoluteUrl(base?.attribs['href'], url) ?? url;
}

function linkOf(page: ReturnType<typeof parsePage>, rel: string, base: string): string | undefined {
  const link = elementsOf(
    page,
    ({ name, attribs }) => name === 'link' && attribs['rel']?.toLowerCase() === rel,
  )[0];
  return absoluteUrl(link?.attribs['href'], base);
}
