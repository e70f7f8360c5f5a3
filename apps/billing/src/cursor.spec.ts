import { pageOf } from '@souk/bus';
import { Refusal } from '@souk/contracts';
import { entryKeyOf, timeKeyOf } from './cursor.ts';

const id = '019a0000-0000-7000-8000-000000000001';
const rows = [1, 2].map((day) => ({ at: `2026-01-0${day}T00:00:00.000Z`, id }));
const timeCursor = pageOf(rows, 1, (row) => [row.at, row.id]).next!;
const entryCursor = pageOf([41, 42], 1, (row) => [String(row)]).next!;

it('the cursor of a page leads to the row after its last one', () => {
  expect(timeKeyOf(timeCursor)).toEqual(['2026-01-01T00:00:00.000Z', id]);
  expect(entryKeyOf(entryCursor)).toBe('41');
  expect(timeKeyOf(undefined)).toBeUndefined();
  expect(entryKeyOf(undefined)).toBeUndefined();
});

it("a cursor of entries is a number, so that it cannot be another list's", () => {
  expect(() => entryKeyOf(timeCursor)).toThrow(Refusal);
  expect(() => timeKeyOf(entryCursor)).toThrow(Refusal);
});
