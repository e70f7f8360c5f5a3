import { currencyDigits, type DayRates, formatAmount } from '@souk/money';
import type { Text, TextValue } from '../conversation/reply.ts';
import { said } from '../texts/said.ts';
import type { Leaf } from '../watches/rule.ts';
import { type Facts, limitMicros } from './facts.ts';

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
export const scoreText = (score: number): string => String(Math.floor(score * 10 + 1e-6) / 10);

export const amountOrNull = (minor: number | undefined, currency: string): string | null =>
  minor === undefined ? null : formatAmount(minor, currency);

/** An amount for a sentence in any language. */
export const saidAmount = (minor: number, currency: string): { amount: string; currency: string } => ({
  amount: formatAmount(minor, currency),
  currency,
});

/** The limit of a condition, for a sentence in any language. */
export function limitSaid(
  micros: number,
  { currency }: Leaf,
  facts: Pick<Facts, 'currency'>,
): { amount: string; currency: string } {
  const shown = currency ?? facts.currency;
  return { amount: microsText(micros, shown), currency: shown };
}

/** A price of the offer with what it is in the limit's currency, for a sentence in any language. */
export function priceSaid(minor: number, leaf: Leaf, facts: Facts, rates: DayRates | undefined): TextValue {
  const price = saidAmount(minor, facts.currency);
  if (leaf.currency === null || leaf.currency === facts.currency) return price;
  const micros = limitMicros(minor, facts.currency, leaf.currency, rates);
  if (micros === undefined) return price;
  const converted = { amount: microsText(micros, leaf.currency), currency: leaf.currency };
  return { text: said('said.converted', { price, converted }) };
}

/** A percentage for a sentence in any language, as a plain decimal. */
export const percentSaid = (decimal: string): { text: Text } => ({
  text: said('said.percent', { percent: { decimal } }),
});
