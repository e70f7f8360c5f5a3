import { Refusal } from '@souk/contracts';
import { z } from 'zod';
import { pageOf, readCursor } from './cursor.ts';

const Place = z.tuple([z.iso.datetime({ precision: 3 }), z.uuid()]);
const id = '019a0000-0000-7000-8000-000000000001';
const rows = [1, 2, 3].map((day) => ({ at: `2026-01-0${day}T00:00:00.000Z`, id }));
const placeOf = (row: { at: string; id: string }) => [row.at, row.id];

it('the cursor of a page leads to the row after its last one', () => {
  const { items, next } = pageOf(rows, 2, placeOf);
  expect(items).toHaveLength(2);
  expect(next).toMatch(/^[\w-]+$/);
  expect(readCursor(Place, next!)).toEqual(['2026-01-02T00:00:00.000Z', id]);
});

it('the last page has none, and neither has an empty one', () => {
  expect(pageOf(rows, 3, placeOf).next).toBeNull();
  expect(pageOf([], 3, placeOf)).toEqual({ items: [], next: null });
  expect(readCursor(Place, undefined)).toBeUndefined();
});

it.each(['', 'x', 'bnVsbA', Buffer.from('["1"]').toString('base64url'), 'eyJ"', 'A'.repeat(500)])(
  'a cursor that was made up (%j) is refused with the name of the field',
  (cursor) => {
    const refused = () => readCursor(Place, cursor);
    expect(refused).toThrow(Refusal);
    expect(refused).toThrow(
      expect.objectContaining({ code: 'invalid', problems: [expect.objectContaining({ field: 'cursor' })] }),
    );
  },
);
