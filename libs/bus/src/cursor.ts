import { Refusal } from '@souk/contracts';
import type { z } from 'zod';

/** An opaque, URL-safe cursor: the place after which the next page of a list begins. */
export const writeCursor = (place: unknown): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/**
 * Reads the cursor of a list; without one the list begins at its start.
 * @throws Refusal invalid, naming the field `cursor`, when its place does not fit the list
 */
export function readCursor<Schema extends z.ZodType>(
  schema: Schema,
  cursor: string | undefined,
): z.infer<Schema> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    const problem = 'is not one of ours: use `next` of the page before, unchanged';
    throw new Refusal('invalid', `The cursor ${problem}.`, { problems: [{ field: 'cursor', problem }] });
  }
}

/** A page of rows that were read with one more than `limit`, and the cursor of the next page. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => unknown,
): { items: Row[]; next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? writeCursor(placeOf(last)) : null };
}
