import * as fc from 'fast-check';
import { DAY_MS, forecastOf, SLOT_MS, type UseSlot, usedWithinDay, waitForRoomMs } from './daily-use.ts';

const NOW = 20_000 * DAY_MS;
const slot = (agoMs: number, used: number): UseSlot => ({ startMs: NOW - agoMs, used });

describe('use of a daily budget', () => {
  it('counts a slot until all of it is a day old', () => {
    const slots = [slot(DAY_MS + SLOT_MS, 5), slot(DAY_MS + SLOT_MS - 1, 7), slot(0, 1)];
    expect(usedWithinDay(slots, NOW)).toBe(8);
  });

  it('says when there is room again', () => {
    const slots = [slot(DAY_MS, 3), slot(SLOT_MS, 6)];
    expect(waitForRoomMs(slots, 10, 1, NOW)).toBe(0);
    expect(waitForRoomMs(slots, 10, 2, NOW)).toBe(SLOT_MS);
    expect(waitForRoomMs(slots, 10, 9, NOW)).toBe(DAY_MS);
    expect(waitForRoomMs(slots, 10, 11, NOW)).toBe(DAY_MS);
  });

  it('never holds more than the budget in any 24 hours, wherever they begin', () => {
    const ask = fc.record({ afterMs: fc.nat(DAY_MS / 4), calls: fc.integer({ min: 1, max: 6 }) });
    fc.assert(
      fc.property(fc.array(ask, { maxLength: 80 }), (asks) => {
        const slots: UseSlot[] = [];
        const calls: { atMs: number; calls: number }[] = [];
        let nowMs = NOW;
        for (const { afterMs, calls: wanted } of asks) {
          nowMs += afterMs;
          if (waitForRoomMs(slots, 10, wanted, nowMs) > 0) continue;
          slots.push({ startMs: Math.floor(nowMs / SLOT_MS) * SLOT_MS, used: wanted });
          calls.push({ atMs: nowMs, calls: wanted });
        }
        for (const { atMs } of calls) {
          const within = calls.filter((one) => one.atMs >= atMs && one.atMs < atMs + DAY_MS);
          expect(within.reduce((sum, one) => sum + one.calls, 0)).toBeLessThanOrEqual(10);
        }
      }),
    );
  });

  const hour = (perSlot: number): UseSlot[] =>
    Array.from({ length: 12 }, (_, index) => slot(index * SLOT_MS, perSlot));

  it.each([
    ['nothing is called', [], { callsLastHour: 0, exhaustedAtMs: null }],
    ['the pace is kept for ever', hour(1), { callsLastHour: 12, exhaustedAtMs: null }],
    ['the rest lasts two hours', hour(10), { callsLastHour: 120, exhaustedAtMs: NOW + 7_200_000 }],
    ['it is used up', hour(40), { callsLastHour: 480, exhaustedAtMs: NOW }],
  ])('foretells from the last hour: %s', (_what, slots, forecast) => {
    expect(forecastOf(slots, 360, NOW)).toEqual(forecast);
  });

  it('foretells that what was used a day ago makes room', () => {
    const steady = Array.from({ length: 288 }, (_, index) => slot(index * SLOT_MS, 10));
    expect(forecastOf(steady, 2_920, NOW).exhaustedAtMs).toBeNull();
  });
});
