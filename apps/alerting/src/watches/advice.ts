import { type Deal, LATELY_DAYS, type Offer, type WatchAdvice } from '@souk/contracts';
import type { DayRates } from '@souk/money';
import { limitSaid, percentText, saidAmount } from '../alerts/amounts.ts';
import { type Facts, limitMicros } from '../alerts/facts.ts';
import type { Text } from '../conversation/reply.ts';
import { said, worded } from '../texts/said.ts';
import { contradictionsOf } from './contradictions.ts';
import { factsOfDeal } from './deal-facts.ts';
import type { PastFiring } from './past-firings.ts';
import { isMoment, type Leaf, leavesOf, type Rule } from './rule.ts';
import { distancePercent } from './standing.ts';
import type { StoredWatch } from './stored-watch.ts';

/** Histories shorter than this say nothing of what will be. */
const ENOUGH_OBSERVATIONS = 5;
/** A limit so far below the lowest price ever seen is hardly ever reached. */
const FAR_BELOW = 0.7;
/** Changes smaller than this are what prices do from day to day. */
const SMALL_CHANGE_BASIS_POINTS = 200;
const LOW_SCORE_HUNDREDTHS = 3_000;
/** Every other day. */
const OFTEN_LATELY = LATELY_DAYS / 2;

/**
 * What to expect of a watch, by what is known of its listing: conditions that never come true, or all the time.
 * `past` tells by field what they would have done.
 */
export function adviceFor(
  watch: Pick<StoredWatch, 'target' | 'productId'>,
  rule: Rule,
  deal: Deal | undefined,
  offer: Offer | undefined,
  rates: DayRates | undefined,
  past?: ReadonlyMap<string, PastFiring>,
): WatchAdvice[] {
  const contradictions = contradictionsOf(rule);
  if (!deal) {
    const isUnknown = watch.target === null && watch.productId === null;
    return isUnknown ? [...contradictions, UNKNOWN_PRODUCT] : contradictions;
  }
  const facts = factsOfDeal(deal, offer);
  const ofLeaves = leavesOf(rule).flatMap((leaf) => {
    const found = withPast(adviceOn(leaf, facts, deal, rates), past?.get(leaf.field));
    return found ? { kind: found.kind, field: leaf.field, ...worded(found.said) } : [];
  });
  return [...contradictions, ...ofLeaves];
}

const UNKNOWN_PRODUCT: WatchAdvice = {
  kind: 'unknown-product',
  field: 'product',
  ...worded(said('advice.unknown-product')),
};

interface Advice {
  kind: WatchAdvice['kind'];
  said: Text;
}

/** What a condition would have done says more than what its limit looks like. */
function withPast(found: Advice | undefined, past: PastFiring | undefined): Advice | undefined {
  if (!past || found?.kind === 'always-true') return found;
  if (past.times === 0) return { kind: found?.kind === 'never' ? 'never' : 'rarely', said: past.said };
  if (found?.kind === 'daily') {
    const both = said('advice.joined', { one: { text: found.said }, other: { text: past.said } });
    return { kind: 'daily', said: both };
  }
  return { kind: past.timesLately >= OFTEN_LATELY ? 'daily' : 'past', said: past.said };
}

function adviceOn(leaf: Leaf, facts: Facts, deal: Deal, rates: DayRates | undefined): Advice | undefined {
  const needsStock = leaf.kind === 'backInStock' || leaf.kind === 'inStockBelow';
  if (needsStock && (facts.availability === undefined || facts.availability === 'unknown'))
    return { kind: 'not-told', said: said('advice.stock-not-told') };
  const { currency } = leaf;
  const isForeign = currency !== null && currency !== facts.currency;
  if (isForeign && limitMicros(1, facts.currency, currency, rates) === undefined)
    return { kind: 'never', said: said('advice.no-rate', { from: facts.currency, to: currency }) };
  if (leaf.kind === 'priceBelow' || leaf.kind === 'inStockBelow')
    return limitAdvice(leaf, facts, deal, rates);
  const isChange = leaf.kind === 'dropPercent' || leaf.kind === 'priceRisePercent';
  if (isChange && isMoment(leaf) && leaf.threshold < SMALL_CHANGE_BASIS_POINTS) {
    const percent = { decimal: percentText(leaf.threshold) };
    return { kind: 'daily', said: said('advice.small-change', { percent }) };
  }
  if (leaf.kind === 'scoreAtLeast' && leaf.threshold <= LOW_SCORE_HUNDREDTHS)
    return { kind: 'daily', said: said('advice.low-score') };
  return undefined;
}

function limitAdvice(leaf: Leaf, facts: Facts, deal: Deal, rates: DayRates | undefined): Advice | undefined {
  const all = deal.statistics.find(({ window }) => window === 'all');
  if (!all || all.observations < ENOUGH_OBSERVATIONS) return undefined;
  const inLimit = (minor: number): number =>
    limitMicros(minor, facts.currency, leaf.currency, rates) ?? Number.NaN;
  const low = inLimit(all.lowMinor);
  const limit = limitSaid(leaf.threshold, leaf, facts);
  const lowest = saidAmount(all.lowMinor, facts.currency);
  if (leaf.threshold <= low * FAR_BELOW) {
    const percent = { decimal: distancePercent(leaf.threshold, low) };
    const far = said('advice.far-below', { limit, percent, count: all.observations, lowest });
    return { kind: 'never', said: far };
  }
  if (leaf.threshold <= low) return { kind: 'rarely', said: said('advice.lowest-ever', { lowest, limit }) };
  if (leaf.threshold > inLimit(all.highMinor))
    return { kind: 'always-true', said: said('advice.always-below', { limit }) };
  if (leaf.threshold > inLimit(all.p90Minor))
    return { kind: 'daily', said: said('advice.mostly-below', { limit }) };
  return undefined;
}
