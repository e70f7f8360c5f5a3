import type { DealFactor } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import { availabilityName } from './availability.ts';
import { DAY_MS, type DealMeasures } from './deal-measures.ts';
import { percentBelow, roundTo } from './prior-price.ts';

/** Below this there is no score: a deal is judged against a past. */
const OBSERVATIONS_AT_LEAST = 3;
const HISTORY_AT_LEAST_MS = 3 * DAY_MS;

/** From this length of history on, confidence is full. */
const FULL_CONFIDENCE_MS = 365 * DAY_MS;

/** Value 0 to 100 of being in stock and the like; absent: it cannot be told. */
const AVAILABILITY_VALUES: Partial<Record<string, number>> = {
  in_stock: 100,
  limited: 100,
  preorder: 50,
  out_of_stock: 0,
};

interface Factor {
  name: string;
  weight: number;
  /** 0 to 100, or undefined when it cannot be told. */
  value: (measures: DealMeasures) => number | undefined;
  why: (measures: DealMeasures, currency: string) => string;
}

/** Deal score, version 1: what speaks for a price, how much it weighs, and how to say it. */
const FACTORS: readonly Factor[] = [
  {
    name: 'percentile',
    weight: 0.3,
    value: ({ dearerShare }) => (dearerShare === undefined ? undefined : dearerShare * 100),
    why: ({ priceMinor, dearerShare }, currency) =>
      dearerShare === undefined
        ? 'This is the first observation, so there is no past to compare with.'
        : `${amount(priceMinor, currency)} is lower than the price was during ${percent(dearerShare * 100)} of the last 365 days.`,
  },
  {
    name: 'allTimeLow',
    weight: 0.2,
    value: ({ priceMinor, lowMinor, highMinor }) => nearness(priceMinor, lowMinor, highMinor),
    why: ({ priceMinor, lowMinor, highMinor }, currency) =>
      distance(priceMinor, lowMinor, highMinor, currency, 'ever seen'),
  },
  {
    name: 'ninetyDayLow',
    weight: 0.15,
    value: ({ priceMinor, low90Minor, high90Minor }) => nearness(priceMinor, low90Minor, high90Minor),
    why: ({ priceMinor, low90Minor, high90Minor }, currency) =>
      distance(priceMinor, low90Minor, high90Minor, currency, 'of the last 90 days'),
  },
  {
    name: 'realDiscount',
    weight: 0.25,
    // Half off is as good as it gets: 2 points for each percent below the median.
    value: ({ priceMinor, median90Minor }) => {
      const below = median90Minor === undefined ? undefined : percentBelow(priceMinor, median90Minor);
      return below === undefined ? undefined : clamp(below * 2);
    },
    why: ({ priceMinor, median90Minor }, currency) => {
      if (median90Minor === undefined) return 'There is no median yet to compare with.';
      const below = percentBelow(priceMinor, median90Minor);
      if (below === undefined) return 'The median of the last 90 days is 0, which nothing can undercut.';
      const side = below < 0 ? 'above' : 'below';
      return `${amount(priceMinor, currency)} is ${percent(Math.abs(below))} ${side} the time-weighted median of the last 90 days, ${amount(median90Minor, currency)}.`;
    },
  },
  {
    name: 'availability',
    weight: 0.1,
    value: ({ availability }) => AVAILABILITY_VALUES[availabilityName(availability) ?? 'unknown'],
    why: ({ availability }) => {
      const name = availabilityName(availability) ?? 'unknown';
      return name === 'unknown'
        ? 'The source does not say whether it can be bought.'
        : `It is ${name.replaceAll('_', ' ')}.`;
    },
  },
];

/** Whether there is enough of a past to judge by. */
export const hasEnoughHistory = ({
  observations,
  historyMs,
}: Pick<DealMeasures, 'observations' | 'historyMs'>): boolean =>
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
  return weights === 0 ? undefined : roundTo(sum / weights, 10);
}

/** The factors behind the score. A missing one is named, and its weight is shared out among the others. */
export function dealFactors(measures: DealMeasures, currency: string): DealFactor[] {
  const judged = FACTORS.map((factor) => ({ factor, value: factor.value(measures) }));
  const weights = judged.reduce(
    (sum, { factor, value }) => sum + (value === undefined ? 0 : factor.weight),
    0,
  );
  return judged.map(({ factor, value }) => ({
    name: factor.name,
    value: value === undefined ? null : roundTo(value, 10),
    weight: value === undefined ? 0 : roundTo(factor.weight / weights, 10_000),
    why: factor.why(measures, currency),
  }));
}

/** Why there is no score; null when there is one. */
export function scoreMissing(measures: DealMeasures): string | null {
  if (hasEnoughHistory(measures)) return null;
  const days = roundTo(measures.historyMs / DAY_MS, 10);
  return `A score needs at least ${OBSERVATIONS_AT_LEAST} observations over at least ${HISTORY_AT_LEAST_MS / DAY_MS} days; there are ${measures.observations} over ${days} days.`;
}

/** 0 to 1: the root of the history's length against a year, so that the first weeks count most. */
export const confidence = (measures: DealMeasures): number =>
  roundTo(Math.sqrt(Math.min(1, measures.historyMs / FULL_CONFIDENCE_MS)), 100);

const clamp = (value: number): number => Math.min(100, Math.max(0, value));

/** 100 at the low, less 2 for each percent above it; a price that never moved has no low worth the name. */
function nearness(priceMinor: number, lowMinor: number, highMinor: number): number | undefined {
  if (lowMinor === highMinor) return undefined;
  if (lowMinor === 0) return priceMinor === 0 ? 100 : 0;
  return clamp(100 - 2 * percentAbove(priceMinor, lowMinor));
}

function distance(
  priceMinor: number,
  lowMinor: number,
  highMinor: number,
  currency: string,
  when: string,
): string {
  const low = `the lowest price ${when}`;
  if (lowMinor === highMinor)
    return `${amount(priceMinor, currency)} is the only price ${when}, so a low says nothing.`;
  if (priceMinor === lowMinor) return `${amount(priceMinor, currency)} is ${low}.`;
  if (lowMinor === 0) return `${amount(priceMinor, currency)} is above ${low}, ${amount(0, currency)}.`;
  return `${amount(priceMinor, currency)} is ${percent(percentAbove(priceMinor, lowMinor))} above ${low}, ${amount(lowMinor, currency)}.`;
}

const percentAbove = (priceMinor: number, lowMinor: number): number =>
  ((priceMinor - lowMinor) / lowMinor) * 100;

const percent = (value: number): string => `${roundTo(value, 10)} %`;

const amount = (minor: number, currency: string): string => `${formatAmount(minor, currency)} ${currency}`;
