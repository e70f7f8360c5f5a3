import type { AlertReason } from '@souk/contracts';
import { type DayRates, formatAmount } from '@souk/money';
import type { Text, TextValue } from '../conversation/reply.ts';
import { said, worded } from '../texts/said.ts';
import type { Leaf } from '../watches/rule.ts';
import {
  amountOrNull,
  limitSaid,
  microsText,
  percentSaid,
  percentText,
  priceSaid,
  saidAmount,
  scoreText,
} from './amounts.ts';
import { dropBasisPoints, type Facts, landedMinor, riseBasisPoints } from './facts.ts';
import { lowestOfDays } from './verdicts.ts';

type Inputs = AlertReason['inputs'];

/** Why a condition came true with a price: the rule and what it saw. */
export function reasonOf(leaf: Leaf, facts: Facts, rates?: DayRates): AlertReason {
  const { kind } = leaf;
  switch (kind) {
    case 'priceBelow':
    case 'priceAbove':
    case 'inStockBelow':
      return limitReason({ ...leaf, kind }, facts, rates);
    case 'dropPercent':
    case 'dropAmount':
    case 'priceRisePercent':
    case 'priceRiseAmount':
      return changeReason({ ...leaf, kind }, facts, rates);
    case 'allTimeLow':
    case 'lowOfDays':
      return lowReason({ ...leaf, kind }, facts);
    case 'backInStock':
      return stockReason(kind, facts);
    case 'scoreAtLeast':
      return scoreReason(leaf, facts);
    case 'realDiscountAtLeast':
      return realReason(leaf, facts);
  }
}

const reason = (kind: AlertReason['kind'], text: Text, inputs: Inputs): AlertReason => ({
  kind,
  ...worded(text),
  inputs,
});

/** An amount whose currency was named just before, or is just about to be. */
const bare = (minor: number, currency: string) => ({ ...saidAmount(minor, currency), isBare: true });

/** The price that counts, in the limit's currency too, and with shipping where that is part of it. */
function countedPrice(leaf: Leaf, facts: Facts, rates: DayRates | undefined): TextValue {
  const price = priceSaid(landedMinor(facts.priceMinor, facts, leaf.isLanded), leaf, facts, rates);
  return leaf.isLanded && facts.shippingMinor ? { text: said('reason.with-shipping', { price }) } : price;
}

type Limit = Leaf & { kind: 'priceBelow' | 'priceAbove' | 'inStockBelow' };

/** What holds now and did not before: that the price is below the limit, or that it can be bought. */
function limitKey(kind: Limit['kind'], { previousAvailability }: Facts) {
  if (kind === 'priceBelow') return 'reason.below';
  if (kind === 'priceAbove') return 'reason.above';
  if (previousAvailability === 'out_of_stock') return 'reason.in-stock-again-below';
  if (previousAvailability === 'preorder') return 'reason.in-stock-after-preorder-below';
  return 'reason.in-stock-below';
}

function limitReason(leaf: Limit, facts: Facts, rates: DayRates | undefined): AlertReason {
  const { kind, threshold } = leaf;
  const { currency, previousPriceMinor: previous } = facts;
  const before =
    previous === undefined
      ? said('reason.first')
      : said('reason.before', { price: bare(previous, currency) });
  const text = said(limitKey(kind, facts), {
    limit: limitSaid(threshold, leaf, facts),
    price: countedPrice(leaf, facts, rates),
    before: { text: before },
  });
  return reason(kind, text, {
    [kind]: microsText(threshold, leaf.currency ?? currency),
    ...pricesSeen(facts),
    ...(kind === 'inStockBelow' && {
      availability: facts.availability ?? null,
      previousAvailability: facts.previousAvailability ?? null,
    }),
    ...(leaf.isLanded && { shipping: amountOrNull(facts.shippingMinor, currency) }),
  });
}

const pricesSeen = ({ priceMinor, previousPriceMinor, currency }: Facts): Inputs => ({
  price: formatAmount(priceMinor, currency),
  previousPrice: amountOrNull(previousPriceMinor, currency),
  currency,
});

type Change = Leaf & { kind: 'dropPercent' | 'dropAmount' | 'priceRisePercent' | 'priceRiseAmount' };

function changeReason(leaf: Change, facts: Facts, rates: DayRates | undefined): AlertReason {
  const { kind, threshold, against } = leaf;
  const { currency, priceMinor } = facts;
  const isDrop = kind === 'dropPercent' || kind === 'dropAmount';
  const isPercent = kind === 'dropPercent' || kind === 'priceRisePercent';
  const asked = isPercent ? percentSaid(percentText(threshold)) : limitSaid(threshold, leaf, facts);
  const askedInput = isPercent ? threshold / 100 : microsText(threshold, leaf.currency ?? currency);
  if (typeof against === 'number') {
    const chosen = limitSaid(against, leaf, facts);
    const values = { asked, chosen, price: countedPrice(leaf, facts, rates) };
    return reason(kind, said(isDrop ? 'reason.below-chosen' : 'reason.above-chosen', values), {
      [kind]: askedInput,
      chosenPrice: `${chosen.amount} ${chosen.currency}`,
      ...pricesSeen(facts),
    });
  }
  const reference = (against === 'usual' ? facts.usualPriceMinor : facts.previousPriceMinor) ?? 0;
  const points = isDrop ? dropBasisPoints(reference, priceMinor) : riseBasisPoints(reference, priceMinor);
  const percent = percentText(points, 1);
  const values = {
    moved: isPercent ? percentSaid(percent) : priceSaid(Math.abs(priceMinor - reference), leaf, facts, rates),
    price: saidAmount(priceMinor, currency),
    asked,
  };
  const from = bare(reference, currency);
  const text =
    against === 'usual'
      ? said(isDrop ? 'reason.below-usual' : 'reason.above-usual', { ...values, usual: from })
      : said(isDrop ? 'reason.fell' : 'reason.rose', { ...values, before: from });
  return reason(kind, text, {
    [kind]: askedInput,
    [isDrop ? 'fellPercent' : 'rosePercent']: Number(percent),
    ...pricesSeen(facts),
    ...(against === 'usual' && { usualPrice: from.amount }),
  });
}

type Low = Leaf & { kind: 'allTimeLow' | 'lowOfDays' };

function lowReason({ kind, threshold: days }: Low, facts: Facts): AlertReason {
  const { priceMinor, currency } = facts;
  const isOfDays = kind === 'lowOfDays';
  const lowest = bare((isOfDays ? lowestOfDays(days, facts) : facts.lowestBeforeMinor) ?? 0, currency);
  const price = saidAmount(priceMinor, currency);
  const text = isOfDays
    ? said('reason.low-of-days', { price, days, lowest })
    : said('reason.lowest', { price, lowest });
  const inputs = { price: price.amount, lowestBefore: lowest.amount, currency };
  return reason(kind, text, { ...(isOfDays && { lowOfDays: days }), ...inputs });
}

function stockReason(kind: 'backInStock', facts: Facts): AlertReason {
  const price = saidAmount(facts.priceMinor, facts.currency);
  return reason(kind, said('reason.back-in-stock', { price }), {
    availability: facts.availability ?? null,
    previousAvailability: facts.previousAvailability ?? null,
    price: price.amount,
    currency: price.currency,
  });
}

function scoreReason({ kind, threshold }: Leaf, facts: Facts): AlertReason {
  const { previousScore, usualPriceMinor, currency } = facts;
  const price = saidAmount(facts.priceMinor, currency);
  const usual = amountOrNull(usualPriceMinor, currency);
  const asked = { decimal: percentText(threshold) };
  return reason(kind, said('reason.score', { score: { text: scoreSaid(facts) }, asked }), {
    scoreAtLeast: threshold / 100,
    score: facts.score ?? null,
    previousScore: previousScore ?? null,
    ...(usual !== null && { price: price.amount, usualPrice: usual, currency }),
  });
}

/** It may have been as good before, at a price that was an ordinary one. */
function scoreSaid(facts: Facts): Text {
  const { score = 0, previousScore, usualPriceMinor: usual, priceMinor, currency } = facts;
  const now = { decimal: scoreText(score) };
  const before = previousScore === undefined ? undefined : { decimal: scoreText(previousScore) };
  const hasRisen = score > (previousScore ?? -1) && before?.decimal !== now.decimal;
  const moved = !hasRisen
    ? said('reason.score-is', { score: now })
    : before
      ? said('reason.score-rose-from', { from: before, score: now })
      : said('reason.score-rose', { score: now });
  if (usual === undefined || usual === 0) return moved;
  return said('reason.score-below-usual', {
    score: { text: moved },
    price: saidAmount(priceMinor, currency),
    percent: { decimal: percentText(dropBasisPoints(usual, priceMinor), 1) },
    usual: bare(usual, currency),
  });
}

function realReason({ kind, threshold }: Leaf, facts: Facts): AlertReason {
  const { realDiscountPercent, previousRealDiscountPercent, priceMinor, currency } = facts;
  const real = { decimal: scoreText(realDiscountPercent ?? 0) };
  return reason(kind, said('reason.real-discount', { real, asked: { decimal: percentText(threshold) } }), {
    realDiscountAtLeast: threshold / 100,
    realDiscountPercent: realDiscountPercent ?? null,
    previousRealDiscountPercent: previousRealDiscountPercent ?? null,
    price: formatAmount(priceMinor, currency),
    currency,
  });
}
