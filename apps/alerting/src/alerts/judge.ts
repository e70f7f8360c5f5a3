import type { DayRates } from '@souk/money';
import { type Filter, type Group, isLeaf, type Leaf, type Rule } from '../watches/rule.ts';
import type { Facts } from './facts.ts';
import { verdictOf } from './verdicts.ts';

export type Verdict = 'true' | 'false' | 'unknown';

/** What a rule is at a price. */
export interface Judgement {
  verdict: Verdict;
  /** Conditions that came true with this price and made the rule true, or could have alone. */
  crossed: Leaf[];
  /** Conditions that make it true, but did so at the price before. */
  holding: Leaf[];
}

/**
 * Judges a tree of conditions by what is known (Kleene's three values: what is unknown makes true only where any
 * other condition suffices). It crosses when it is true and one of the conditions that make it so came true now.
 */
export function judge(rule: Rule, facts: Facts, rates: DayRates | undefined): Judgement {
  if (isLeaf(rule)) {
    const { verdict, hasCrossed } = verdictOf(rule, facts, rates);
    return {
      verdict,
      crossed: hasCrossed ? [rule] : [],
      holding: verdict === 'true' && !hasCrossed ? [rule] : [],
    };
  }
  return judgeGroup(rule, facts, rates);
}

function judgeGroup({ join, filter, of }: Group, facts: Facts, rates: DayRates | undefined): Judgement {
  const passes = passesFilter(filter, facts);
  const parts = of.map((part) => judge(part, facts, rates));
  const verdicts = parts.map((part) => part.verdict);
  const joined = join === 'all' ? allOf([passes, ...verdicts]) : allOf([passes, anyOf(verdicts)]);
  if (joined !== 'true') return { verdict: joined, crossed: [], holding: [] };
  const speaking = parts.filter((part) => part.verdict === 'true');
  return {
    verdict: joined,
    crossed: speaking.flatMap((part) => part.crossed),
    holding: speaking.flatMap((part) => part.holding),
  };
}

export function allOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('false')) return 'false';
  return verdicts.includes('unknown') ? 'unknown' : 'true';
}

export function anyOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('true')) return 'true';
  return verdicts.includes('unknown') ? 'unknown' : 'false';
}

export function passesFilter(
  filter: Filter | null,
  { seller, condition }: Pick<Facts, 'seller' | 'condition'>,
): Verdict {
  if (!filter) return 'true';
  const bySeller = verdictIn(filter.sellers, seller?.trim().toLowerCase());
  return allOf([bySeller, verdictIn(filter.conditions, condition)]);
}

const verdictIn = <Value>(allowed: ReadonlySet<Value> | null, value: Value | undefined): Verdict => {
  if (!allowed) return 'true';
  if (value === undefined) return 'unknown';
  return allowed.has(value) ? 'true' : 'false';
};
