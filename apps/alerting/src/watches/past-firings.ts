import { LATELY_DAYS, type ThresholdAdvice } from '@souk/contracts';
import { convertMinor, currencyDigits, type DayRates, formatAmount, NoExchangeRate } from '@souk/money';
import { microsText, percentText } from '../alerts/amounts.ts';
import { chosenLimit, isMoment, type Leaf, leavesOf, type Rule } from './rule.ts';

/** What the history of an offer is asked for: prices to be below of in minor units of its currency, and falls. */
export interface AskedPast {
  prices: number[];
  drops: number[];
}

/** What a condition would have done in the past of its listing. */
export interface PastFiring {
  times: number;
  /** Of the last 90 days, or as many as are known. */
  timesLately: number;
  sentence: string;
}

/** Histories shorter than this say nothing of what will be. */
const ENOUGH_DAYS = 14;
const TWO_YEARS_DAYS = 700;

/** The offer's currency, and what else amounts are compared by. */
export interface PastTerms {
  currency: string;
  shippingMinor: number | undefined;
  rates: DayRates | undefined;
}

/** What must be asked to tell the past of a rule; nothing of conditions that no price alone decides. */
export function askedPast(rule: Rule, terms: PastTerms): AskedPast {
  const leaves = leavesOf(rule);
  return {
    prices: [...new Set(leaves.flatMap((leaf) => priceOf(leaf, terms) ?? []))],
    drops: [...new Set(leaves.flatMap((leaf) => dropOf(leaf) ?? []))],
  };
}

/** What each condition would have done, by its field. */
export function pastFirings(
  rule: Rule,
  terms: PastTerms,
  { asked, days }: Pick<ThresholdAdvice, 'asked' | 'days'>,
): Map<string, PastFiring> {
  const leaves = leavesOf(rule);
  const firings = new Map<string, PastFiring>();
  if (!asked || days < ENOUGH_DAYS) return firings;
  const { currency } = terms;
  const lowest = `the lowest was ${formatAmount(asked.lowestMinor, currency)} ${currency}`;
  const largest = `it never fell by more than ${asked.largestDropPercent} % at once`;
  for (const leaf of leaves) {
    const price = priceOf(leaf, terms);
    const drop = dropOf(leaf);
    const counted =
      price === undefined
        ? asked.drops.find(({ percent }) => percent === drop)
        : asked.prices.find(({ priceMinor }) => priceMinor === price);
    if (!counted) continue;
    const what = `${nameOf(leaf, terms)}${leaves.length > 1 ? ' alone' : ''}`;
    const { times, timesLately } = counted;
    const sentence = `${what} ${pastText(counted, days, price === undefined ? largest : lowest)}`;
    firings.set(leaf.field, { times, timesLately, sentence });
  }
  return firings;
}

type Counted = NonNullable<ThresholdAdvice['asked']>['prices'][number];

/** `would have fired 14 times in the last 90 days`. */
function pastText(
  { times, timesLately, lastAt }: Omit<Counted, 'priceMinor'>,
  days: number,
  why: string,
): string {
  const span = days >= TWO_YEARS_DAYS ? '2 years' : `${days} days`;
  if (times === 0) return `would never have fired in ${span}: ${why}`;
  const often = (count: number): string => (count === 1 ? 'once' : `${count} times`);
  if (timesLately > 0)
    return `would have fired ${often(timesLately)} in the last ${Math.min(days, LATELY_DAYS)} days`;
  return `would have fired ${often(times)} in the last ${span}, the last time on ${lastAt!.slice(0, 10)}`;
}

/** The price in minor units of the offer that it must lie below, as exactly as today's rate tells. */
function priceOf(leaf: Leaf, { currency, shippingMinor, rates }: PastTerms): number | undefined {
  const micros = limitOf(leaf);
  if (micros === undefined) return undefined;
  const limitCurrency = leaf.currency ?? currency;
  const minor = Math.ceil(micros / 10 ** (6 - (currencyDigits(limitCurrency) ?? 2)));
  const own = limitCurrency === currency ? minor : converted(minor, limitCurrency, currency, rates);
  if (own === undefined) return undefined;
  const bare = own - (leaf.isLanded ? (shippingMinor ?? 0) : 0);
  return bare > 0 ? bare : undefined;
}

/** Millionths of its currency that the price must lie below. */
function limitOf({ kind, threshold, against }: Leaf): number | undefined {
  if (kind === 'priceBelow' || kind === 'inStockBelow') return threshold;
  const isFall = kind === 'dropPercent' || kind === 'dropAmount';
  return isFall && typeof against === 'number' ? chosenLimit(kind, threshold, against) + 1 : undefined;
}

const dropOf = (leaf: Leaf): number | undefined =>
  leaf.kind === 'dropPercent' && isMoment(leaf) ? leaf.threshold / 100 : undefined;

function nameOf(leaf: Leaf, { currency }: PastTerms): string {
  if (dropOf(leaf) !== undefined) return `a fall by ${percentText(leaf.threshold)} %`;
  const shown = leaf.currency ?? currency;
  const isLimit = leaf.kind === 'priceBelow' || leaf.kind === 'inStockBelow';
  const limit = `${microsText(isLimit ? leaf.threshold : limitOf(leaf)! - 1, shown)} ${shown}`;
  return `a price ${isLimit ? 'below' : 'of at most'} ${limit}`;
}

function converted(minor: number, from: string, to: string, rates: DayRates | undefined): number | undefined {
  if (!rates) return undefined;
  try {
    return convertMinor(minor, from, to, rates);
  } catch (error) {
    if (error instanceof NoExchangeRate) return undefined;
    throw error;
  }
}
