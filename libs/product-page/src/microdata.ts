import { type AnyNode, type Document, type Element, isTag } from 'domhandler';
import { addValue, type Item, type ItemValue, newItem } from './item.ts';
import { absoluteUrl, elementsOf, PageTooComplex, priceTextOf, textOf } from './page-tree.ts';

/** Item within item within item: more than this is a page that refers to itself. */
const maxDepth = 50;
/** References can make a page visit the same elements again and again. */
const maxVisits = 2_000_000;
const addresses: Record<string, string> = {
  a: 'href', area: 'href', link: 'href', audio: 'src', embed: 'src', iframe: 'src', img: 'src', source: 'src',
  track: 'src', video: 'src', object: 'data',
}; // prettier-ignore

/** The top-level items of a page's microdata (HTML standard, section 5), `itemref` followed. */
export function microdataItems(page: Document, base: string): Item[] {
  const byId = new Map<string, Element>();
  for (const element of elementsOf(page, ({ attribs }) => attribs['id'] !== undefined)) {
    if (!byId.has(element.attribs['id']!)) byId.set(element.attribs['id']!, element);
  }
  let visits = 0;
  const made = new Map<Element, Item>();

  function itemOf(element: Element, depth: number): Item {
    const known = made.get(element);
    if (known) return known;
    const item = newItem(words(element.attribs['itemtype']), element.attribs['itemid']);
    made.set(element, item);
    if (depth < maxDepth) for (const property of propertiesOf(element)) addProperty(item, property, depth);
    return item;
  }

  function addProperty(item: Item, element: Element, depth: number): void {
    const value: ItemValue =
      'itemscope' in element.attribs ? itemOf(element, depth + 1) : valueOf(element, base);
    for (const name of words(element.attribs['itemprop'])) addValue(item, name, value);
  }

  /** Elements with `itemprop` below one item or what it refers to, not those of items within. */
  function propertiesOf(root: Element): Element[] {
    const found: Element[] = [];
    const referred = words(root.attribs['itemref']).flatMap((id) => byId.get(id) ?? []);
    const seen = new Set<AnyNode>([root]);
    const waiting: AnyNode[] = [...referred.toReversed(), ...root.children.toReversed()];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if ((visits += 1) > maxVisits) throw new PageTooComplex('its microdata refers to itself too often');
      if (!isTag(node) || seen.has(node)) continue;
      seen.add(node);
      if (node.attribs['itemprop'] !== undefined) found.push(node);
      const isOther = 'itemscope' in node.attribs;
      // an item that was referred to and is nobody's property gives its properties: pages mean it so
      if (!isOther || (referred.includes(node) && node.attribs['itemprop'] === undefined))
        waiting.push(...node.children.toReversed());
    }
    return found;
  }

  const roots = elementsOf(
    page,
    ({ attribs }) => 'itemscope' in attribs && attribs['itemprop'] === undefined,
  );
  return roots.map((root) => itemOf(root, 0));
}

function valueOf(element: Element, base: string): string {
  const { name, attribs } = element;
  if (attribs['content'] !== undefined) return attribs['content'].trim();
  const address = addresses[name];
  if (address !== undefined) return absoluteUrl(attribs[address], base) ?? attribs[address] ?? '';
  if (name === 'data' || name === 'meter') return attribs['value'] ?? textOf(element);
  if (name === 'time') return attribs['datetime'] ?? textOf(element);
  return /price$/iu.test(attribs['itemprop'] ?? '') ? priceTextOf(element) : textOf(element);
}

const words = (text: string | undefined): string[] => (text ?? '').split(/\s+/u).filter(Boolean);
