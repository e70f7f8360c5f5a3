import type { WatchAdvice } from '@souk/contracts';
import { microsText, percentText } from '../alerts/amounts.ts';
import { chosenLimit, type Filter, isLeaf, type Leaf, type Rule } from './rule.ts';

/** Conditions of which all must hold for one of the ways in which a rule comes true. */
interface Way {
  leaves: readonly Leaf[];
  filters: readonly Filter[];
}

interface Clash {
  field: string;
  sentence: string;
}

/** Conditions that can never hold together, whatever a price does: the whole watch, or parts of it. */
export function contradictionsOf(rule: Rule): WatchAdvice[] {
  const what = clashOfAll(rule, []) ? 'this can never fire' : 'this part can never come true';
  return clashesIn(rule, []).map(({ field, sentence }) => ({
    kind: 'never',
    field,
    sentence: `${what}: ${sentence}`,
  }));
}

/** The largest parts that can never be true. */
function clashesIn(rule: Rule, outer: readonly Filter[]): Clash[] {
  const clash = clashOfAll(rule, outer);
  if (clash) return [clash];
  if (isLeaf(rule)) return [];
  const filters = rule.filter ? [...outer, rule.filter] : outer;
  return rule.of.flatMap((part) => clashesIn(part, filters));
}

/** Why no way leads to a rule, when none does. */
function clashOfAll(rule: Rule, outer: readonly Filter[]): Clash | undefined {
  const clashes = waysOf(rule).map((way) => clashOf({ ...way, filters: [...outer, ...way.filters] }));
  return clashes.includes(undefined) ? undefined : clashes[0];
}

/** The ways in which a rule comes true: some 1,500 at most, of as many conditions as a watch may have. */
function waysOf(rule: Rule): Way[] {
  if (isLeaf(rule)) return [{ leaves: [rule], filters: [] }];
  const own: Way = { leaves: [], filters: rule.filter ? [rule.filter] : [] };
  const parts = rule.of.map(waysOf);
  if (rule.join === 'any') return parts.flat().map((way) => joined(own, way));
  return parts.reduce((ways, part) => ways.flatMap((way) => part.map((other) => joined(way, other))), [own]);
}

const joined = (one: Way, other: Way): Way => ({
  leaves: [...one.leaves, ...other.leaves],
  filters: [...one.filters, ...other.filters],
});

function clashOf({ leaves, filters }: Way): Clash | undefined {
  for (const [place, leaf] of leaves.entries())
    for (const other of leaves.slice(0, place)) {
      const sentence = clashBetween(other, leaf) ?? clashBetween(leaf, other);
      if (sentence !== undefined) return { field: leaf.field, sentence };
    }
  const field = leaves.at(-1)?.field ?? 'when';
  for (const [place, filter] of filters.entries())
    for (const other of filters.slice(0, place)) {
      if (filter.sellers?.isDisjointFrom(other.sellers ?? filter.sellers))
        return { field, sentence: 'no seller is in both lists of sellers' };
      if (filter.conditions?.isDisjointFrom(other.conditions ?? filter.conditions))
        return { field, sentence: 'no offer is in two states at once' };
    }
  return undefined;
}

/** Why an upper limit (`one`) and a lower one, or a fall and a rise, exclude each other. */
function clashBetween(one: Leaf, other: Leaf): string | undefined {
  const upper = upperOf(one);
  const lower = lowerOf(other);
  if (upper !== undefined && lower !== undefined && one.currency === other.currency) {
    // With shipping a price is never lower: a bare price may lie below a limit that it exceeds with shipping.
    const mayDiffer = other.isLanded && !one.isLanded;
    if (!mayDiffer && upper.micros <= lower.micros) return `no price is both ${upper.text} and ${lower.text}`;
  }
  const isFall = one.kind === 'dropPercent' || one.kind === 'dropAmount';
  const isRise = other.kind === 'priceRisePercent' || other.kind === 'priceRiseAmount';
  if (isRise && isFall && typeof one.against === 'string' && one.against === other.against)
    return `no price is lower and higher than the ${one.against} one`;
  if (isRise && one.kind === 'allTimeLow' && other.against === 'last')
    return 'no price that is lower than ever has risen';
  if (isRise && one.kind === 'scoreAtLeast' && other.against === 'usual')
    return `a deal score of ${percentText(one.threshold)} speaks only of prices below the usual one`;
  return undefined;
}

interface Bound {
  micros: number;
  text: string;
}

/** What the price must lie below. */
function upperOf(leaf: Leaf): Bound | undefined {
  const { kind, threshold, against } = leaf;
  if (kind === 'priceBelow' || kind === 'inStockBelow')
    return { micros: threshold, text: `below ${amountText(threshold, leaf)}` };
  if ((kind !== 'dropPercent' && kind !== 'dropAmount') || typeof against !== 'number') return undefined;
  const limit = chosenLimit(kind, threshold, against);
  return { micros: limit + 1, text: `at most ${amountText(limit, leaf)}` };
}

/** What the price must lie above. */
function lowerOf(leaf: Leaf): Bound | undefined {
  const { kind, threshold, against } = leaf;
  if (kind === 'priceAbove') return { micros: threshold, text: `above ${amountText(threshold, leaf)}` };
  if ((kind !== 'priceRisePercent' && kind !== 'priceRiseAmount') || typeof against !== 'number')
    return undefined;
  const limit = chosenLimit(kind, threshold, against);
  return { micros: limit - 1, text: `at least ${amountText(limit, leaf)}` };
}

/** Amounts without a currency are in whatever one the offer has. */
const amountText = (micros: number, { currency }: Leaf): string =>
  currency === null ? microsText(micros, 'EUR') : `${microsText(micros, currency)} ${currency}`;
