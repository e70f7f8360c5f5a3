import { readCursor } from '@souk/bus';
import { z } from 'zod';

/** Where the next page of a list of rows begins that is ordered by time, then id. */
const TimeKey = z.tuple([z.iso.datetime({ precision: 3 }), z.uuid()]);
export type TimeKey = z.infer<typeof TimeKey>;

/** Where the next page of ledger entries begins: the id of the last one shown. */
const EntryKey = z.tuple([z.string().regex(/^\d{1,18}$/)]);

/** @throws Refusal invalid, naming the field, when it is not a cursor of such a list */
export const timeKeyOf = (cursor: string | undefined): TimeKey | undefined => readCursor(TimeKey, cursor);

/** @throws Refusal invalid, naming the field, when it is not a cursor of such a list */
export const entryKeyOf = (cursor: string | undefined): string | undefined =>
  readCursor(EntryKey, cursor)?.[0];
