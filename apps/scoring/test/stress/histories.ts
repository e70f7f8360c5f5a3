/** Histories as shops and broken sources make them, the same for the same seed. Prices in minor units. */
import { DAY_MS } from '../../src/day.ts';

export const HOUR_MS = DAY_MS / 24;
/** 2023-01-02, a Monday, at noon. */
export const START_MS = Date.UTC(2023, 0, 2, 12);

/** What a source tells at a time. */
export interface Told {
  atMs: number;
  priceMinor: number;
  currency?: string;
  listPriceMinor?: number;
  availability?: 'in_stock' | 'out_of_stock';
}

/** Numbers from 0 to 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A reading every so many hours, for so many days; `priceAt` is asked with the days since the start. */
export function readings(days: number, everyHours: number, priceAt: (day: number) => number): Told[] {
  return Array.from({ length: Math.floor((days * 24) / everyHours) }, (_, at) => {
    const day = (at * everyHours) / 24;
    return { atMs: START_MS + day * DAY_MS, priceMinor: Math.round(priceAt(day)), availability: 'in_stock' };
  });
}

/** Prices that rise in steps, once in so many days, by so many percent a year. */
export const inflation =
  (percentAYear: number, stepDays: number) =>
  (day: number): number =>
    100_000 * (1 + percentAYear / 100) ** ((Math.floor(day / stepDays) * stepDays) / 365);

/** 20 % off from Thursday on, back on Monday. */
export const weekly = (day: number): number => (day % 7 >= 3 ? 800 : 1_000);

/** Falls by 5 % every three weeks. */
export const electronics = (day: number): number => 90_000 * 0.95 ** Math.floor(day / 21);

/** What goes wrong in one reading: a lost or added decimal point, minor units as major ones, another currency. */
const MISTAKES: ((told: Told) => Told)[] = [
  (told) => ({ ...told, priceMinor: Math.round(told.priceMinor * 0.1) }),
  (told) => ({ ...told, priceMinor: told.priceMinor * 10 }),
  (told) => ({ ...told, priceMinor: told.priceMinor * 100 }),
  (told) => ({ ...told, priceMinor: Math.round(told.priceMinor * 0.01) }),
  (told) => ({ ...told, priceMinor: Math.round(told.priceMinor * 1.09), currency: 'USD' }),
];

/** The same readings, of which a share is wrong at random, no two in a row in the same way. The first ones are right. */
export function poisoned(told: readonly Told[], share: number, seed: number): Told[] {
  const random = randomFrom(seed);
  let last = 0;
  return told.map((one, at) => {
    if (at < 5 || random() >= share) return one;
    last = (last + 1 + Math.floor(random() * (MISTAKES.length - 1))) % MISTAKES.length;
    return MISTAKES[last]!(one);
  });
}
