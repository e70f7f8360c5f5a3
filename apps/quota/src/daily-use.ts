/** Calls of one slot of time, counted together. */
export interface UseSlot {
  startMs: number;
  used: number;
}

export const DAY_MS = 86_400_000;
/** Uses are counted in slots; a slot counts until all of it is a day old, so that no 24 hours hold too many. */
export const SLOT_MS = 300_000;
const HOUR_MS = 3_600_000;

const leavesAtMs = ({ startMs }: UseSlot): number => startMs + SLOT_MS + DAY_MS;

/** What the last 24 hours hold. */
export const usedWithinDay = (slots: readonly UseSlot[], nowMs: number): number =>
  sum(slots.filter((slot) => leavesAtMs(slot) > nowMs));

/** How long until so many calls fit; a day when they never do. */
export function waitForRoomMs(
  slots: readonly UseSlot[],
  budget: number,
  calls: number,
  nowMs: number,
): number {
  let used = usedWithinDay(slots, nowMs);
  for (const slot of slots.toSorted((a, b) => a.startMs - b.startMs)) {
    if (used + calls <= budget) break;
    if (leavesAtMs(slot) <= nowMs) continue;
    used -= slot.used;
    if (used + calls <= budget) return leavesAtMs(slot) - nowMs;
  }
  return used + calls <= budget ? 0 : DAY_MS;
}

export interface Forecast {
  callsLastHour: number;
  exhaustedAtMs: number | null;
}

/** Where the last hour's pace leads within a day: what was used a day ago makes room meanwhile. */
export function forecastOf(slots: readonly UseSlot[], budget: number, nowMs: number): Forecast {
  const callsLastHour = sum(slots.filter(({ startMs }) => startMs > nowMs - HOUR_MS));
  const perSlot = (callsLastHour * SLOT_MS) / HOUR_MS;
  let used = usedWithinDay(slots, nowMs);
  if (used >= budget) return { callsLastHour, exhaustedAtMs: nowMs };
  for (let atMs = nowMs; atMs < nowMs + DAY_MS; atMs += SLOT_MS) {
    const room = budget - used;
    if (perSlot >= room && perSlot > 0)
      return { callsLastHour, exhaustedAtMs: Math.round(atMs + (room / perSlot) * SLOT_MS) };
    const leaving = slots.filter((slot) => leavesAtMs(slot) > atMs && leavesAtMs(slot) <= atMs + SLOT_MS);
    used += perSlot - sum(leaving);
  }
  return { callsLastHour, exhaustedAtMs: null };
}

const sum = (slots: readonly UseSlot[]): number => slots.reduce((total, { used }) => total + used, 0);
