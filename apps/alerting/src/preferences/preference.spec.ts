import { DEFAULT_PREFERENCE, problemOf } from './preference.ts';

const quiet = (quietFrom: string | null, quietTo: string | null) => ({
  ...DEFAULT_PREFERENCE,
  quietFrom,
  quietTo,
});

it.each([
  [null, null, undefined],
  ['22:00', '07:00', undefined],
  ['22:00', null, 'quietTo'],
  [null, '07:00', 'quietFrom'],
  ['07:00', '07:00', 'quietTo'],
])('quiet hours from %s to %s: what is wrong is %s', (from, to, field) => {
  expect(problemOf(quiet(from, to))?.field).toBe(field);
});
