import { type AnyNode, type Document, type Element, isTag } from 'domhandler';
import { addValue, type Item, newItem } from './item.ts';
import { absoluteUrl, priceTextOf, textOf } from './page-tree.ts';

/** Prefixes that need no declaration (RDFa core initial context), as far as shops use them. */
const wellKnown: Record<string, string> = {
  schema: 'http://schema.org/',
  og: 'http://ogp.me/ns#',
  gr: 'http://purl.org/goodrelations/v1#',
  foaf: 'http://xmlns.com/foaf/0.1/',
  dc: 'http://purl.org/dc/terms/',
  dcterms: 'http://purl.org/dc/terms/',
};

interface Scope {
  vocab: string;
  prefixes: Record<string, string>;
  item: Item | undefined;
}

/** The top-level items of RDFa Lite 1.1 (vocab, typeof, property, resource, prefix) and `rel` with items below. */
export function rdfaItems(page: Document, base: string): Item[] {
  const roots = new Set<Item>();
  const byResource = new Map<string, Item>();
  const waiting: { node: AnyNode; scope: Scope; rel?: string[] }[] = [
    { node: page, scope: { vocab: '', prefixes: wellKnown, item: undefined } },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node } = next;
    let { scope, rel } = next;
    if (isTag(node)) ({ scope, rel } = enter(node, scope, rel));
    if ('children' in node) {
      for (const child of node.children.toReversed())
        waiting.push({ node: child, scope, ...(rel && { rel }) });
    }
  }
  return [...roots];

  function enter(element: Element, outer: Scope, outerRel: string[] | undefined) {
    const { attribs } = element;
    const prefixes = attribs['prefix']
      ? { ...outer.prefixes, ...prefixesOf(attribs['prefix']) }
      : outer.prefixes;
    const scope: Scope = { ...outer, vocab: attribs['vocab'] ?? outer.vocab, prefixes };
    const names = namesOf(attribs['property'], scope);
    const rel = attribs['rel'] === undefined ? undefined : namesOf(attribs['rel'], scope);
    if (attribs['typeof'] !== undefined) {
      const item = typedItem(element, scope);
      const links = [...names, ...(rel ?? outerRel ?? [])];
      if (outer.item && links.length > 0) for (const name of links) addValue(outer.item, name, item);
      else roots.add(item);
      return { scope: { ...scope, item }, rel: undefined };
    }
    const about = attribs['about'] ?? (names.length === 0 && !rel ? attribs['resource'] : undefined);
    if (about !== undefined && byResource.has(resolved(about))) scope.item = byResource.get(resolved(about));
    if (outer.item && names.length > 0) {
      const value = valueOf(element, base);
      for (const name of names) addValue(outer.item, name, value);
    }
    const target = attribs['href'] ?? attribs['resource'] ?? attribs['src'];
    if (outer.item && rel && target !== undefined) {
      for (const name of rel) addValue(outer.item, name, resolved(target));
      return { scope, rel: undefined };
    }
    return { scope, rel: rel?.length ? rel : outerRel };
  }

  function typedItem({ attribs }: Element, scope: Scope): Item {
    const id = attribs['resource'] ?? attribs['about'];
    const known = id === undefined ? undefined : byResource.get(resolved(id));
    if (known) return known;
    const item = newItem(namesOf(attribs['typeof'], scope), id === undefined ? undefined : resolved(id));
    if (item.id !== undefined) byResource.set(item.id, item);
    return item;
  }

  function resolved(address: string): string {
    return absoluteUrl(address, base) ?? address;
  }
}

function prefixesOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/([\w-]+):\s+(\S+)/gu)].map((match) => [match[1], match[2]]));
}

/** Names with their vocabulary's address; without any a bare word means nothing. */
function namesOf(text: string | undefined, { vocab, prefixes }: Scope): string[] {
  return (text ?? '').split(/\s+/u).flatMap((word) => {
    if (word === '') return [];
    const colon = word.indexOf(':');
    if (colon < 0) return vocab === '' ? [] : [`${vocab}${word}`];
    const prefix = prefixes[word.slice(0, colon)];
    return prefix === undefined ? [word] : [`${prefix}${word.slice(colon + 1)}`];
  });
}

function valueOf(element: Element, base: string): string {
  const { attribs } = element;
  if (attribs['content'] !== undefined) return attribs['content'].trim();
  if (attribs['datetime'] !== undefined) return attribs['datetime'];
  const address = attribs['resource'] ?? attribs['href'] ?? attribs['src'];
  if (address !== undefined) return absoluteUrl(address, base) ?? address;
  return /price$/iu.test(attribs['property'] ?? '') ? priceTextOf(element) : textOf(element);
}
