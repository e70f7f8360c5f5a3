import type { TextKey } from './reply.ts';

/** A time whose savings are asked for: `from` inclusive, `until` exclusive. */
export interface Period {
  key: TextKey & `period.${string}`;
  from?: string;
  until?: string;
}

const said: readonly (readonly [Period['key'], RegExp])[] = [
  ['period.last-month', /last month|(?:letzten|vorigen|vergangenen) monat|bulan (?:lalu|kemarin)|pichh?le mahine/iu],
  ['period.this-week', /week|woche|minggu|hafte/iu],
  ['period.this-year', /year|jahr|tahun|saal/iu],
  ['period.ever', /\bever\b|in all|in total|total|insgesamt|überhaupt|so far|bisher|selama ini|ab tak|kul/iu],
]; // prettier-ignore

/** The time that a sentence names, in the person's time zone; this month unless it says another one. */
export function periodIn(text: string, now: Date, timeZone: string): Period {
  const key = said.find(([, pattern]) => pattern.test(text))?.[0] ?? 'period.this-month';
  const today = dayIn(now, timeZone);
  const [year, month, day] = today;
  const at = (...date: readonly [number, number, number]): string => instantOf(date, timeZone).toISOString();
  if (key === 'period.ever') return { key };
  if (key === 'period.this-year') return { key, from: at(year, 1, 1) };
  if (key === 'period.last-month') return { key, from: at(year, month - 1, 1), until: at(year, month, 1) };
  if (key === 'period.this-month') return { key, from: at(year, month, 1) };
  const sinceMonday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
  return { key, from: at(year, month, day - sinceMonday) };
}

function dayIn(now: Date, timeZone: string): readonly [number, number, number] {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(now).split('-');
  return [Number(parts[0]), Number(parts[1]), Number(parts[2])];
}

/** Midnight of a day there: the offset is that of the day itself, not of today. */
function instantOf([year, month, day]: readonly [number, number, number], timeZone: string): Date {
  const utc = Date.UTC(year, month - 1, day);
  const shown = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(utc)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/u.exec(shown ?? '') ?? [];
  const offsetMinutes = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -1 : 1);
  return new Date(utc - offsetMinutes * 60_000);
}
