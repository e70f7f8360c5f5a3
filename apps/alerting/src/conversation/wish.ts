import type { Words } from '@souk/words';
import type { Wish } from './memory.ts';

const percent = /(?<![\d.,])(\d{1,2})\s?(?:%|percent|prozent|persen)/iu;
const lowest =
  /(?<!\p{L})(?:lowest|all[ -]time low|cheapest ever|cheaper than ever|bestpreis|tiefstpreis|allzeittief|so billig wie nie|termurah|harga terendah|sabse (?:sasta|kam))(?!\p{L})/iu;
const back =
  /(?<!\p{L})(?:(?:back |again |re)?in[ -]stock|back again|restock\p{L}*|available again|available|wieder (?:da|lieferbar|verfügbar|auf lager)|lieferbar|verfügbar|auf lager|stok (?:ada|lagi|tersedia)|ready lagi|tersedia|stock (?:mein|me|mai|aaye))(?!\p{L})/iu;

/** When a watch shall speak, as a sentence says it; nothing where it does not ("when this gets cheaper"). */
export function wishIn(text: string, { maxPrice, currency }: Words): Wish {
  const said = percent.exec(text)?.[1];
  return {
    ...(maxPrice !== null && {
      below: { amount: String(maxPrice), ...(currency !== null && { currency }) },
    }),
    ...(said !== undefined && Number(said) > 0 && { percent: Number(said) }),
    ...(lowest.test(text) && { isLowest: true }),
    ...(back.test(text) && { isBack: true }),
  };
}

export const isEmpty = (wish: Wish): boolean => Object.keys(wish).length === 0;

const units: readonly (readonly [RegExp, number])[] = [
  [/(\d{1,3})\s?(?:h|hours?|hrs?|stunden?|jam|ghante)(?!\p{L})/iu, 1],
  [/(\d{1,3}|an?|one|einen?|satu|ek)\s?(?:d|days?|tage?n?|hari|din)(?!\p{L})/iu, 24],
  [/(\d{1,2}|an?|one|eine|satu|ek|next|nächste)\s?(?:weeks?|wochen?|minggu|hafte)(?!\p{L})/iu, 168],
  [/(\d|an?|one|einen|satu|ek|next|nächsten)\s?(?:months?|monate?n?|bulan|mahine)(?!\p{L})/iu, 720],
];
const weekdays: readonly RegExp[] = [
  /sunday|sonntag|minggu depan|itvaar|ravivaar/iu,
  /monday|montag|senin|somvaar/iu,
  /tuesday|dienstag|selasa|mangalvaar/iu,
  /wednesday|mittwoch|rabu|budhvaar/iu,
  /thursday|donnerstag|kamis|guruvaar/iu,
  /friday|freitag|jumat|shukravaar/iu,
  /saturday|samstag|sonnabend|sabtu|shanivaar/iu,
];
const DAY_HOURS = 24;
const LONGEST_HOURS = 720;

/** For how long to be silent; a day where nothing is said. */
export function snoozeHours(text: string, now: Date): number {
  for (const [pattern, hours] of units) {
    const count = pattern.exec(text)?.[1];
    if (count !== undefined) return Math.min(LONGEST_HOURS, (Number(count) || 1) * hours);
  }
  const day = weekdays.findIndex((pattern) => pattern.test(text));
  if (day >= 0) return ((day - now.getUTCDay() + 6) % 7) * DAY_HOURS + DAY_HOURS;
  return DAY_HOURS;
}

/** Whether everything is meant and not one thing. */
export const meansAll = (text: string): boolean =>
  /(?<!\p{L})(?:all|everything|every|alles?|alle|semua|semuanya|sab|sabhi)(?!\p{L})/iu.test(text);
