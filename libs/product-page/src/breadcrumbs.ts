import { type Document, type Element, isTag, isText } from 'domhandler';
import { isOfType, type Item, itemsOf, textUnder, valuesOf } from './item.ts';
import { absoluteUrl, elementsOf, textOf } from './page-tree.ts';

export interface Crumb {
  name: string;
  url?: string;
}

const maxCrumbs = 20;
/** What shops put between crumbs when it stands alone. */
const separator = /^[\s>»›→/\\|·•:–—❯▸▶⟩-]*$/u;
const edges = /^[\s>»›→/\\|·•❯▸▶⟩]+|[\s>»›→/\\|·•❯▸▶⟩]+$/gu;

/** The chain of a BreadcrumbList, in the order of its positions. */
export function listedCrumbs(items: readonly Item[], base: string): Crumb[] {
  const list = items.find((item) => isOfType(item, 'BreadcrumbList'));
  if (list === undefined) return [];
  const elements = itemsOf(list, 'itemListElement').map((element, index) => ({
    position: Number(textUnder(element, 'position') ?? index + 1),
    element,
  }));
  return elements
    .toSorted((left, right) => left.position - right.position)
    .slice(0, maxCrumbs)
    .flatMap(({ element }) => {
      const target = itemsOf(element, 'item')[0];
      const name = textUnder(element, 'name') ?? (target && textUnder(target, 'name'));
      if (name === undefined) return [];
      const address = target
        ? (target.id ?? textUnder(target, 'url'))
        : valuesOf(element, 'item').find((each) => typeof each === 'string');
      const url = absoluteUrl(address ?? textUnder(element, 'url'), base);
      return [url === undefined ? { name } : { name, url }];
    });
}

/** The chain as the page shows it: links and last words of the first element that calls itself breadcrumb. */
export function shownCrumbs(page: Document, base: string): Crumb[] {
  const candidates = elementsOf(page, ({ name, attribs }) => {
    const called = `${attribs['class'] ?? ''} ${attribs['id'] ?? ''} ${attribs['aria-label'] ?? ''}`;
    return name !== 'body' && name !== 'html' && /bread-?_?crumb/iu.test(called);
  });
  for (const candidate of candidates.slice(0, 20)) {
    const crumbs = crumbsIn(candidate, base);
    if (crumbs.length > 1) return crumbs;
  }
  return [];
}

/** Every link of an element, and texts beside them that are no separators. */
export function crumbsIn(root: Element, base: string): Crumb[] {
  const crumbs: Crumb[] = [];
  const add = (text: string, address?: string): void => {
    const name = text.replaceAll(edges, '').trim();
    if (
      name === '' ||
      separator.test(name) ||
      name.length > 200 ||
      /^[[{]/u.test(name) ||
      crumbs.at(-1)?.name === name
    )
      return;
    const url = absoluteUrl(address, base);
    crumbs.push(url === undefined ? { name } : { name, url });
  };
  const waiting = root.children.toReversed();
  for (let node = waiting.pop(); node !== undefined && crumbs.length < maxCrumbs; node = waiting.pop()) {
    if (isText(node)) {
      for (const part of node.data.split(/\s[>»›/|❯]\s/u)) add(part.replaceAll(/\s+/gu, ' '));
    } else if (isTag(node) && node.name === 'a') {
      add(textOf(node) || (node.attribs['title'] ?? ''), node.attribs['href']);
    } else if (isTag(node) && node.name !== 'script' && node.name !== 'style') {
      waiting.push(...node.children.toReversed());
    }
  }
  return crumbs;
}
