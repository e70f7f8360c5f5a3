import type { AlertReason, Deal, Offer } from '@souk/contracts';
import type { DayRates } from '@souk/money';
import type { Facts } from '../alerts/facts.ts';
import { allOf, anyOf, passesFilter, type Verdict } from '../alerts/judge.ts';
import { factsOfDeal } from './deal-facts.ts';
import { isLeaf, type Rule } from './rule.ts';
import { type Standing, standingOf } from './standing.ts';

/** How a rule stands at a price that is there already, with each of its conditions. */
export interface RuleStanding {
  verdict: Verdict;
  standings: Standing[];
}

export function standingOfRule(rule: Rule, facts: Facts, rates?: DayRates): RuleStanding {
  if (isLeaf(rule)) {
    const standing = standingOf(rule, facts, rates);
    return { verdict: standing.verdict, standings: [standing] };
  }
  const parts = rule.of.map((part) => standingOfRule(part, facts, rates));
  const verdicts = parts.map((part) => part.verdict);
  const passes = passesFilter(rule.filter, facts);
  return {
    verdict: rule.join === 'all' ? allOf([passes, ...verdicts]) : allOf([passes, anyOf(verdicts)]),
    standings: parts.flatMap((part) => part.standings),
  };
}

/** The conditions of a new watch that hold right now; they raise nothing until they are crossed again. */
export function alreadyTrue(rule: Rule, deal: Deal, offer?: Offer, rates?: DayRates): AlertReason[] {
  return standingOfRule(rule, factsOfDeal(deal, offer), rates)
    .standings.filter(({ verdict }) => verdict === 'true')
    .map(({ leaf, sentence, inputs }) => ({ kind: leaf.kind, sentence, inputs }));
}
