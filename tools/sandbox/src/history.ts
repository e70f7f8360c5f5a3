import { catalogue } from './catalogue.ts';
import { chance } from './chance.ts';
import { listingOf } from './listing.ts';
import type { ShopClock } from './shop-clock.ts';

const dayMs = 86_400_000;
/** Two looks a day, at hours of each product's own. */
const looksPerDay = 2;

/**
 * The shop's past as lines of the public observation format (source "sandbox"), oldest first, all before `untilMs`:
 * what a watcher would have seen who had looked twice a day.
 */
export function* historyLines(
  seed: string,
  clock: ShopClock,
  untilMs: number,
  days: number,
  origin: string,
): Generator<string> {
  const lastDay = Math.floor(untilMs / dayMs);
  for (let day = lastDay - days; day <= lastDay; day += 1) {
    for (let look = 0; look < looksPerDay; look += 1) {
      for (const product of catalogue) {
        const hour = ((look + chance(seed, product.id, 'look', look)) / looksPerDay) * dayMs;
        const tick = clock.tickAt(day * dayMs + hour);
        if ((tick + 1) * clock.tickMs > untilMs) continue;
        const { id, ...facts } = listingOf(seed, product, tick, clock.startOf(tick), origin);
        yield JSON.stringify({ source: 'sandbox', product: id, ...facts });
      }
    }
  }
}
