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
