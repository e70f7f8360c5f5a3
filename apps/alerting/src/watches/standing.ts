import type { AlertReason } from '@souk/contracts';
import { type DayRates, formatAmount } from '@souk/money';
import { amountOrNull, limitText, microsText, percentText, priceText, scoreText } from '../alerts/amounts.ts';
import {
  type Facts,
  isBuyable,
  isUnavailable,
  landedMinor,
  mayScoreSpeak,
  scoreHundredths,
} from '../alerts/facts.ts';
import type { Verdict } from '../alerts/judge.ts';
import { changeBetween, lowestOfDays, pricesOf, verdictOf } from '../alerts/verdicts.ts';
import { chosenLimit, type Leaf } from './rule.ts';

/** How a condition stands at a price that is there already: what was asked, and how far away it is. */
export interface Standing {
  leaf: Leaf;
  verdict: Verdict;
  /** `price below 14.00 USD`. */
  rule: string;
  sentence: string;
  inputs: AlertReason['inputs'];
}

/**
 * How a condition stands now. Conditions that are over with the price that made them true are said to hold for as long
 * as that price lasts.
 */
export function standingOf(leaf: Leaf, facts: Facts, rates?: DayRates): Standing {
  const { currency } = facts;
  const price = formatAmount(facts.priceMinor, currency);
  const inputs = { price, currency };
  switch (leaf.kind) {
    case 'priceBelow':
    case 'priceAbove':
    case 'inStockBelow':
      return limitStanding(leaf, leaf.threshold, facts, rates);
    case 'dropPercent':
    case 'dropAmount':
    case 'priceRisePercent':
    case 'priceRiseAmount':
      return changeStanding({ ...leaf, kind: leaf.kind }, facts, rates);
    case 'allTimeLow':
      return lowStanding(
        leaf,
        facts.lowestBeforeMinor,
        'price lower than ever',
        'the lowest known price',
        facts,
      );
    case 'lowOfDays': {
      const days = `${leaf.threshold} days`;
      const rule = `price lower than in ${days}`;
      return lowStanding(
        leaf,
        lowestOfDays(leaf.threshold, facts),
        rule,
        `the lowest price of ${days}`,
        facts,
      );
    }
    case 'backInStock': {
      const isKnown = isBuyable(facts.availability) || isUnavailable(facts.availability);
      const verdict = isBuyable(facts.availability) ? 'true' : isKnown ? 'false' : 'unknown';
      return {
        leaf,
        verdict,
        rule: 'can be bought again',
        sentence: {
          true: 'is in stock already',
          false: 'is not in stock',
          unknown: 'nobody says whether it is in stock',
        }[verdict],
        inputs: { availability: facts.availability ?? null },
      };
    }
    case 'scoreAtLeast': {
      return scoreStanding(leaf, facts);
    }
    case 'realDiscountAtLeast': {
      const discount = facts.realDiscountPercent;
      const asked = percentText(leaf.threshold);
      return {
        leaf,
        verdict: reached(leaf, discount),
        rule: `real discount at least ${asked} %`,
        sentence:
          discount === undefined
            ? 'its real discount is not known yet'
            : `has a real discount of ${scoreText(discount)} %${alreadyIf(reached(leaf, discount))}; you asked for ${asked} %`,
        inputs: {
          realDiscountAtLeast: leaf.threshold / 100,
          realDiscountPercent: discount ?? null,
          ...inputs,
        },
      };
    }
  }
}

const alreadyIf = (verdict: Verdict): string => (verdict === 'true' ? ' already' : '');
const reached = ({ threshold }: Leaf, value: number | undefined): Verdict =>
  value === undefined ? 'unknown' : scoreHundredths(value) >= threshold ? 'true' : 'false';

/** A score speaks only of a price that is below the usual one, where that is known. */
function scoreStanding(leaf: Leaf, facts: Facts): Standing {
  const { score, currency, priceMinor } = facts;
  const { verdict } = verdictOf(leaf, facts, undefined);
  const asked = percentText(leaf.threshold);
  const price = formatAmount(priceMinor, currency);
  const usual = amountOrNull(facts.usualPriceMinor, currency);
  const isOrdinary = usual !== null && !mayScoreSpeak(priceMinor, facts.usualPriceMinor);
  const but =
    reached(leaf, score) === 'true' && isOrdinary
      ? `, but ${price} ${currency} is not more than 2 % below the usual ${usual}`
      : '';
  return {
    leaf,
    verdict,
    rule: `deal score at least ${asked}, below the usual price`,
    sentence:
      score === undefined
        ? 'has no deal score yet'
        : `has a deal score of ${scoreText(score)}${alreadyIf(verdict)}${but}; you asked for ${asked}`,
    inputs: {
      scoreAtLeast: leaf.threshold / 100,
      score: score ?? null,
      ...(usual !== null && { price, usualPrice: usual, currency }),
    },
  };
}

/** By how many percent of the limit a value lies beyond it, with one decimal and never 0.0. */
export function distancePercent(value: number, limit: number): string {
  return Math.max(0.1, Math.round((Math.abs(value - limit) / Math.max(1, limit)) * 1_000) / 10).toFixed(1);
}

function limitStanding(leaf: Leaf, limit: number, facts: Facts, rates: DayRates | undefined): Standing {
  const { verdict } = verdictOf(leaf, facts, rates);
  const side = leaf.kind === 'priceAbove' || leaf.kind.startsWith('priceRise') ? 'above' : 'below';
  const shown = limitText(limit, leaf, facts);
  const now = priceText(landedMinor(facts.priceMinor, facts, leaf.isLanded), leaf, facts, rates);
  const rule = `${leaf.kind === 'inStockBelow' ? 'in stock and ' : ''}price${leaf.isLanded ? ' with shipping' : ''} ${side} ${shown}`;
  const { price } = pricesOf(leaf, facts, rates);
  const inputs = {
    [leaf.kind]: microsText(limit, leaf.currency ?? facts.currency),
    price: formatAmount(facts.priceMinor, facts.currency),
    currency: facts.currency,
    ...(leaf.kind === 'inStockBelow' && { availability: facts.availability ?? null }),
    ...(leaf.isLanded && { shipping: amountOrNull(facts.shippingMinor, facts.currency) }),
  };
  const say = (sentence: string): Standing => ({ leaf, verdict, rule, sentence, inputs });
  if (price === undefined) return say(`no rate of the day leads from ${facts.currency} to ${leaf.currency}`);
  if (verdict === 'true') return say(`is ${side} ${shown} already: ${now}`);
  const isBeyond = side === 'below' ? price < limit : price > limit;
  if (isBeyond) {
    const stock = isUnavailable(facts.availability)
      ? 'it is not in stock'
      : 'nobody says whether it is in stock';
    return say(`costs ${now}, below your limit, but ${stock}`);
  }
  const other = side === 'below' ? 'above' : 'below';
  return say(
    price === limit
      ? `costs ${now}, just your limit`
      : `costs ${now}, ${distancePercent(price, limit)} % ${other} your limit of ${shown}`,
  );
}

type Change = Leaf & { kind: 'dropPercent' | 'dropAmount' | 'priceRisePercent' | 'priceRiseAmount' };

function changeStanding(leaf: Change, facts: Facts, rates: DayRates | undefined): Standing {
  const { kind, threshold, against } = leaf;
  if (typeof against === 'number')
    return limitStanding(leaf, chosenLimit(kind, threshold, against), facts, rates);
  const isDrop = kind === 'dropPercent' || kind === 'dropAmount';
  const isPercent = kind === 'dropPercent' || kind === 'priceRisePercent';
  const asked = isPercent ? `${percentText(threshold)} %` : limitText(threshold, leaf, facts);
  const [name, reference] =
    against === 'usual' ? ['usual', facts.usualPriceMinor] : ['previous', facts.previousPriceMinor];
  const rule = `${isDrop ? 'drop' : 'rise'} of at least ${asked} against the ${name} price`;
  const price = formatAmount(facts.priceMinor, facts.currency);
  const inputs = {
    [kind]: isPercent ? threshold / 100 : microsText(threshold, leaf.currency ?? facts.currency),
    price,
    [`${name}Price`]: amountOrNull(reference, facts.currency),
    currency: facts.currency,
  };
  if (reference === undefined)
    return { leaf, verdict: 'unknown', rule, sentence: `its ${name} price is not known yet`, inputs };
  const moved = changeBetween(leaf, reference, facts.priceMinor, facts, rates);
  if (moved === undefined) {
    const sentence = `no rate of the day leads from ${facts.currency} to ${leaf.currency}`;
    return { leaf, verdict: 'unknown', rule, sentence, inputs };
  }
  const verdict = moved >= threshold ? 'true' : 'false';
  const by = isPercent ? `${percentText(moved, 1)} %` : limitText(moved, leaf, facts);
  const from = formatAmount(reference, facts.currency);
  const moves = `${by} from ${from} to ${price} ${facts.currency}`;
  const last = moved === 0 ? `did not ${isDrop ? 'fall' : 'rise'}` : `${isDrop ? 'fell' : 'rose'} ${moves}`;
  const side = isDrop ? 'below' : 'above';
  const sentence =
    against === 'last'
      ? `${last} with its last price; you asked for ${asked}`
      : `is ${by} ${side} the usual ${from}${alreadyIf(verdict)}: ${price} ${facts.currency}; you asked for ${asked}`;
  return { leaf, verdict, rule, sentence, inputs };
}

function lowStanding(
  leaf: Leaf,
  lowestMinor: number | undefined,
  rule: string,
  what: string,
  facts: Facts,
): Standing {
  const { currency } = facts;
  const price = formatAmount(facts.priceMinor, currency);
  const lowest = amountOrNull(lowestMinor, currency);
  const inputs = { price, lowest, currency };
  if (lowestMinor === undefined)
    return { leaf, verdict: 'unknown', rule, sentence: `${what} is not known yet`, inputs };
  if (facts.priceMinor <= lowestMinor)
    return { leaf, verdict: 'true', rule, sentence: `${price} ${currency} is ${what} already`, inputs };
  const away = distancePercent(facts.priceMinor, lowestMinor);
  return {
    leaf,
    verdict: 'false',
    rule,
    sentence: `costs ${price} ${currency}, ${away} % above ${what}, ${lowest}`,
    inputs,
  };
}
