import { readCursor } from '@souk/bus';
import { z } from 'zod';

const NewestPlace = z.tuple([z.int().min(0).max(Date.UTC(9999, 0)), z.uuid()]);
const PositionPlace = z.tuple([z.int().nonnegative()]);

/** A place in a list that is ordered by (created_at, id), newest first; without a cursor before everything. */
export function newestPlace(cursor: string | undefined): [createdAt: Date | 'infinity', id: string] {
  const place = readCursor(NewestPlace, cursor);
  return place ? [new Date(place[0]), place[1]] : ['infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
}

/** A place in the list of alerts. */
export const positionPlace = (cursor: string | undefined): number | undefined =>
  readCursor(PositionPlace, cursor)?.[0];
