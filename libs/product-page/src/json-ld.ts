import type { Document } from 'domhandler';
import { addValue, type Item, newItem } from './item.ts';
import { elementsOf, rawText } from './page-tree.ts';
import { parseSloppyJson } from './sloppy-json.ts';

/** Deeper than any shop nests; beyond it nothing is read. */
const maxDepth = 50;

/** The JSON of every JSON-LD script of a page that can be read, numbers as they were written. */
export function jsonLdDocuments(page: Document): { documents: unknown[]; unreadable: number } {
  const scripts = elementsOf(
    page,
    ({ name, attribs }) => name === 'script' && /^\s*application\/ld\+json\b/iu.test(attribs['type'] ?? ''),
  );
  const texts = scripts.map((script) => rawText(script)).filter((text) => text.trim() !== '');
  const documents = texts.map((text) => parseSloppyJson(text));
  return {
    documents: documents.filter((document) => document !== undefined && document !== null),
    unreadable: documents.filter((document) => document === undefined).length,
  };
}

/** The things that the JSON-LD of a page describes, references between them (`@id`) followed. */
export function jsonLdItems(documents: readonly unknown[]): Item[] {
  const described = new Map<string, Item>();
  const references: { from: Item; name: string; at: number; id: string }[] = [];

  function read(value: unknown, depth: number): Item[] {
    if (depth > maxDepth) return [];
    if (Array.isArray(value)) return value.flatMap((each) => read(each, depth + 1));
    if (typeof value !== 'object' || value === null) return [];
    const graph = '@graph' in value ? read(value['@graph'], depth + 1) : [];
    const item = readItem(value as Record<string, unknown>, depth);
    return item.properties.size > 0 || item.types.length > 0 ? [item, ...graph] : graph;
  }

  function readItem(node: Record<string, unknown>, depth: number): Item {
    const types = [node['@type']].flat().filter((type): type is string => typeof type === 'string');
    const id = typeof node['@id'] === 'string' ? node['@id'] : undefined;
    const item = newItem(types, id);
    for (const [name, value] of Object.entries(node)) {
      if (name.startsWith('@') && name !== '@value') continue;
      for (const each of [value].flat(3)) addEach(item, name, each, depth);
    }
    if (id !== undefined && item.properties.size > 0 && !described.has(id)) described.set(id, item);
    return item;
  }

  function addEach(item: Item, name: string, value: unknown, depth: number): void {
    if (typeof value === 'string') addValue(item, name, value);
    else if (typeof value === 'boolean') addValue(item, name, String(value));
    else if (typeof value === 'object' && value !== null && depth < maxDepth) {
      const inner = readItem(value as Record<string, unknown>, depth + 1);
      addValue(item, name, inner);
      if (inner.properties.size === 0 && inner.id !== undefined) {
        references.push({ from: item, name, at: item.properties.get(name)?.length ?? 0, id: inner.id });
      }
    }
  }

  const items = documents.flatMap((document) => read(document, 0));
  for (const { from, name, at, id } of references) {
    const target = described.get(id);
    if (target !== undefined && at > 0) from.properties.get(name)![at - 1] = target;
  }
  return items;
}
