import type { WatchAdvice } from '@souk/contracts';
import { microsText, percentText } from '../alerts/amounts.ts';
import type { Text, TextValue } from '../conversation/reply.ts';
import { said, worded } from '../texts/said.ts';
import { chosenLimit, type Filter, isLeaf, type Leaf, type Rule } from './rule.ts';

/** Conditions of which all must hold for one of the ways in which a rule comes true. */
interface Way {
  leaves: readonly Leaf[];
  filters: readonly Filter[];
}

interface Clash {
  field: string;
  reason: Text;
}

/** Conditions that can never hold together, whatever a price does: the whole watch, or parts of it. */
export function contradictionsOf(rule: Rule): WatchAdvice[] {
  const key = clashOfAll(rule, []) ? 'clash.watch' : 'clash.part';
  return clashesIn(rule, []).map(({ field, reason }) => ({
    kind: 'never',
    field,
    ...worded(said(key, { reason: { text: reason } })),
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
      const reason = clashBetween(other, leaf) ?? clashBetween(leaf, other);
      if (reason) return { field: leaf.field, reason };
    }
  const field = leaves.at(-1)?.field ?? 'when';
  for (const [place, filter] of filters.entries())
    for (const other of filters.slice(0, place)) {
      if (filter.sellers?.isDisjointFrom(other.sellers ?? filter.sellers))
        return { field, reason: said('clash.sellers') };
      if (filter.conditions?.isDisjointFrom(other.conditions ?? filter.conditions))
        return { field, reason: said('clash.conditions') };
    }
  return undefined;
}

/** Why an upper limit (`one`) and a lower one, or a fall and a rise, exclude each other. */
function clashBetween(one: Leaf, other: Leaf): Text | undefined {
  const upper = upperOf(one);
  const lower = lowerOf(other);
  if (upper !== undefined && lower !== undefined && one.currency === other.currency) {
    // With shipping a price is never lower: a bare price may lie below a limit that it exceeds with shipping.
    const mayDiffer = other.isLanded && !one.isLanded;
    if (!mayDiffer && upper.micros <= lower.micros)
      return said('clash.prices', { upper: { text: upper.text }, lower: { text: lower.text } });
  }
  const isFall = one.kind === 'dropPercent' || one.kind === 'dropAmount';
  const isRise = other.kind === 'priceRisePercent' || other.kind === 'priceRiseAmount';
  if (isRise && isFall && typeof one.against === 'string' && one.against === other.against)
    return said(`clash.${one.against}`);
  if (isRise && one.kind === 'allTimeLow' && other.against === 'last') return said('clash.lowest-rises');
  if (isRise && one.kind === 'scoreAtLeast' && other.against === 'usual')
    return said('clash.score', { score: { decimal: percentText(one.threshold) } });
  return undefined;
}

interface Bound {
  micros: number;
  text: Text;
}

/** What the price must lie below. */
function upperOf(leaf: Leaf): Bound | undefined {
  const { kind, threshold, against } = leaf;
  if (kind === 'priceBelow' || kind === 'inStockBelow')
    return { micros: threshold, text: said('clash.below', { limit: amountSaid(threshold, leaf) }) };
  if ((kind !== 'dropPercent' && kind !== 'dropAmount') || typeof against !== 'number') return undefined;
  const limit = chosenLimit(kind, threshold, against);
  return { micros: limit + 1, text: said('clash.at-most', { limit: amountSaid(limit, leaf) }) };
}

/** What the price must lie above. */
function lowerOf(leaf: Leaf): Bound | undefined {
  const { kind, threshold, against } = leaf;
  if (kind === 'priceAbove')
    return { micros: threshold, text: said('clash.above', { limit: amountSaid(threshold, leaf) }) };
  if ((kind !== 'priceRisePercent' && kind !== 'priceRiseAmount') || typeof against !== 'number')
    return undefined;
  const limit = chosenLimit(kind, threshold, against);
  return { micros: limit - 1, text: said('clash.at-least', { limit: amountSaid(limit, leaf) }) };
}

/** Amounts without a currency are in whatever one the offer has. */
const amountSaid = (micros: number, { currency }: Leaf): TextValue =>
  currency === null
    ? { decimal: microsText(micros, 'EUR') }
    : { amount: microsText(micros, currency), currency };
