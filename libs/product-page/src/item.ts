/** A value of structured data: text as it was written, or an item within. */
export type ItemValue = string | Item;

/** A thing that a page describes, whichever notation it was written in. */
export interface Item {
  /** Without the vocabulary's address: `Product`; types of other vocabularies keep theirs. */
  types: string[];
  id?: string;
  /** Values by name, in the order of the page; names as types. */
  properties: Map<string, ItemValue[]>;
}

export const isItem = (value: ItemValue | undefined): value is Item => typeof value === 'object';

export function newItem(types: string[], id?: string): Item {
  return { types: types.map(shortName), ...(id !== undefined && { id }), properties: new Map() };
}

export function addValue(item: Item, name: string, value: ItemValue): void {
  const short = shortName(name);
  const values = item.properties.get(short);
  if (values) values.push(value);
  else item.properties.set(short, [value]);
}

/** `https://schema.org/Product`, `schema:Product` and `Product` are the same. */
export function shortName(name: string): string {
  return name.trim().replace(/^(?:https?:\/\/(?:www\.)?schema\.org\/|schema:)/iu, '');
}

export const valuesOf = (item: Item, name: string): ItemValue[] => item.properties.get(name) ?? [];

export const itemsOf = (item: Item, name: string): Item[] => valuesOf(item, name).filter(isItem);

/** The first text under one of some names; of an item there, its name. */
export function textUnder(item: Item, ...names: string[]): string | undefined {
  for (const name of names) {
    for (const value of valuesOf(item, name)) {
      const text = isItem(value) ? nameOf(value) : value;
      if (text !== undefined && text.trim() !== '') return text.trim();
    }
  }
  return undefined;
}

function nameOf(item: Item): string | undefined {
  const texts = [...valuesOf(item, 'name'), ...valuesOf(item, '@value')];
  return texts.find((text) => !isItem(text) && text.trim() !== '') as string | undefined;
}

export const isOfType = (item: Item, ...types: string[]): boolean =>
  item.types.some((type) => types.includes(type));

/** An item and every item within it, each once, however they refer to each other. */
export function allItems(roots: readonly Item[]): Item[] {
  const seen = new Set<Item>();
  const waiting = roots.toReversed();
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    if (seen.has(item)) continue;
    seen.add(item);
    waiting.push(...[...item.properties.values()].flat().filter(isItem).toReversed());
  }
  return [...seen];
}
