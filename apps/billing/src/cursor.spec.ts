import { Refusal } from '@souk/contracts';
import { entryKeyOf, pageOf, timeKeyOf } from './cursor.ts';

const id = '019a0000-0000-7000-8000-000000000001';
const rows = [1, 2, 3].map((day) => ({ at: `2026-01-0${day}T00:00:00.000Z`, id }));
const keyOf = (row: { at: string; id: string }) => [row.at, row.id];

it('the cursor of a page leads to the row after its last one', () => {
  const { items, next } = pageOf(rows, 2, keyOf);
  expect(items).toHaveLength(2);
  expect(next).toMatch(/^[\w-]+$/);
  expect(timeKeyOf(next!)).toEqual(['2026-01-02T00:00:00.000Z', id]);
});

it('the last page has none, and neither has an empty one', () => {
  expect(pageOf(rows, 3, keyOf).next).toBeNull();
  expect(pageOf([], 3, keyOf)).toEqual({ items: [], next: null });
  expect(timeKeyOf(undefined)).toBeUndefined();
  expect(entryKeyOf(undefined)).toBeUndefined();
});

it.each(['', 'x', 'bnVsbA', Buffer.from('["1"]').toString('base64url'), 'eyJ"', 'A'.repeat(500)])(
  'a cursor that was made up (%j) is refused with the name of the field',
  (cursor) => {
    const refused = () => timeKeyOf(cursor);
    expect(refused).toThrow(Refusal);
    expect(refused).toThrow(
      expect.objectContaining({ code: 'invalid', problems: [expect.objectContaining({ field: 'cursor' })] }),
    );
  },
);

it("a cursor of entries is a number, so that it cannot be another list's", () => {
  expect(entryKeyOf(pageOf([41, 42], 1, (row) => [String(row)]).next!)).toBe('41');
  expect(() => entryKeyOf(pageOf(rows, 1, keyOf).next!)).toThrow(Refusal);
});
