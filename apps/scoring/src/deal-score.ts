import type { DealFactor } from '@souk/contracts';
import { FACTORS } from './deal-factors.ts';
import { DAY_MS, daysTold } from './day.ts';
import type { DealMeasures } from './deal-measures.ts';
import { observedHistoryMs } from './forecast/observed-history.ts';
import { roundTo } from './prior-price.ts';

export const SCORE_VERSION = 'souk-score-6';

/** Below this there is no score: a deal is judged against a past. */
export const OBSERVATIONS_AT_LEAST = 3;
const HISTORY_AT_LEAST_MS = 3 * DAY_MS;

/** From this much known history on, confidence is full. */
const FULL_CONFIDENCE_MS = 365 * DAY_MS;
/** After so long the history counts as much as the caution about it. */
const HALF_TRUSTED_MS = 60 * DAY_MS;
/** What a price is worth of which nothing is known. */
const UNKNOWN_VALUE = 50;

type Age = Pick<DealMeasures, 'observations' | 'historyMs'>;

/** Whether there is enough of a past to judge by. */
export const hasEnoughHistory = ({ observations, historyMs }: Age): boolean =>
  observations >= OBSERVATIONS_AT_LEAST && historyMs >= HISTORY_AT_LEAST_MS;

/** The score, 0 to 100 with one decimal; undefined while there is too little history. */
export function dealScore(measures: DealMeasures): number | undefined {
  if (!hasEnoughHistory(measures)) return undefined;
  let sum = 0;
  let weights = 0;
  for (const factor of FACTORS) {
    const value = factor.value(measures);
    if (value === undefined) continue;
    sum += value * factor.weight;
    weights += factor.weight;
  }
  const caution = cautionOf(measures);
  const known = weights === 0 ? UNKNOWN_VALUE : sum / weights;
  return roundTo(known * (1 - caution) + UNKNOWN_VALUE * caution, 10);
}

/**
 * The factors behind the score, their weights together 1. A missing one is named, and its weight shared out among the
 * others; `history` is last: the shorter it is, the nearer the score stays to the middle.
 */
export function dealFactors(measures: DealMeasures, currency: string): DealFactor[] {
  const judged = FACTORS.map((factor) => ({ factor, value: factor.value(measures) }));
  const known = judged.filter(({ value }) => value !== undefined);
  const weights = known.reduce((sum, { factor }) => sum + factor.weight, 0);
  const caution = weights === 0 ? 1 : cautionOf(measures);
  const factors = judged.map(({ factor, value }) => ({
    name: factor.name,
    value: value === undefined ? null : roundTo(value, 10),
    weight: value === undefined ? 0 : roundTo((factor.weight / weights) * (1 - caution), 10_000),
    why: factor.why(measures, currency),
  }));
  const seen = `over ${tenthsTold(measures.historyMs)}`;
  const counts =
    measures.observations === 1
      ? `1 observation ${seen} counts as`
      : `${measures.observations} observations ${seen} count as`;
  const why = `${counts} ${tenthsTold(observedHistoryMs(measures))} of history: the fewer there are, the nearer the score stays to the middle.`;
  return [...factors, { name: 'history', value: UNKNOWN_VALUE, weight: roundTo(caution, 10_000), why }];
}

/** Why there is no score; null when there is one. */
export function scoreMissing(measures: Age): string | null {
  if (hasEnoughHistory(measures)) return null;
  return `A score needs at least ${OBSERVATIONS_AT_LEAST} observations over at least ${HISTORY_AT_LEAST_MS / DAY_MS} days; there ${measures.observations === 1 ? 'is 1' : `are ${measures.observations}`} over ${tenthsTold(measures.historyMs)}.`;
}

/** `2.9 days`: rounded down, so that what is short of a bound is never told as having reached it. */
const tenthsTold = (ms: number): string => daysTold(Math.floor(ms / (DAY_MS / 10)) / 10);

/**
 * 0 to 1: the root of the history that counts as known against a year, so that the first weeks count most. Three
 * observations over a year are three days, and as little to be trusted.
 */
export const confidence = (age: Age): number =>
  roundTo(Math.sqrt(Math.min(1, observedHistoryMs(age) / FULL_CONFIDENCE_MS)), 100);

/** Weight of what is not known, as of a prior in a Bayesian average: 0.5 after 60 observed days, 0.14 after a year. */
const cautionOf = (age: Age): number => HALF_TRUSTED_MS / (HALF_TRUSTED_MS + observedHistoryMs(age));
