import type { ConditionKind, FieldProblem, WatchConditions } from '@souk/contracts';
import { isCurrency, parseAmount, toMicros } from '@souk/money';

/** One condition as it stands in the match index; the unit of the threshold depends on the kind, see Probe. */
export interface Threshold {
  kind: ConditionKind;
  threshold: number;
  /** The condition concerns prices in this currency only. */
  currency: string | null;
}

/** Nine billion units: beyond it millionths are no exact integers any more. */
const MAX_WATCHED_MICROS = 9_000_000_000_000_000;

/** The conditions of a watch as thresholds, or what is wrong with them, by field. */
export type ReadConditions = { thresholds: Threshold[] } | { problems: FieldProblem[] };

/**
 * Reads the conditions of a watch. `offerCurrency` is the currency of the product's current offer, if known:
 * it bounds the decimals of `priceBelow` when the watch names no currency itself.
 */
export function readConditions(when: WatchConditions, offerCurrency?: string): ReadConditions {
  const problems: FieldProblem[] = [];
  const thresholds: Threshold[] = [];
  const complain = (field: string, problem: string): void =>
    void problems.push({ field: `when.${field}`, problem });

  if (when.currency !== undefined && !isCurrency(when.currency)) {
    complain('currency', `"${when.currency}" is no ISO 4217 currency code`);
  } else if (when.priceBelow !== undefined) {
    const read = readMicros(when.priceBelow, when.currency, offerCurrency);
    if ('problem' in read) complain('priceBelow', read.problem);
    else thresholds.push({ kind: 'priceBelow', threshold: read.micros, currency: when.currency ?? null });
  } else if (when.currency !== undefined) {
    complain('currency', 'is only of use together with priceBelow');
  }
  for (const kind of ['dropPercent', 'scoreAtLeast'] as const) {
    const value = when[kind];
    if (value === undefined) continue;
    const hundredths = hundredthsOf(value);
    if (hundredths === undefined) complain(kind, 'use at most two decimals');
    else thresholds.push({ kind, threshold: hundredths, currency: null });
  }
  if (when.allTimeLow) thresholds.push({ kind: 'allTimeLow', threshold: 0, currency: null });
  if (when.backInStock) thresholds.push({ kind: 'backInStock', threshold: 0, currency: null });
  return problems.length > 0 ? { problems } : { thresholds };
}

/** Millionths of the currency's unit. Without any known currency up to six decimals are taken. */
function readMicros(
  text: string,
  currency: string | undefined,
  offerCurrency: string | undefined,
): { micros: number } | { problem: string } {
  const known =
    currency ?? (offerCurrency !== undefined && isCurrency(offerCurrency) ? offerCurrency : undefined);
  const micros = known === undefined ? plainMicros(text) : microsIn(text, known);
  if (typeof micros === 'string') return { problem: micros };
  if (micros === 0) return { problem: 'must be above 0: no price is lower' };
  if (micros > MAX_WATCHED_MICROS) return { problem: 'is too large: at most 9,000,000,000' };
  return { micros };
}

function microsIn(text: string, currency: string): number | string {
  const amount = parseAmount(text, currency);
  return 'problem' in amount ? amount.problem : toMicros(amount.minor, currency);
}

function plainMicros(text: string): number | string {
  const match = /^(\d{1,32})(?:\.(\d{1,6})0*)?$/.exec(text);
  if (!match) return 'must be a plain decimal such as "14.99" with at most six decimals';
  // Far beyond the limit the sum is inexact, and refused anyway.
  return Number(match[1]) * 1_000_000 + Number((match[2] ?? '').padEnd(6, '0'));
}

/** Whole hundredths, or undefined when the number has more than two decimals. */
function hundredthsOf(value: number): number | undefined {
  const hundredths = Math.round(value * 100);
  return hundredths / 100 === value ? hundredths : undefined;
}
