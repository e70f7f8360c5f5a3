import { Refusal } from '@souk/contracts';
import type { z } from 'zod';

/** An opaque, URL-safe cursor: the place after which the next page begins. */
export const writeCursor = (place: unknown): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/** Reads a cursor that this service wrote; anything else is refused, naming the field. */
export function readCursor<Schema extends z.ZodType>(
  schema: Schema,
  cursor: string | undefined,
): z.infer<Schema> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new Refusal('invalid', 'The cursor is not one of this list.', {
      problems: [{ field: 'cursor', problem: 'use the `next` of the page before, unchanged' }],
    });
  }
}
