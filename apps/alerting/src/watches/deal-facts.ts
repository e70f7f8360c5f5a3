import type { Deal, Offer } from '@souk/contracts';
import type { Facts } from '../alerts/facts.ts';

type LowByDays = NonNullable<Facts['lowestBeforeMinorByDays']>;

/**
 * What conditions are judged by when a price is there already. Its windows contain the price itself, so that the lowest
 * prices told here are at most that one; which is what how a condition stands is asked of.
 */
export function factsOfDeal(deal: Deal, offer?: Offer): Facts {
  const window = (name: string) => deal.statistics.find((statistics) => statistics.window === name);
  const all = window('all');
  const usual = window('90d')?.medianMinor;
  return {
    priceMinor: deal.priceMinor,
    currency: deal.currency,
    previousPriceMinor: deal.previousPriceMinor ?? undefined,
    shippingMinor: offer?.shippingMinor ?? undefined,
    availability: deal.availability ?? undefined,
    lowestBeforeMinor: all && all.observations >= 2 ? all.lowMinor : undefined,
    lowestBeforeMinorByDays: lowestByDays(deal.priceMinor, (name) => window(name)?.lowMinor),
    usualPriceMinor: usual,
    score: deal.score ?? undefined,
    realDiscountPercent: deal.discount.realPercent ?? undefined,
    seller: offer?.seller ?? undefined,
    condition: offer?.condition ?? undefined,
  };
}

/** Windows that nobody keeps statistics of are told as far as a shorter or a longer one answers for them. */
function lowestByDays(priceMinor: number, lowOf: (window: string) => number | undefined): LowByDays {
  const [month, quarter, year] = [lowOf('30d'), lowOf('90d'), lowOf('365d')];
  const isYearsLow = year !== undefined && priceMinor <= year;
  const lows: [keyof LowByDays, number | undefined][] = [
    ['7', month !== undefined && priceMinor <= month ? month : undefined],
    ['30', month],
    ['90', quarter],
    ['180', isYearsLow ? year : quarter !== undefined && priceMinor > quarter ? quarter : undefined],
    ['365', year],
  ];
  return Object.fromEntries(lows.filter(([, low]) => low !== undefined));
}
