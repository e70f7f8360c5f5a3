import type { AlertReason } from '@souk/contracts';
import { type DayRates, formatAmount } from '@souk/money';
import {
  amountOrNull,
  limitSaid,
  microsText,
  percentSaid,
  percentText,
  priceSaid,
  saidAmount,
  scoreText,
} from '../alerts/amounts.ts';
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
import type { Text } from '../conversation/reply.ts';
import { said, sentenceOf } from '../texts/said.ts';
import { chosenLimit, type Leaf } from './rule.ts';

/** How a condition stands at a price that is there already: what was asked, and how far away it is. */
export interface Standing {
  leaf: Leaf;
  verdict: Verdict;
  /** `price below 14.00 USD`. */
  rule: string;
  sentence: string;
  /** Both for other languages. */
  saidRule: Text;
  said: Text;
  inputs: AlertReason['inputs'];
}

const standing = (
  leaf: Leaf,
  verdict: Verdict,
  [saidRule, why]: readonly [rule: Text, why: Text],
  inputs: AlertReason['inputs'],
): Standing => ({
  ...{ leaf, verdict, inputs },
  ...{ rule: sentenceOf(saidRule), sentence: sentenceOf(why), saidRule, said: why },
});

/**
 * How a condition stands now. Conditions that are over with the price that made them true are said to hold for as long
 * as that price lasts.
 */
export function standingOf(leaf: Leaf, facts: Facts, rates?: DayRates): Standing {
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
    case 'lowOfDays':
      return lowStanding(leaf, facts);
    case 'backInStock':
      return stockStanding(leaf, facts);
    case 'scoreAtLeast':
      return scoreStanding(leaf, facts);
    case 'realDiscountAtLeast':
      return realStanding(leaf, facts);
  }
}

const reached = ({ threshold }: Leaf, value: number | undefined): Verdict =>
  value === undefined ? 'unknown' : scoreHundredths(value) >= threshold ? 'true' : 'false';

function stockStanding(leaf: Leaf, { availability }: Facts): Standing {
  const isKnown = isBuyable(availability) || isUnavailable(availability);
  const verdict = isBuyable(availability) ? 'true' : isKnown ? 'false' : 'unknown';
  const keys = { true: 'why.in-stock', false: 'why.not-in-stock', unknown: 'why.stock-unknown' } as const;
  return standing(leaf, verdict, [said('rule.back-in-stock'), said(keys[verdict])], {
    availability: availability ?? null,
  });
}

function realStanding(leaf: Leaf, { realDiscountPercent: discount, priceMinor, currency }: Facts): Standing {
  const asked = { decimal: percentText(leaf.threshold) };
  const verdict = reached(leaf, discount);
  const why =
    discount === undefined
      ? said('why.real-unknown')
      : said(verdict === 'true' ? 'why.real-already' : 'why.real', {
          real: { decimal: scoreText(discount) },
          asked,
        });
  return standing(leaf, verdict, [said('rule.real-discount', { asked }), why], {
    realDiscountAtLeast: leaf.threshold / 100,
    realDiscountPercent: discount ?? null,
    price: formatAmount(priceMinor, currency),
    currency,
  });
}

/** A score speaks only of a price that is below the usual one, where that is known. */
function scoreStanding(leaf: Leaf, facts: Facts): Standing {
  const { currency, priceMinor, usualPriceMinor } = facts;
  const { verdict } = verdictOf(leaf, facts, undefined);
  const usual = amountOrNull(usualPriceMinor, currency);
  const asked = { decimal: percentText(leaf.threshold) };
  return standing(leaf, verdict, [said('rule.score', { asked }), scoreSaid(leaf, facts, verdict)], {
    scoreAtLeast: leaf.threshold / 100,
    score: facts.score ?? null,
    ...(usual !== null && { price: formatAmount(priceMinor, currency), usualPrice: usual, currency }),
  });
}

function scoreSaid(leaf: Leaf, facts: Facts, verdict: Verdict): Text {
  const { score, currency, priceMinor, usualPriceMinor } = facts;
  if (score === undefined) return said('why.score-unknown');
  const values = { score: { decimal: scoreText(score) }, asked: { decimal: percentText(leaf.threshold) } };
  const isOrdinary = usualPriceMinor !== undefined && !mayScoreSpeak(priceMinor, usualPriceMinor);
  if (reached(leaf, score) === 'true' && isOrdinary)
    return said('why.score-ordinary', {
      ...values,
      price: saidAmount(priceMinor, currency),
      usual: { ...saidAmount(usualPriceMinor, currency), isBare: true },
    });
  return said(verdict === 'true' ? 'why.score-already' : 'why.score', values);
}

/** By how many percent of the limit a value lies beyond it, with one decimal and never 0.0. */
export function distancePercent(value: number, limit: number): string {
  return Math.max(0.1, Math.round((Math.abs(value - limit) / Math.max(1, limit)) * 1_000) / 10).toFixed(1);
}

function limitStanding(leaf: Leaf, limitMicros: number, facts: Facts, rates: DayRates | undefined): Standing {
  const { verdict } = verdictOf(leaf, facts, rates);
  const side = leaf.kind === 'priceAbove' || leaf.kind.startsWith('priceRise') ? 'above' : 'below';
  const limit = limitSaid(limitMicros, leaf, facts);
  const what = leaf.kind === 'inStockBelow' ? 'in-stock-below' : side;
  const rule = said(`rule.${what}${leaf.isLanded ? '-landed' : ''}`, { limit });
  const inputs = {
    [leaf.kind]: microsText(limitMicros, leaf.currency ?? facts.currency),
    price: formatAmount(facts.priceMinor, facts.currency),
    currency: facts.currency,
    ...(leaf.kind === 'inStockBelow' && { availability: facts.availability ?? null }),
    ...(leaf.isLanded && { shipping: amountOrNull(facts.shippingMinor, facts.currency) }),
  };
  const why = (): Text => {
    const { price: micros } = pricesOf(leaf, facts, rates);
    if (micros === undefined) return noRate(leaf, facts);
    const price = priceSaid(landedMinor(facts.priceMinor, facts, leaf.isLanded), leaf, facts, rates);
    if (verdict === 'true') return said(`why.${side}-already`, { limit, price });
    if (micros === limitMicros) return said('why.just-limit', { price });
    const isBeyond = side === 'below' ? micros < limitMicros : micros > limitMicros;
    if (isBeyond)
      return said(isUnavailable(facts.availability) ? 'why.below-not-in-stock' : 'why.below-stock-unknown', {
        price,
      });
    const percent = { decimal: distancePercent(micros, limitMicros) };
    return said(side === 'below' ? 'why.above-limit' : 'why.below-limit', { price, percent, limit });
  };
  return standing(leaf, verdict, [rule, why()], inputs);
}

const noRate = ({ currency }: Leaf, facts: Facts): Text =>
  said('why.no-rate', { from: facts.currency, to: currency ?? facts.currency });

type Change = Leaf & { kind: 'dropPercent' | 'dropAmount' | 'priceRisePercent' | 'priceRiseAmount' };

function changeStanding(leaf: Change, facts: Facts, rates: DayRates | undefined): Standing {
  const { kind, threshold, against } = leaf;
  if (typeof against === 'number')
    return limitStanding(leaf, chosenLimit(kind, threshold, against), facts, rates);
  const isDrop = kind === 'dropPercent' || kind === 'dropAmount';
  const isPercent = kind === 'dropPercent' || kind === 'priceRisePercent';
  const asked = isPercent ? percentSaid(percentText(threshold)) : limitSaid(threshold, leaf, facts);
  const [name, reference] =
    against === 'usual'
      ? (['usual', facts.usualPriceMinor] as const)
      : (['previous', facts.previousPriceMinor] as const);
  const rule = said(`rule.${isDrop ? 'drop' : 'rise'}-${name}`, { asked });
  const inputs = {
    [kind]: isPercent ? threshold / 100 : microsText(threshold, leaf.currency ?? facts.currency),
    price: formatAmount(facts.priceMinor, facts.currency),
    [`${name}Price`]: amountOrNull(reference, facts.currency),
    currency: facts.currency,
  };
  if (reference === undefined) return standing(leaf, 'unknown', [rule, said(`why.${name}-unknown`)], inputs);
  const moved = changeBetween(leaf, reference, facts.priceMinor, facts, rates);
  if (moved === undefined) return standing(leaf, 'unknown', [rule, noRate(leaf, facts)], inputs);
  const by = isPercent ? percentSaid(percentText(moved, 1)) : limitSaid(moved, leaf, facts);
  const price = saidAmount(facts.priceMinor, facts.currency);
  const from = { ...saidAmount(reference, facts.currency), isBare: true };
  const verdict = moved >= threshold ? 'true' : 'false';
  const why = (): Text => {
    if (against === 'usual')
      return said(`why.${isDrop ? 'below' : 'above'}-usual${verdict === 'true' ? '-already' : ''}`, {
        ...{ by, usual: from, price, asked },
      });
    if (moved === 0) return said(isDrop ? 'why.not-fallen' : 'why.not-risen', { asked });
    return said(isDrop ? 'why.fell' : 'why.rose', { by, from, price, asked });
  };
  return standing(leaf, verdict, [rule, why()], inputs);
}

/** Lower than ever, or than in so many days. */
function lowStanding(leaf: Leaf, facts: Facts): Standing {
  const { currency, priceMinor } = facts;
  const isOfDays = leaf.kind === 'lowOfDays';
  const lowestMinor = isOfDays ? lowestOfDays(leaf.threshold, facts) : facts.lowestBeforeMinor;
  const days = leaf.threshold;
  const rule = isOfDays ? said('rule.low-of-days', { days }) : said('rule.lowest');
  const inputs = {
    price: formatAmount(priceMinor, currency),
    lowest: amountOrNull(lowestMinor, currency),
    currency,
  };
  if (lowestMinor === undefined) {
    const why = isOfDays ? said('why.low-of-days-unknown', { days }) : said('why.lowest-unknown');
    return standing(leaf, 'unknown', [rule, why], inputs);
  }
  const price = saidAmount(priceMinor, currency);
  if (priceMinor <= lowestMinor) {
    const why = isOfDays
      ? said('why.low-of-days-already', { price, days })
      : said('why.lowest-already', { price });
    return standing(leaf, 'true', [rule, why], inputs);
  }
  const values = {
    price,
    percent: { decimal: distancePercent(priceMinor, lowestMinor) },
    lowest: { ...saidAmount(lowestMinor, currency), isBare: true },
  };
  const why = isOfDays
    ? said('why.above-low-of-days', { ...values, days })
    : said('why.above-lowest', values);
  return standing(leaf, 'false', [rule, why], inputs);
}
