import type { Deal, WatchConditions } from '@souk/contracts';
import { toMicros } from '@souk/money';
import { limitSaid } from '../alerts/amounts.ts';
import { type Facts, riseBasisPoints } from '../alerts/facts.ts';
import { passesFilter } from '../alerts/judge.ts';
import { verdictOf } from '../alerts/verdicts.ts';
import { readConditions } from '../watches/conditions.ts';
import { factsOfDeal } from '../watches/deal-facts.ts';
import { isLeaf, type Leaf, type Rule } from '../watches/rule.ts';

/** A price this much above what it must lie below is near. */
const NEAR_BASIS_POINTS = 500;

/** How far a price is above the limit of a watch. */
export interface Near {
  limit: { amount: string; currency: string };
  basisPoints: number;
}

/**
 * How near a listing is to an alert of a watch: all that is missing are limits in its own currency, and its price is
 * hardly above them. Shipping is not known here: limits that count it are far.
 */
export function nearLimit(when: WatchConditions, deal: Deal): Near | undefined {
  const read = readConditions(when);
  const distance = 'rule' in read ? distanceOf(read.rule, factsOfDeal(deal)) : 'far';
  return typeof distance === 'string' ? undefined : distance;
}

type Distance = 'met' | 'far' | Near;

/** Of what must all hold the farthest counts, of what suffices alone the nearest. */
function distanceOf(rule: Rule, facts: Facts): Distance {
  if (isLeaf(rule)) return distanceOfLeaf(rule, facts);
  if (passesFilter(rule.filter, facts) !== 'true') return 'far';
  const sorted = rule.of.map((part) => distanceOf(part, facts)).toSorted((a, b) => placeOf(a) - placeOf(b));
  return (rule.join === 'all' ? sorted.at(-1) : sorted[0]) ?? 'far';
}

const placeOf = (distance: Distance): number => {
  if (distance === 'met') return -1;
  return distance === 'far' ? Number.MAX_SAFE_INTEGER : distance.basisPoints;
};

function distanceOfLeaf(leaf: Leaf, facts: Facts): Distance {
  if (verdictOf(leaf, facts, undefined).verdict === 'true') return 'met';
  const isLimit = leaf.kind === 'priceBelow' || leaf.kind === 'inStockBelow';
  const isOwn = leaf.currency === null || leaf.currency === facts.currency;
  const price = toMicros(facts.priceMinor, facts.currency);
  if (!isLimit || !isOwn || leaf.isLanded || price < leaf.threshold) return 'far';
  const basisPoints = riseBasisPoints(leaf.threshold, price);
  return basisPoints > NEAR_BASIS_POINTS
    ? 'far'
    : { limit: limitSaid(leaf.threshold, leaf, facts), basisPoints };
}
