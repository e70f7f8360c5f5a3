import type { ConditionKind, ScoredDeal } from '@souk/contracts';

/** What a drop or a rise is measured against: the price before, what is usual, or millionths of a unit. */
export type Reference = 'last' | 'usual' | number;

/** One condition, read. The unit of `threshold` depends on the kind: millionths of a unit of money, basis points,
 * hundredths of a score or percent, days, or 0 where there is none. */
export interface Leaf {
  kind: ConditionKind;
  /** Where it stands in the watch: `when.all.0.priceBelow`. */
  field: string;
  threshold: number;
  /** Of amounts: prices in other currencies are converted. Null: whatever currency the offer has. */
  currency: string | null;
  /** Prices count with shipping, where it is known. */
  isLanded: boolean;
  against: Reference;
}

export interface Filter {
  /** In lower case. */
  sellers: ReadonlySet<string> | null;
  conditions: ReadonlySet<NonNullable<ScoredDeal['condition']>> | null;
}

/** Conditions joined; the filter narrows all of them. */
export interface Group {
  join: 'all' | 'any';
  filter: Filter | null;
  of: readonly Rule[];
}

export type Rule = Group | Leaf;

export const isLeaf = (rule: Rule): rule is Leaf => 'kind' in rule;

/** All conditions, in the order they were written. */
export const leavesOf = (rule: Rule): Leaf[] => (isLeaf(rule) ? [rule] : rule.of.flatMap(leavesOf));

/** It becomes true and is over with the same price; all others hold for as long as the price lasts. */
export const isMoment = ({ kind, against }: Leaf): boolean => {
  switch (kind) {
    case 'allTimeLow':
    case 'lowOfDays':
    case 'backInStock':
      return true;
    case 'dropPercent':
    case 'dropAmount':
    case 'priceRisePercent':
    case 'priceRiseAmount':
      return against === 'last';
    default:
      return false;
  }
};

/** A row of the match index: a threshold that a price crosses. */
export interface IndexRow {
  kind: number;
  threshold: number;
  currency: string | null;
}

/** Kinds of rows as the match index stores them; a number is never used for anything else. */
export const ROW = {
  priceBelow: 1,
  dropPercent: 2,
  allTimeLow: 3,
  backInStock: 4,
  scoreAtLeast: 5,
  priceAbove: 6,
  inStockBelow: 7,
  dropAmount: 8,
  risePercent: 9,
  riseAmount: 10,
  lowOfDays: 11,
  realDiscount: 12,
  landedBelow: 13,
  landedAbove: 14,
  landedInStockBelow: 15,
  dropPercentOfUsual: 16,
  dropAmountOfUsual: 17,
  risePercentOfUsual: 18,
  riseAmountOfUsual: 19,
  rearmAbove: 20,
  rearmBelow: 21,
} as const;

/**
 * The crossings that can make a rule true. Where all of several must hold and one of them is over at once, only
 * that one can be the last to come true.
 */
export function indexRowsOf(rule: Rule): IndexRow[] {
  const rows = leavesToIndex(rule).map(rowOf);
  const unique = new Map(rows.map((row) => [`${row.kind} ${row.threshold} ${row.currency ?? ''}`, row]));
  return [...unique.values()];
}

function leavesToIndex(rule: Rule): Leaf[] {
  if (isLeaf(rule)) return [rule];
  const moment = rule.join === 'all' ? rule.of.find(isOverAtOnce) : undefined;
  return moment ? leavesToIndex(moment) : rule.of.flatMap(leavesToIndex);
}

function isOverAtOnce(rule: Rule): boolean {
  if (isLeaf(rule)) return isMoment(rule);
  return rule.join === 'all' ? rule.of.some(isOverAtOnce) : rule.of.every(isOverAtOnce);
}

function rowOf({ kind, threshold, currency, isLanded, against }: Leaf): IndexRow {
  const money = (row: number): IndexRow => ({ kind: row, threshold, currency });
  const plain = (row: number): IndexRow => ({ kind: row, threshold, currency: null });
  const isUsual = against === 'usual';
  switch (kind) {
    case 'priceBelow':
      return money(isLanded ? ROW.landedBelow : ROW.priceBelow);
    case 'priceAbove':
      return money(isLanded ? ROW.landedAbove : ROW.priceAbove);
    case 'inStockBelow':
      return money(isLanded ? ROW.landedInStockBelow : ROW.inStockBelow);
    case 'dropPercent':
    case 'dropAmount': {
      if (typeof against === 'number') {
        // At or below a price is below the next millionth.
        const atMost = chosenLimit(kind, threshold, against) + 1;
        return { kind: isLanded ? ROW.landedBelow : ROW.priceBelow, threshold: atMost, currency };
      }
      if (kind === 'dropPercent') return plain(isUsual ? ROW.dropPercentOfUsual : ROW.dropPercent);
      return money(isUsual ? ROW.dropAmountOfUsual : ROW.dropAmount);
    }
    case 'priceRisePercent':
    case 'priceRiseAmount': {
      if (typeof against === 'number') {
        const atLeast = chosenLimit(kind, threshold, against) - 1;
        return { kind: isLanded ? ROW.landedAbove : ROW.priceAbove, threshold: atLeast, currency };
      }
      if (kind === 'priceRisePercent') return plain(isUsual ? ROW.risePercentOfUsual : ROW.risePercent);
      return money(isUsual ? ROW.riseAmountOfUsual : ROW.riseAmount);
    }
    case 'allTimeLow':
      return plain(ROW.allTimeLow);
    case 'lowOfDays':
      return plain(ROW.lowOfDays);
    case 'backInStock':
      return plain(ROW.backInStock);
    case 'scoreAtLeast':
      return plain(ROW.scoreAtLeast);
    case 'realDiscountAtLeast':
      return plain(ROW.realDiscount);
  }
}

/** The price that a drop from (or a rise over) a chosen price comes to: at most (or at least) so many millionths. */
export function chosenLimit(
  kind: 'dropPercent' | 'dropAmount' | 'priceRisePercent' | 'priceRiseAmount',
  threshold: number,
  chosen: number,
): number {
  const share = (): number => Number((BigInt(chosen) * BigInt(threshold) + 9_999n) / 10_000n);
  switch (kind) {
    case 'dropPercent':
      return chosen - share();
    case 'dropAmount':
      return chosen - threshold;
    case 'priceRisePercent':
      return chosen + share();
    case 'priceRiseAmount':
      return chosen + threshold;
  }
}
