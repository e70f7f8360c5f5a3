import { formatAmount } from '@souk/money';
import { DAY_MS } from './day.ts';
import type { PriceTimeline } from './price-timeline.ts';
import { TodaysMoney } from './price-trend.ts';

/** Less cannot tell what a product really costs. */
const HISTORY_NEEDED_MS = 30 * DAY_MS;
/** Prices this near to the list price count as the list price. */
const NEAR = 0.95;
/** A list price that was asked for less of the time was hardly ever asked: 18 days of a year. */
const SHARE_NEEDED = 0.05;

export interface ListPriceVerdict {
  listPrice: 'inflated' | 'plausible' | 'unknown';
  /** One plain sentence. */
  listPriceWhy: string;
}

/**
 * Whether anybody was ever asked the list price: it is inflated when within the last 365 days the price was hardly
 * ever near it. The idea is that of "former price comparisons" in 16 CFR 233.1: a former price is genuine when it was
 * offered openly for a reasonably substantial time. Where the prices of the product rise, those of before count in
 * today's money: what follows the trend was asked all along.
 * @see https://www.ecfr.gov/current/title-16/part-233
 */
export function judgeListPrice(
  timeline: PriceTimeline,
  listPriceMinor: number | null,
  currency: string,
): ListPriceVerdict {
  const { starts, prices, length, newestMs, historyMs } = timeline;
  if (listPriceMinor === null)
    return { listPrice: 'unknown', listPriceWhy: 'The shop states no list price.' };
  if (listPriceMinor <= prices[length - 1]!)
    return { listPrice: 'plausible', listPriceWhy: 'The list price is no higher than the price.' };
  if (historyMs < HISTORY_NEEDED_MS)
    return {
      listPrice: 'unknown',
      listPriceWhy: 'Less than 30 days are known: too few to judge a list price.',
    };
  const fromMs = newestMs - 365 * DAY_MS;
  const money = TodaysMoney.at(timeline);
  let [endMs, coveredMs, nearMs, highestMinor] = [newestMs, 0, 0, 0];
  for (let run = length - 1; run >= 0 && endMs > fromMs; run -= 1) {
    const startMs = Math.max(starts[run]!, fromMs);
    coveredMs += endMs - startMs;
    if (money.of(prices[run]!, endMs) >= listPriceMinor * NEAR) nearMs += endMs - startMs;
    highestMinor = Math.max(highestMinor, prices[run]!);
    endMs = startMs;
  }
  const share = nearMs / coveredMs;
  const during = `${Math.round(share * 1_000) / 10} % of the last ${Math.round(coveredMs / DAY_MS)} days`;
  const inMoney = money.isRising ? ' (in today’s money, by its own trend)' : '';
  const amount = (minor: number) => `${formatAmount(minor, currency)} ${currency}`;
  return share >= SHARE_NEEDED
    ? {
        listPrice: 'plausible',
        listPriceWhy: `About ${amount(listPriceMinor)} or more was really asked, during ${during}${inMoney}.`,
      }
    : {
        listPrice: 'inflated',
        listPriceWhy: `About ${amount(listPriceMinor)} or more was asked during ${during}${inMoney}; the highest price in them was ${amount(highestMinor)}.`,
      };
}
