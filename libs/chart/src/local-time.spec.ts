import { instantMs, localMs } from './local-time.ts';

const HOUR_MS = 3_600_000;

it.each([
  ['UTC', '2026-07-01T12:00:00Z', '2026-07-01T12:00:00Z'],
  ['Europe/Berlin', '2026-07-01T22:30:00Z', '2026-07-02T00:30:00Z'],
  ['Asia/Kolkata', '2026-01-01T20:00:00Z', '2026-01-02T01:30:00Z'],
  ['America/New_York', '2026-01-01T02:00:00Z', '2025-12-31T21:00:00Z'],
])('clocks in %s show at %s what is %s', (timeZone, instant, shown) => {
  expect(localMs(Date.parse(instant), timeZone)).toBe(Date.parse(shown));
  expect(instantMs(Date.parse(shown), timeZone)).toBe(Date.parse(instant));
});

it.each(['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'])(
  'hours of a year in %s are found again, but one that comes twice',
  (timeZone) => {
    let others = 0;
    for (let atMs = Date.UTC(2025, 0, 1); atMs < Date.UTC(2026, 0, 1); atMs += 5 * HOUR_MS)
      if (instantMs(localMs(atMs, timeZone), timeZone) !== atMs) others += 1;
    expect(others).toBeLessThanOrEqual(1);
  },
);

it('an hour that clocks skip is within an hour of it', () => {
  const skipped = Date.parse('2026-03-29T02:30:00Z');
  const found = instantMs(skipped, 'Europe/Berlin');
  expect(Math.abs(localMs(found, 'Europe/Berlin') - skipped)).toBeLessThanOrEqual(HOUR_MS);
});
