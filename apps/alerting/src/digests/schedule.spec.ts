import * as fc from 'fast-check';
import { localOf } from '../speaking/when.ts';
import { lastOccasion, nextOccasion } from './schedule.ts';

const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
const wish = fc.record({
  digest: fc.constantFrom('daily' as const, 'weekly' as const),
  digestAt: fc.constantFrom('00:00', '02:30', '09:00', '23:59'),
  timeZone: zone,
});
const instant = fc.date({
  min: new Date('2020-01-01T00:00:00Z'),
  max: new Date('2032-01-01T00:00:00Z'),
  noInvalidDate: true,
});
const DAY_MS = 86_400_000;

describe('digests', () => {
  it('in any zone the next one is to come, within a day or a week, and becomes the last one when its time is there', () => {
    fc.assert(
      fc.property(wish, instant, (wanted, now) => {
        const next = nextOccasion(wanted, now)!;
        const last = lastOccasion(wanted, now)!;
        const mostMs = (wanted.digest === 'daily' ? 1 : 7) * DAY_MS + 3 * 3_600_000;
        expect(next.at.getTime() - now.getTime()).toBeGreaterThan(0);
        expect(next.at.getTime() - now.getTime()).toBeLessThanOrEqual(mostMs);
        expect(last.at <= now).toBe(true);
        expect(last.period < next.period).toBe(true);
        expect(lastOccasion(wanted, next.at)).toEqual(next);
      }),
      { numRuns: 200 },
    );
  });

  it('come at the local time, also after clocks were put forward; weekly ones on Mondays', () => {
    const wanted = { digest: 'weekly' as const, digestAt: '09:00', timeZone: 'Europe/Berlin' };
    const next = nextOccasion(wanted, new Date('2026-03-28T12:00:00Z'))!;
    expect(next).toEqual({ period: '2026-03-30', at: new Date('2026-03-30T07:00:00Z') });
    expect(localOf(next.at, 'Europe/Berlin').minute).toBe(9 * 60);
  });

  it('nobody who wants none gets one', () => {
    const none = { digest: 'off' as const, digestAt: '09:00', timeZone: 'UTC' };
    expect([lastOccasion(none, new Date()), nextOccasion(none, new Date())]).toEqual([undefined, undefined]);
  });
});
