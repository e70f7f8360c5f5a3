import type { AlertReason, ConditionKind } from '@souk/contracts';
import { currencyDigits, formatAmount } from '@souk/money';
import { dropBasisPoints } from './probes.ts';

/** What a sentence needs to know of the price that fired. */
export interface Seen {
  priceMinor: number;
  currency: string;
  previousPriceMinor?: number | undefined;
  lowestBeforeMinor?: number | undefined;
  availability?: string | undefined;
  previousAvailability?: string | undefined;
  score?: number | undefined;
  previousScore?: number | undefined;
}

/** Why a condition fired: the rule with its threshold as stored in the match index, and what it saw. */
export function reasonOf(kind: ConditionKind, threshold: number, seen: Seen): AlertReason {
  const { currency } = seen;
  const price = formatAmount(seen.priceMinor, currency);
  const previous = amountOrNull(seen.previousPriceMinor, currency);
  switch (kind) {
    case 'priceBelow': {
      const limit = microsText(threshold, currency);
      const before = previous === null ? 'the first price seen' : `before ${previous}`;
      return {
        kind,
        sentence: `fell below ${limit} ${currency}: now ${price} ${currency}, ${before}`,
        inputs: { priceBelow: limit, price, previousPrice: previous, currency },
      };
    }
    case 'dropPercent': {
      const fell = percentText(dropBasisPoints(seen.previousPriceMinor ?? 0, seen.priceMinor), 1);
      const asked = percentText(threshold);
      return {
        kind,
        sentence: `fell ${fell} % from ${previous} to ${price} ${currency}; you asked for ${asked} %`,
        inputs: {
          dropPercent: Number(asked),
          fellPercent: Number(fell),
          price,
          previousPrice: previous,
          currency,
        },
      };
    }
    case 'allTimeLow': {
      const lowest = amountOrNull(seen.lowestBeforeMinor, currency);
      return {
        kind,
        sentence: `${price} ${currency} is lower than every earlier price; the lowest was ${lowest}`,
        inputs: { price, lowestBefore: lowest, currency },
      };
    }
    case 'backInStock':
      return {
        kind,
        sentence: `can be bought again for ${price} ${currency} after being out of stock`,
        inputs: {
          availability: seen.availability ?? null,
          previousAvailability: seen.previousAvailability ?? null,
          price,
          currency,
        },
      };
    case 'scoreAtLeast': {
      const asked = percentText(threshold);
      const from = seen.previousScore === undefined ? '' : ` from ${rounded(seen.previousScore)}`;
      return {
        kind,
        sentence: `deal score rose${from} to ${rounded(seen.score ?? 0)}; you asked for ${asked}`,
        inputs: {
          scoreAtLeast: Number(asked),
          score: seen.score ?? null,
          previousScore: seen.previousScore ?? null,
        },
      };
    }
    default:
      throw new RangeError(`no price can cross ${kind} yet`);
  }
}

/** Millionths of a unit in the decimals of the currency, or in as many as they need. */
export function microsText(micros: number, currency: string): string {
  const perMinor = 10 ** (6 - (currencyDigits(currency) ?? 2));
  if (micros % perMinor === 0) return formatAmount(micros / perMinor, currency);
  const text = String(micros).padStart(7, '0');
  return `${text.slice(0, -6)}.${text.slice(-6)}`.replace(/0+$/, '');
}

/** Hundredths as a plain decimal: 3000 is "30", 1250 "12.5"; with `decimals` cut (not rounded) to exactly so many. */
export function percentText(hundredths: number, decimals?: number): string {
  if (decimals === undefined) return String(hundredths / 100);
  const step = 10 ** (2 - decimals);
  return (((hundredths - (hundredths % step)) / step) * 10 ** -decimals).toFixed(decimals);
}

/** A score is shown with at most one decimal, cut so that it never looks better than it is. */
const rounded = (score: number): string => String(Math.floor(score * 10 + 1e-6) / 10);

const amountOrNull = (minor: number | undefined, currency: string): string | null =>
  minor === undefined ? null : formatAmount(minor, currency);
