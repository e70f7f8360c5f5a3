import type { Item, ItemValue } from '../../src/item.ts';

/** An item in the form that extruct writes microdata in. */
export function asExtruct(item: Item): Record<string, unknown> {
  const type = item.types.length > 1 ? item.types : item.types[0];
  const properties = Object.fromEntries(
    [...item.properties].map(([name, values]) => [name, single(values.map(valueAsExtruct))]),
  );
  return { ...(type !== undefined && { type }), properties, ...(item.id !== undefined && { id: item.id }) };
}

const single = (values: unknown[]): unknown => (values.length === 1 ? values[0] : values);
const valueAsExtruct = (value: ItemValue): unknown => (typeof value === 'string' ? value : asExtruct(value));

const addresses = /^(?:https?:\/\/(?:(?:www\.)?schema\.org|www\.example\.com(?:\/microdata)?)\/|\/)/u;

/** A value without what is no difference: blanks, bases of addresses, lists of one, how numbers are written, order. */
export function comparable(value: unknown): unknown {
  if (typeof value === 'string')
    return value.replaceAll(/\s+/gu, '').replace(addresses, '').replace(/\/$/u, '');
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) {
    const parts = value.map(comparable);
    return parts.length === 1
      ? parts[0]
      : parts.toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, each]) => [name, comparable(each)] as const)
      .toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
}

/** What extruct's RDFa (expanded JSON-LD) says of things that have a type, by type and properties alone. */
export function typedNodes(expanded: readonly Record<string, unknown>[]): unknown[] {
  return expanded
    .filter((node) => '@type' in node)
    .map(({ '@type': types, '@id': id, ...properties }) => ({
      types,
      ...(typeof id === 'string' && !id.startsWith('_:') && { id }),
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, values]) => [name, (values as ExpandedValue[]).map(textOf)]),
      ),
    }));
}

type ExpandedValue = { '@value'?: string; '@id'?: string };
const textOf = (value: ExpandedValue): string | undefined => value['@value'] ?? value['@id'];

/** An item of RDFa in the same form; of items within only their addresses. */
export const asNode = ({ types, id, properties }: Item): unknown => ({
  types,
  ...(id !== undefined && { id }),
  properties: Object.fromEntries(
    [...properties].map(([name, values]) => [
      name,
      values.map((value) => (typeof value === 'string' ? value : value.id)),
    ]),
  ),
});

/** Names with their vocabulary's address as schema.org's are written here: without. */
export function shortNames(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/"https?:\/\/schema\.org\//gu, '"'));
}
