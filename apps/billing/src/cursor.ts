import { Refusal } from '@souk/contracts';
import { z } from 'zod';

/** Where the next page of a list of rows begins that is ordered by time, then id. */
const TimeKey = z.tuple([z.iso.datetime({ precision: 3 }), z.uuid()]);
export type TimeKey = z.infer<typeof TimeKey>;

/** Where the next page of ledger entries begins: the id of the last one shown. */
const EntryKey = z.tuple([z.string().regex(/^\d{1,18}$/)]);

const encode = (key: readonly string[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');

function decode<Key extends z.ZodType>(schema: Key, cursor: string): z.infer<Key> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    const problem = 'is not one of ours: use `next` of the page before, unchanged';
    throw new Refusal('invalid', `The cursor ${problem}.`, { problems: [{ field: 'cursor', problem }] });
  }
}

/** @throws Refusal invalid, naming the field, when it was not made by `pageOf` */
export const timeKeyOf = (cursor: string | undefined): TimeKey | undefined =>
  cursor === undefined ? undefined : decode(TimeKey, cursor);

/** @throws Refusal invalid, naming the field, when it was not made by `pageOf` */
export const entryKeyOf = (cursor: string | undefined): string | undefined =>
  cursor === undefined ? undefined : decode(EntryKey, cursor)[0];

/** A page of rows that were read with one more than `limit`, and the cursor of the next page. */
export function pageOf<Row>(
  rows: Row[],
  limit: number,
  keyOf: (row: Row) => readonly string[],
): { items: Row[]; next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? encode(keyOf(last)) : null };
}
