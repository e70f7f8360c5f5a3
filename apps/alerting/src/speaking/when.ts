import type { Preference } from '@souk/contracts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
/** Clocks are put forward or back by less than that. */
const SHIFT_MINUTES = 180;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formats.set(timeZone, format);
  return format;
}

/** What clocks and calendars show at an instant. */
export interface Local {
  /** `2026-01-31`. */
  date: string;
  /** Since midnight, by the clock. */
  minute: number;
}

/** `timeZone` is an IANA name that has been checked. */
export function localOf(instant: Date, timeZone: string): Local {
  const parts = formatOf(timeZone).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((found) => found.type === type)!.value;
  return {
    date: `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`,
    minute: Number(part('hour')) * 60 + Number(part('minute')),
  };
}

/** `07:30` as minutes since midnight. */
export const minuteOf = (timeOfDay: string): number =>
  Number(timeOfDay.slice(0, 2)) * 60 + Number(timeOfDay.slice(3, 5));

type Quiet = Pick<Preference, 'timeZone' | 'quietFrom' | 'quietTo'>;

/** Whether nothing is to be told at an instant. */
export function isQuiet({ timeZone, quietFrom, quietTo }: Quiet, instant: Date): boolean {
  if (quietFrom === null || quietTo === null) return false;
  const { minute } = localOf(instant, timeZone);
  const [from, to] = [minuteOf(quietFrom), minuteOf(quietTo)];
  return from <= to ? from <= minute && minute < to : from <= minute || minute < to;
}

/**
 * When the quiet hours that go on right now are over; undefined when there are none. Where clocks skip or repeat the
 * hour of their end, the first minute that is not quiet counts.
 */
export function quietUntil(quiet: Quiet, now: Date): Date | undefined {
  if (!isQuiet(quiet, now)) return undefined;
  const to = minuteOf(quiet.quietTo!);
  const startOfMinute = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  const left = (to - localOf(now, quiet.timeZone).minute + DAY_MINUTES) % DAY_MINUTES;
  // Clocks may shift on the way: begin early enough, and go on by minutes.
  const early = Math.max(1, left - SHIFT_MINUTES);
  for (let minutes = early; minutes <= left + SHIFT_MINUTES; minutes += 1) {
    const end = new Date(startOfMinute + minutes * MINUTE_MS);
    if (!isQuiet(quiet, end)) return end;
  }
  return new Date(startOfMinute + DAY_MINUTES * MINUTE_MS);
}

/** The instant at which clocks show that time on that date; where they skip it, soon after. */
export function instantOf(date: string, minute: number, timeZone: string): Date {
  const wanted = Date.parse(`${date}T00:00:00Z`) + minute * MINUTE_MS;
  let instant = wanted;
  for (let turn = 0; turn < 2; turn += 1) {
    const shown = localOf(new Date(instant), timeZone);
    instant += wanted - (Date.parse(`${shown.date}T00:00:00Z`) + shown.minute * MINUTE_MS);
  }
  return new Date(instant);
}

/** When the day that it is in a time zone began. */
export const startOfDay = (now: Date, timeZone: string): Date =>
  instantOf(localOf(now, timeZone).date, 0, timeZone);
