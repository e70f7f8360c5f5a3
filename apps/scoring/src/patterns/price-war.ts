import type { DealPatterns } from '@souk/contracts';
import { availabilityName } from '../availability.ts';
import { DAY_MS } from '../day.ts';
import type { PriceTimeline } from '../price-timeline.ts';

const LOOKED_BACK_MS = 14 * DAY_MS;
const UNDERCUTS_NEEDED = 3;

/**
 * Sellers of one listing that undercut each other: at least three times within the last 14 days a seller went from
 * not being the cheapest to being it by lowering the price, and at least two sellers did. Who is sold out competes with
 * nobody. Timelines of one currency and condition.
 */
export function priceWar(sellers: readonly PriceTimeline[]): DealPatterns['priceWar'] {
  if (sellers.length < 2) return null;
  const fromMs = Math.max(...sellers.map(({ newestMs }) => newestMs)) - LOOKED_BACK_MS;
  const steps = sellers
    .flatMap(({ starts, prices, availabilities }, seller) =>
      starts.map((atMs, run) => {
        const isSoldOut = availabilityName(availabilities[run]!) === 'out_of_stock';
        return { atMs, seller, priceMinor: prices[run]!, isSoldOut };
      }),
    )
    .sort((a, b) => a.atMs - b.atMs);
  const present = new Map<number, number>();
  const undercutting = new Set<number>();
  let undercuts = 0;
  for (const { atMs, seller, priceMinor, isSoldOut } of steps) {
    if (isSoldOut) {
      present.delete(seller);
      continue;
    }
    const before = present.get(seller);
    const cheapest = Math.min(...[...present].map(([other, price]) => (other === seller ? Infinity : price)));
    if (atMs >= fromMs && before !== undefined && before >= cheapest && priceMinor < cheapest) {
      undercuts += 1;
      undercutting.add(seller);
    }
    present.set(seller, priceMinor);
  }
  if (undercuts < UNDERCUTS_NEEDED || undercutting.size < 2) return null;
  return {
    sellers: undercutting.size,
    undercuts,
    why: `${undercutting.size} sellers undercut each other ${undercuts} times within 14 days: it may fall further.`,
  };
}
