import type { AlertReason } from '@souk/contracts';
import { type DayRates, formatAmount } from '@souk/money';
import type { Leaf } from '../watches/rule.ts';
import { amountOrNull, limitText, microsText, percentText, priceText, scoreText } from './amounts.ts';
import { dropBasisPoints, type Facts, landedMinor, riseBasisPoints } from './facts.ts';
import { lowestOfDays } from './verdicts.ts';

/** Why a condition came true with a price: the rule and what it saw. */
export function reasonOf(leaf: Leaf, facts: Facts, rates?: DayRates): AlertReason {
  const { kind, threshold } = leaf;
  const { currency } = facts;
  const price = formatAmount(facts.priceMinor, currency);
  const previous = amountOrNull(facts.previousPriceMinor, currency);
  const before = previous === null ? 'the first price seen' : `before ${previous}`;
  const now = priceText(landedMinor(facts.priceMinor, facts, leaf.isLanded), leaf, facts, rates);
  const shipped = leaf.isLanded && facts.shippingMinor ? ' with shipping' : '';
  const limit = (): string => limitText(threshold, leaf, facts);
  const limitInput = microsText(threshold, leaf.currency ?? currency);
  const inputs = { price, previousPrice: previous, currency };
  switch (kind) {
    case 'priceBelow':
      return {
        kind,
        sentence: `fell below ${limit()}: now ${now}${shipped}, ${before}`,
        inputs: { priceBelow: limitInput, ...inputs, ...landedInput(leaf, facts) },
      };
    case 'priceAbove':
      return {
        kind,
        sentence: `rose above ${limit()}: now ${now}${shipped}, ${before}`,
        inputs: { priceAbove: limitInput, ...inputs, ...landedInput(leaf, facts) },
      };
    case 'inStockBelow':
      return {
        kind,
        sentence: `can be bought below ${limit()}: now ${now}${shipped}, ${before}`,
        inputs: {
          inStockBelow: limitInput,
          ...inputs,
          availability: facts.availability ?? null,
          ...landedInput(leaf, facts),
        },
      };
    case 'dropPercent':
    case 'dropAmount':
    case 'priceRisePercent':
    case 'priceRiseAmount':
      return changeReason({ ...leaf, kind }, facts, rates);
    case 'allTimeLow': {
      const lowest = amountOrNull(facts.lowestBeforeMinor, currency);
      return {
        kind,
        sentence: `${price} ${currency} is lower than every earlier price; the lowest was ${lowest}`,
        inputs: { price, lowestBefore: lowest, currency },
      };
    }
    case 'lowOfDays': {
      const lowest = amountOrNull(lowestOfDays(threshold, facts), currency);
      return {
        kind,
        sentence: `${price} ${currency} is lower than every price of ${threshold} days; the lowest was ${lowest}`,
        inputs: { lowOfDays: threshold, price, lowestBefore: lowest, currency },
      };
    }
    case 'backInStock':
      return {
        kind,
        sentence: `can be bought again for ${price} ${currency} after being out of stock`,
        inputs: {
          availability: facts.availability ?? null,
          previousAvailability: facts.previousAvailability ?? null,
          price,
          currency,
        },
      };
    case 'scoreAtLeast': {
      const { score = 0, previousScore, usualPriceMinor } = facts;
      // It may have been as good before, at a price that was an ordinary one.
      const hasRisen = previousScore === undefined || scoreText(previousScore) !== scoreText(score);
      const from = previousScore === undefined ? '' : ` from ${scoreText(previousScore)}`;
      const moved = hasRisen && score > (previousScore ?? -1) ? `rose${from} to` : 'is';
      const usual = amountOrNull(usualPriceMinor, currency);
      const below =
        usualPriceMinor === undefined || usualPriceMinor === 0
          ? ''
          : ` at ${price} ${currency}, ${percentText(dropBasisPoints(usualPriceMinor, facts.priceMinor), 1)} % below the usual ${usual}`;
      return {
        kind,
        sentence: `deal score ${moved} ${scoreText(score)}${below}; you asked for ${percentText(threshold)}`,
        inputs: {
          scoreAtLeast: threshold / 100,
          score: facts.score ?? null,
          previousScore: previousScore ?? null,
          ...(usual !== null && { price, usualPrice: usual, currency }),
        },
      };
    }
    case 'realDiscountAtLeast':
      return {
        kind,
        sentence: `is ${scoreText(facts.realDiscountPercent ?? 0)} % below the lowest price of the 30 days before; you asked for ${percentText(threshold)} %`,
        inputs: {
          realDiscountAtLeast: threshold / 100,
          realDiscountPercent: facts.realDiscountPercent ?? null,
          previousRealDiscountPercent: facts.previousRealDiscountPercent ?? null,
          price,
          currency,
        },
      };
  }
}

type Change = Leaf & { kind: 'dropPercent' | 'dropAmount' | 'priceRisePercent' | 'priceRiseAmount' };

function changeReason(leaf: Change, facts: Facts, rates: DayRates | undefined): AlertReason {
  const { kind, threshold, against } = leaf;
  const { currency, priceMinor } = facts;
  const isDrop = kind === 'dropPercent' || kind === 'dropAmount';
  const isPercent = kind === 'dropPercent' || kind === 'priceRisePercent';
  const price = formatAmount(priceMinor, currency);
  const previousPrice = amountOrNull(facts.previousPriceMinor, currency);
  const asked = isPercent ? `${percentText(threshold)} %` : limitText(threshold, leaf, facts);
  const askedInput = isPercent ? threshold / 100 : microsText(threshold, leaf.currency ?? currency);
  if (typeof against === 'number') {
    const chosen = limitText(against, leaf, facts);
    return {
      kind,
      sentence: `is ${asked} ${isDrop ? 'below' : 'above'} the ${chosen} that you chose: now ${priceText(landedMinor(priceMinor, facts, leaf.isLanded), leaf, facts, rates)}`,
      inputs: { [kind]: askedInput, chosenPrice: chosen, price, previousPrice, currency },
    };
  }
  const reference = (against === 'usual' ? facts.usualPriceMinor : facts.previousPriceMinor) ?? 0;
  const from = formatAmount(reference, currency);
  const points = isDrop ? dropBasisPoints(reference, priceMinor) : riseBasisPoints(reference, priceMinor);
  const percent = percentText(points, 1);
  const difference = priceText(Math.abs(priceMinor - reference), leaf, facts, rates);
  const moved = isPercent ? `${percent} %` : difference;
  const name = isDrop ? 'fellPercent' : 'rosePercent';
  return {
    kind,
    sentence:
      against === 'usual'
        ? `is ${moved} ${isDrop ? 'below' : 'above'} the usual ${from}: now ${price} ${currency}; you asked for ${asked}`
        : `${isDrop ? 'fell' : 'rose'} ${moved} from ${from} to ${price} ${currency}; you asked for ${asked}`,
    inputs: {
      [kind]: askedInput,
      [name]: Number(percent),
      price,
      previousPrice,
      ...(against === 'usual' && { usualPrice: from }),
      currency,
    },
  };
}

const landedInput = (leaf: Leaf, facts: Facts): Record<string, string | null> =>
  leaf.isLanded ? { shipping: amountOrNull(facts.shippingMinor, facts.currency) } : {};
