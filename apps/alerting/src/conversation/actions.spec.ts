import * as fc from 'fast-check';
import { v7 } from 'uuid';
import { Action, readAction, writeAction } from './actions.ts';

/** One of every kind, with the longest values. */
const everyAction = Action.options.map((option): Action => {
  const fields = Object.keys(option.shape).filter((field) => field !== 'do');
  const longest: Record<string, unknown> = { hours: 720, amountMinor: 999_999_999_999_999, currency: 'USD' };
  const values = fields.map((field) => [field, field.endsWith('Id') ? v7() : (longest[field] ?? 90)]);
  return Action.parse({ do: option.shape.do.value, ...Object.fromEntries(values) });
});

it.each(everyAction)('$do fits a button and is read as it was written', (action) => {
  const text = writeAction(action);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(64);
  expect(readAction(text)).toEqual(action);
});

it('a text that no button carries is no action, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(readAction(`x${text}`)).toBeUndefined();
      expect(readAction(`show:${text}x:y`)).toBeUndefined();
    }),
  );
  expect(readAction('')).toBeUndefined();
  expect(readAction('show')).toBeUndefined();
  expect(readAction('snooze:AAAAAAAAAAAAAAAAAAAAAA:99999')).toBeUndefined();
  expect(readAction('page:-1')).toBeUndefined();
  expect(readAction('bought-at:AAAAAAAAAAAAAAAAAAAAAA:12:usd')).toBeUndefined();
});
