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
  /** Those that make the verdict what it is; none where only sellers or states do. */
  decisive: Standing[];
}

export function standingOfRule(rule: Rule, facts: Facts, rates?: DayRates): RuleStanding {
  if (isLeaf(rule)) {
    const standing = standingOf(rule, facts, rates);
    return { verdict: standing.verdict, standings: [standing], decisive: [standing] };
  }
  const parts = rule.of.map((part) => standingOfRule(part, facts, rates));
  const verdicts = parts.map((part) => part.verdict);
  const passes = passesFilter(rule.filter, facts);
  const joined = rule.join === 'all' ? allOf(verdicts) : anyOf(verdicts);
  // Of what must all hold that counts which does not; of what suffices alone, that which does. Or else all of it.
  const isDecisive = ({ verdict }: RuleStanding): boolean =>
    rule.join === 'all' ? joined === 'true' || verdict !== 'true' : joined !== 'true' || verdict === 'true';
  const mayMatter = passes === 'true' || joined !== 'true';
  return {
    verdict: allOf([passes, joined]),
    standings: parts.flatMap((part) => part.standings),
    decisive: mayMatter ? parts.filter(isDecisive).flatMap((part) => part.decisive) : [],
  };
}

/** The conditions of a new watch that hold right now; they raise nothing until they are crossed again. */
export function alreadyTrue(rule: Rule, deal: Deal, offer?: Offer, rates?: DayRates): AlertReason[] {
  return standingOfRule(rule, factsOfDeal(deal, offer), rates)
    .standings.filter(({ verdict }) => verdict === 'true')
    .map(({ leaf, sentence, said, inputs }) => ({ kind: leaf.kind, sentence, said, inputs }));
}
