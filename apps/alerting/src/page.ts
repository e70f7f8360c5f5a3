import type { Refusal } from '@souk/contracts';
import { z } from 'zod';
import { invalid } from './invalid.ts';

/** Where a page of a list ends: opaque to clients, and harmless if they make one up. */
function encodeCursor(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

const notOurs = (): Refusal =>
  invalid({ field: 'cursor', problem: 'is not one of ours: use the value of "next" of the page before' });

function decode<Place>(cursor: string, shape: z.ZodType<Place>): Place {
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw notOurs();
  }
  const read = shape.safeParse(place);
  if (!read.success) throw notOurs();
  return read.data;
}

const NewestPlace = z.tuple([z.int().min(0).max(Date.UTC(9999, 0)), z.uuid()]);
const PositionPlace = z.tuple([z.int().nonnegative()]);

/** A place in a list that is ordered by (created_at, id), newest first; without a cursor before everything. */
export function newestPlace(cursor: string | undefined): [createdAt: Date | 'infinity', id: string] {
  if (cursor === undefined) return ['infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
  const [createdAtMs, id] = decode(cursor, NewestPlace);
  return [new Date(createdAtMs), id];
}

/** A place in the list of alerts. */
export const positionPlace = (cursor: string): number => decode(cursor, PositionPlace)[0];

/** The rows of a page, and the cursor of the next one when there is more; `rows` has one more than `limit` then. */
export function pageOf<Row>(
  rows: Row[],
  limit: number,
  placeOf: (row: Row) => readonly (string | number)[],
): { page: Row[]; next: string | null } {
  const page = rows.slice(0, limit);
  return { page, next: rows.length > limit ? encodeCursor(placeOf(page.at(-1)!)) : null };
}
