import { LATELY_DAYS, type ThresholdAdvice } from '@souk/contracts';
import { convertMinor, currencyDigits, type DayRates, NoExchangeRate } from '@souk/money';
import { limitSaid, percentText, saidAmount } from '../alerts/amounts.ts';
import type { Text } from '../conversation/reply.ts';
import { said } from '../texts/said.ts';
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
  said: Text;
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
  const lowest = said('past.lowest', { lowest: saidAmount(asked.lowestMinor, currency) });
  const percent = { decimal: String(asked.largestDropPercent) };
  const largest = said('past.largest-fall', { percent });
  for (const leaf of leaves) {
    const price = priceOf(leaf, terms);
    const drop = dropOf(leaf);
    const counted =
      price === undefined
        ? asked.drops.find(({ percent }) => percent === drop)
        : asked.prices.find(({ priceMinor }) => priceMinor === price);
    if (!counted) continue;
    const what = nameOf(leaf, terms, leaves.length === 1);
    const { times, timesLately } = counted;
    const reason = price === undefined ? largest : lowest;
    firings.set(leaf.field, { times, timesLately, said: pastSaid(what, counted, days, reason) });
  }
  return firings;
}

type Counted = NonNullable<ThresholdAdvice['asked']>['prices'][number];

/** `a price below 9.00 EUR would have fired 14 times in the last 90 days`. */
function pastSaid(
  what: Text,
  { times, timesLately, lastAt }: Omit<Counted, 'priceMinor'>,
  days: number,
  reason: Text,
): Text {
  const span = { text: days >= TWO_YEARS_DAYS ? said('past.two-years') : said('past.days', { days }) };
  if (times === 0) return said('past.never', { what: { text: what }, span, reason: { text: reason } });
  if (timesLately > 0) {
    const lately = Math.min(days, LATELY_DAYS);
    return said('past.lately', { what: { text: what }, count: timesLately, days: lately });
  }
  return said('past.earlier', { what: { text: what }, count: times, span, last: { day: lastAt! } });
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

/** What is spoken of; `alone` where other conditions stand beside it. */
function nameOf(leaf: Leaf, terms: PastTerms, isOnly: boolean): Text {
  const alone = isOnly ? '' : '-alone';
  if (dropOf(leaf) !== undefined)
    return said(`past.fall${alone}`, { percent: { decimal: percentText(leaf.threshold) } });
  const isLimit = leaf.kind === 'priceBelow' || leaf.kind === 'inStockBelow';
  const limit = limitSaid(isLimit ? leaf.threshold : limitOf(leaf)! - 1, leaf, terms);
  return said(`past.${isLimit ? 'below' : 'at-most'}${alone}`, { limit });
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
