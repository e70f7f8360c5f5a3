import type { Preference } from '@souk/contracts';
import { instantOf, localOf, minuteOf } from '../speaking/when.ts';

const DAY_MS = 86_400_000;
/** Days looked at for the one before and the next one: a week, and one for clocks that shift. */
const DAYS = 8;
const MONDAY = 1;

export interface Occasion {
  /** The local date, which names it for ever. */
  period: string;
  at: Date;
}

type Wish = Pick<Preference, 'digest' | 'digestAt' | 'timeZone'>;

/** The last digest that was to be made, `now` included; undefined when none is wanted. */
export const lastOccasion = (wish: Wish, now: Date): Occasion | undefined =>
  occasions(wish, now).findLast(({ at }) => at <= now);

/** The next one after `now`. */
export const nextOccasion = (wish: Wish, now: Date): Occasion | undefined =>
  occasions(wish, now).find(({ at }) => at > now);

function occasions({ digest, digestAt, timeZone }: Wish, now: Date): Occasion[] {
  if (digest === 'off') return [];
  const today = Date.parse(`${localOf(now, timeZone).date}T00:00:00Z`);
  return Array.from({ length: 2 * DAYS + 1 }, (_, place) => new Date(today + (place - DAYS) * DAY_MS))
    .filter((day) => digest === 'daily' || day.getUTCDay() === MONDAY)
    .map((day) => day.toISOString().slice(0, 10))
    .map((period) => ({ period, at: instantOf(period, minuteOf(digestAt), timeZone) }));
}
