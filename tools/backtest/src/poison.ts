import { seedOf } from '@souk/scoring/judging';
import type { Series } from './series.ts';

/** What lost or doubled decimal points, prices in cents, empty answers and foreign pages make of a price. */
const POISONS: readonly ((chance: number) => number)[] = [
  () => 0.1,
  () => 10,
  () => 0.01,
  () => 100,
  () => 0,
  (chance) => 20 ** (2 * chance - 1),
];

/** Makes so many percent of all readings wrong, always the same ones, to see what comes of them. */
export function poisoned(series: readonly Series[], percent: number): { series: Series[]; poisoned: number } {
  let count = 0;
  const spoilt = series.map((one) => ({
    ...one,
    observed: one.observed.map((point) => {
      const chanceOf = (what: string): number => (seedOf(`${one.key} ${point.atMs} ${what}`) % 9973) / 9973;
      if (chanceOf('whether') * 100 >= percent) return point;
      count += 1;
      const poison = POISONS[Math.floor(chanceOf('how') * POISONS.length)]!;
      return { ...point, priceMinor: Math.round(point.priceMinor * poison(chanceOf('how far'))) };
    }),
  }));
  return { series: spoilt, poisoned: count };
}
