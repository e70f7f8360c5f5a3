import {
  CONDITION_KINDS,
  type ConditionKind,
  type ConditionTree,
  type FieldProblem,
  type WatchConditions,
} from '@souk/contracts';
import { isCurrency, parseAmount, toMicros } from '@souk/money';
import { chosenLimit, type Filter, type Group, type Leaf, type Reference, type Rule } from './rule.ts';

/** Nine billion units: beyond it millionths are no exact integers any more. */
const MAX_WATCHED_MICROS = 9_000_000_000_000_000;

const AMOUNTS = ['priceBelow', 'priceAbove', 'inStockBelow', 'dropAmount', 'priceRiseAmount'] as const;
const PERCENTS = ['dropPercent', 'priceRisePercent', 'scoreAtLeast', 'realDiscountAtLeast'] as const;
const CHANGES = ['dropPercent', 'dropAmount', 'priceRisePercent', 'priceRiseAmount'] as const;
const OF_PRICES = ['priceBelow', 'priceAbove', 'inStockBelow'] as const;
const isOneOf = <Kind extends string>(kinds: readonly Kind[], kind: string): kind is Kind =>
  (kinds as readonly string[]).includes(kind);

/** The conditions of a watch as a rule, or what is wrong with them, by field. */
export type ReadConditions = { rule: Group } | { problems: FieldProblem[] };

/** What a group says for its branches. */
interface Given {
  currency: string | null;
  isLanded: boolean;
  against: string | undefined;
}

/**
 * Reads the conditions of a watch. `offerCurrency` is the currency of the product's current offer, if known:
 * it bounds the decimals of amounts when the watch names no currency itself.
 */
export function readConditions(when: WatchConditions, offerCurrency?: string): ReadConditions {
  const problems: FieldProblem[] = [];
  const known = offerCurrency !== undefined && isCurrency(offerCurrency) ? offerCurrency : undefined;
  const reader = new ConditionReader(known, (field, problem) => void problems.push({ field, problem }));
  const rule = reader.group(when, 'when', { currency: null, isLanded: false, against: undefined });
  return problems.length > 0 ? { problems } : { rule };
}

class ConditionReader {
  readonly #offerCurrency: string | undefined;
  readonly #complain: (field: string, problem: string) => void;

  constructor(offerCurrency: string | undefined, complain: (field: string, problem: string) => void) {
    this.#offerCurrency = offerCurrency;
    this.#complain = complain;
  }

  group(tree: ConditionTree, path: string, outer: Given): Group {
    const given: Given = {
      currency: this.#currencyOf(tree, path) ?? outer.currency,
      isLanded: tree.landed ?? outer.isLanded,
      against: tree.against ?? outer.against,
    };
    const join = tree.all ? 'all' : 'any';
    const branches = tree.all ?? tree.any ?? [];
    const of: Rule[] = [
      ...CONDITION_KINDS.flatMap((kind) => this.#leaf(kind, tree, path, given) ?? []),
      ...branches.map((branch, place) => this.group(branch, `${path}.${join}.${place}`, given)),
    ];
    this.#refuseUnused(tree, path);
    return { join, filter: filterOf(tree), of };
  }

  #leaf(kind: ConditionKind, tree: ConditionTree, path: string, given: Given): Leaf | undefined {
    const value = tree[kind];
    if (value === undefined) return undefined;
    const field = `${path}.${kind}`;
    const currency =
      isOneOf(AMOUNTS, kind) || (isOneOf(CHANGES, kind) && isAmount(given.against)) ? given.currency : null;
    const threshold = this.#threshold(kind, value, field, currency);
    const against = isOneOf(CHANGES, kind) ? this.#reference(given.against, path, currency) : 'last';
    if (threshold === undefined || against === undefined) return undefined;
    if (isOneOf(CHANGES, kind) && typeof against === 'number') {
      const limit = chosenLimit(kind, threshold, against);
      if (limit < 0) this.#complain(field, 'is more than the chosen price: no price is that low');
      if (limit > MAX_WATCHED_MICROS) this.#complain(field, 'leads to more than 9,000,000,000');
    }
    return { kind, field, threshold, currency, isLanded: given.isLanded, against };
  }

  #threshold(
    kind: ConditionKind,
    value: string | number | true,
    field: string,
    currency: string | null,
  ): number | undefined {
    if (isOneOf(AMOUNTS, kind)) return this.#amount(String(value), field, currency);
    if (isOneOf(PERCENTS, kind)) {
      const hundredths = hundredthsOf(Number(value));
      if (hundredths === undefined) this.#complain(field, 'use at most two decimals');
      return hundredths;
    }
    return kind === 'lowOfDays' ? Number(value) : 0;
  }

  #reference(against: string | undefined, path: string, currency: string | null): Reference | undefined {
    if (against === undefined || against === 'last') return 'last';
    if (against === 'usual') return 'usual';
    return this.#amount(against, `${path}.against`, currency);
  }

  /** Millionths of the currency's unit. Without any known currency up to six decimals are taken. */
  #amount(text: string, field: string, currency: string | null): number | undefined {
    const known = currency ?? this.#offerCurrency;
    const micros = known === undefined ? plainMicros(text) : microsIn(text, known);
    const problem = amountProblem(micros);
    if (problem !== null) this.#complain(field, problem);
    return typeof micros === 'number' && problem === null ? micros : undefined;
  }

  #currencyOf({ currency }: ConditionTree, path: string): string | undefined {
    if (currency === undefined || isCurrency(currency)) return currency;
    this.#complain(`${path}.currency`, `"${currency}" is no ISO 4217 currency code`);
    return undefined;
  }

  #refuseUnused(tree: ConditionTree, path: string): void {
    const used = kindsIn(tree);
    const isChosen = isAmount(tree.against) || [...(tree.all ?? []), ...(tree.any ?? [])].some(hasChosen);
    const hasChange = CHANGES.some((kind) => used.has(kind));
    if (tree.currency !== undefined && !AMOUNTS.some((kind) => used.has(kind)) && !(isChosen && hasChange)) {
      this.#complain(`${path}.currency`, 'is only of use together with an amount such as priceBelow');
    }
    if (tree.landed && !OF_PRICES.some((kind) => used.has(kind)) && !(isChosen && hasChange)) {
      this.#complain(`${path}.landed`, `is only of use together with ${OF_PRICES.join(', ')}`);
    }
    if (tree.against !== undefined && !hasChange) {
      this.#complain(`${path}.against`, `is only of use together with ${CHANGES.join(', ')}`);
    }
  }
}

function amountProblem(micros: number | string): string | null {
  if (typeof micros === 'string') return micros;
  if (micros === 0) return 'must be above 0: no price is lower';
  return micros > MAX_WATCHED_MICROS ? 'is too large: at most 9,000,000,000' : null;
}

const isAmount = (against: string | undefined): boolean =>
  against !== undefined && against !== 'last' && against !== 'usual';

const hasChosen = (tree: ConditionTree): boolean =>
  isAmount(tree.against) || [...(tree.all ?? []), ...(tree.any ?? [])].some(hasChosen);

const kindsIn = (tree: ConditionTree): Set<ConditionKind> =>
  new Set([
    ...CONDITION_KINDS.filter((kind) => tree[kind] !== undefined),
    ...[...(tree.all ?? []), ...(tree.any ?? [])].flatMap((branch) => [...kindsIn(branch)]),
  ]);

function filterOf({ seller, condition }: ConditionTree): Filter | null {
  if (!seller && !condition) return null;
  return {
    sellers: seller ? new Set(seller.map((name) => name.trim().toLowerCase())) : null,
    conditions: condition ? new Set(condition) : null,
  };
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
