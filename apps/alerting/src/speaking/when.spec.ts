import * as fc from 'fast-check';
import { DEFAULT_PREFERENCE } from '../preferences/preference.ts';
import { decideSpeech } from './speech.ts';
import { instantOf, isQuiet, localOf, quietUntil, startOfDay } from './when.ts';

const quiet = (quietFrom: string, quietTo: string, timeZone = 'UTC') => ({ timeZone, quietFrom, quietTo });
const at = (iso: string) => new Date(iso);
const HOUR_MS = 3_600_000;

const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
const minute = fc
  .integer({ min: 0, max: 1_439 })
  .map((of) => `${String(Math.floor(of / 60)).padStart(2, '0')}:${String(of % 60).padStart(2, '0')}`);
const instant = fc.date({
  min: at('2020-01-01T00:00:00Z'),
  max: at('2032-01-01T00:00:00Z'),
  noInvalidDate: true,
});

describe('quiet hours', () => {
  it('whatever the zone and the time, the next allowed moment is to come, not quiet, and within a day', () => {
    fc.assert(
      fc.property(zone, minute, minute, instant, (timeZone, from, to, now) => {
        const hours = quiet(from, to, timeZone);
        const until = quietUntil(hours, now);
        if (!until) return !isQuiet(hours, now);
        const hasShift =
          localOf(now, timeZone).minute !== localOf(new Date(now.getTime() + 24 * HOUR_MS), timeZone).minute;
        const waitMs = until.getTime() - now.getTime();
        return !isQuiet(hours, until) && waitMs > 0 && waitMs <= (hasShift ? 25 : 24) * HOUR_MS;
      }),
      { numRuns: 400 },
    );
  });

  it('nothing allowed lies between now and the moment that is waited for, as long as clocks do not shift', () => {
    fc.assert(
      fc.property(
        minute,
        minute,
        instant,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (from, to, now, share) => {
          const hours = quiet(from, to);
          const until = quietUntil(hours, now);
          if (!until) return true;
          return isQuiet(
            hours,
            new Date(now.getTime() + Math.floor((until.getTime() - now.getTime()) * share)),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('go past midnight, and end by the local clock when it is put forward or back', () => {
    const berlin = quiet('22:00', '07:00', 'Europe/Berlin');
    expect(quietUntil(berlin, at('2026-01-10T22:30:00Z'))).toEqual(at('2026-01-11T06:00:00Z'));
    expect(quietUntil(berlin, at('2026-03-28T22:00:00Z'))).toEqual(at('2026-03-29T05:00:00Z'));
    expect(quietUntil(berlin, at('2026-10-24T21:00:00Z'))).toEqual(at('2026-10-25T06:00:00Z'));
    expect(quietUntil(berlin, at('2026-01-11T06:00:00Z'))).toBeUndefined();
    // The end of the quiet hours is skipped in that night.
    expect(quietUntil(quiet('22:00', '02:30', 'Europe/Berlin'), at('2026-03-29T00:30:00Z'))).toEqual(
      at('2026-03-29T01:00:00Z'),
    );
  });

  it('a local day begins at its own midnight, half hours and shifts included', () => {
    expect(startOfDay(at('2026-01-10T20:00:00Z'), 'Asia/Kolkata')).toEqual(at('2026-01-10T18:30:00Z'));
    expect(startOfDay(at('2026-10-25T12:00:00Z'), 'Europe/Berlin')).toEqual(at('2026-10-24T22:00:00Z'));
    expect(instantOf('2026-07-01', 9 * 60, 'America/New_York')).toEqual(at('2026-07-01T13:00:00Z'));
  });
});

describe('whether a channel is told something now', () => {
  const preference = { ...DEFAULT_PREFERENCE, minimumScore: 70, alertsPerDay: 2 };
  const noon = at('2026-01-10T12:00:00Z');
  const deal = { score: 80, isUnlimited: false, isAskedFor: false };
  const circumstances = { now: noon, toldToday: 0 };

  it('below its minimum score never; without a score it is told', () => {
    expect(decideSpeech({ ...deal, score: 69 }, preference, circumstances)).toMatchObject({
      say: 'never',
      as: 'minimum-score',
    });
    expect(decideSpeech({ ...deal, score: 70 }, preference, circumstances)).toEqual({ say: 'now' });
    expect(decideSpeech({ ...deal, score: null }, preference, circumstances)).toEqual({ say: 'now' });
  });

  it('beyond its limit of a day never, and what says so names the digest only where there is one', () => {
    const full = { now: noon, toldToday: 2 };
    expect(decideSpeech(deal, preference, full)).toMatchObject({
      as: 'daily-limit',
      reason: expect.stringContaining('inbox'),
    });
    expect(decideSpeech(deal, { ...preference, digest: 'daily' }, full)).toMatchObject({
      reason: expect.stringContaining('next digest'),
    });
  });

  it('in quiet hours later, price errors too; what is asked for by hand at once', () => {
    const sleeping = { ...preference, quietFrom: '10:00', quietTo: '13:00' };
    const until = at('2026-01-10T13:00:00Z');
    expect(decideSpeech(deal, sleeping, circumstances)).toMatchObject({ say: 'later', until });
    expect(decideSpeech({ ...deal, isUnlimited: true }, sleeping, circumstances)).toMatchObject({
      say: 'later',
      until,
    });
    expect(decideSpeech({ ...deal, isAskedFor: true }, sleeping, circumstances)).toEqual({ say: 'now' });
  });

  it('a price error is told whatever its score, and beyond the limit', () => {
    const error = { ...deal, score: 1, isUnlimited: true };
    expect(decideSpeech(error, preference, { now: noon, toldToday: 9 })).toEqual({ say: 'now' });
  });
});
