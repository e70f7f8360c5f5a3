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

/** A value with what no reader promises taken out: blanks, vocabularies' addresses, and how numbers are written. */
export function comparable(value: unknown): unknown {
  if (typeof value === 'string')
    return value
      .replace(/^https?:\/\/(?:www\.)?schema\.org\//u, '')
      .replaceAll(/\s+/gu, ' ')
      .trim();
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, each]) => [name, comparable(each)] as const)
      .toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
}
