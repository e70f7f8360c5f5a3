import { periodIn } from './periods.ts';

const now = new Date('2026-03-01T20:00:00Z');

it.each([
  ['what did I save this month', 'UTC', 'period.this-month', '2026-03-01T00:00:00.000Z', undefined],
  // It is already the second of March there.
  ['', 'Asia/Kolkata', 'period.this-month', '2026-02-28T18:30:00.000Z', undefined],
  ['last month', 'UTC', 'period.last-month', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
  ['diese woche', 'Europe/Berlin', 'period.this-week', '2026-02-22T23:00:00.000Z', undefined],
  ['dieses jahr', 'Europe/Berlin', 'period.this-year', '2025-12-31T23:00:00.000Z', undefined],
  ['ab tak kitni bachat hui', 'Asia/Kolkata', 'period.ever', undefined, undefined],
] as const)('"%s" in %s is %s', (text, timeZone, key, from, until) => {
  const period = periodIn(text, now, timeZone);
  expect([period.key, period.from, period.until]).toEqual([key, from, until]);
});
