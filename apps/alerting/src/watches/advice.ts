import { type Deal, LATELY_DAYS, type Offer, type WatchAdvice } from '@souk/contracts';
import { type DayRates, formatAmount } from '@souk/money';
import { limitText, percentText } from '../alerts/amounts.ts';
import { type Facts, limitMicros } from '../alerts/facts.ts';
import { contradictionsOf } from './contradictions.ts';
import { factsOfDeal } from './deal-facts.ts';
import type { PastFiring } from './past-firings.ts';
import { distancePercent } from './standing.ts';
import { isMoment, type Leaf, leavesOf, type Rule } from './rule.ts';
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
    return found ? { ...found, field: leaf.field } : [];
  });
  return [...contradictions, ...ofLeaves];
}

const UNKNOWN_PRODUCT: WatchAdvice = {
  kind: 'unknown-product',
  field: 'product',
  sentence: 'nobody knows this product yet: it is watched from its first price on',
};

/** What a condition would have done says more than what its limit looks like. */
function withPast(found: Advice | undefined, past: PastFiring | undefined): Advice | undefined {
  if (!past || found?.kind === 'always-true') return found;
  const { sentence } = past;
  if (past.times === 0) return { kind: found?.kind === 'never' ? 'never' : 'rarely', sentence };
  if (found?.kind === 'daily') return { kind: 'daily', sentence: `${found.sentence}; ${sentence}` };
  return { kind: past.timesLately >= OFTEN_LATELY ? 'daily' : 'past', sentence };
}

type Advice = Pick<WatchAdvice, 'kind' | 'sentence'>;

function adviceOn(leaf: Leaf, facts: Facts, deal: Deal, rates: DayRates | undefined): Advice | undefined {
  const needsStock = leaf.kind === 'backInStock' || leaf.kind === 'inStockBelow';
  if (needsStock && (facts.availability === undefined || facts.availability === 'unknown'))
    return {
      kind: 'not-told',
      sentence: 'its source does not say whether it is in stock; without that this never comes true',
    };
  const isForeign = leaf.currency !== null && leaf.currency !== facts.currency;
  if (isForeign && limitMicros(1, facts.currency, leaf.currency, rates) === undefined)
    return {
      kind: 'never',
      sentence: `its price is in ${facts.currency}, and no rate of the day leads to ${leaf.currency}`,
    };
  if (leaf.kind === 'priceBelow' || leaf.kind === 'inStockBelow')
    return limitAdvice(leaf, facts, deal, rates);
  if ((leaf.kind === 'dropPercent' || leaf.kind === 'priceRisePercent') && isMoment(leaf)) {
    return leaf.threshold < SMALL_CHANGE_BASIS_POINTS
      ? {
          kind: 'daily',
          sentence: `prices change by ${percentText(leaf.threshold)} % all the time: this may speak every day`,
        }
      : undefined;
  }
  if (leaf.kind === 'scoreAtLeast' && leaf.threshold <= LOW_SCORE_HUNDREDTHS)
    return { kind: 'daily', sentence: 'most prices have such a deal score: this may speak every day' };
  return undefined;
}

function limitAdvice(leaf: Leaf, facts: Facts, deal: Deal, rates: DayRates | undefined): Advice | undefined {
  const all = deal.statistics.find(({ window }) => window === 'all');
  if (!all || all.observations < ENOUGH_OBSERVATIONS) return undefined;
  const inLimit = (minor: number): number =>
    limitMicros(minor, facts.currency, leaf.currency, rates) ?? Number.NaN;
  const lowest = inLimit(all.lowMinor);
  const shown = limitText(leaf.threshold, leaf, facts);
  const lowText = `${formatAmount(all.lowMinor, facts.currency)} ${facts.currency}`;
  if (leaf.threshold <= lowest * FAR_BELOW)
    return {
      kind: 'never',
      sentence: `${shown} is ${distancePercent(leaf.threshold, lowest)} % below the lowest of ${all.observations} prices, ${lowText}: this may never come true`,
    };
  if (leaf.threshold <= lowest)
    return {
      kind: 'rarely',
      sentence: `it never cost less than ${lowText} so far: ${shown} would be its lowest price ever`,
    };
  if (leaf.threshold > inLimit(all.highMinor))
    return {
      kind: 'always-true',
      sentence: `it never cost as much as ${shown}: this speaks only after it has been dearer than ever`,
    };
  if (leaf.threshold > inLimit(all.p90Minor))
    return {
      kind: 'daily',
      sentence: `it costs less than ${shown} most of the time: this may speak whenever its price moves`,
    };
  return undefined;
}
