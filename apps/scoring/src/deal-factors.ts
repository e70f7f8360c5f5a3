import { formatAmount } from '@souk/money';
import { availabilityName } from './availability.ts';
import { DAY_MS, daysTold } from './day.ts';
import { MARKET_DAYS } from './deal-context.ts';
import type { DealMeasures } from './deal-measures.ts';
import { lastingShare } from './such-prices.ts';
import { percentBelow, roundTo } from './prior-price.ts';

/** One thing that speaks for or against a price. */
export interface Factor {
  name: string;
  /** Share of the score when nothing is missing; all together 1. */
  weight: number;
  /** 0 to 100, or undefined when it cannot be told. */
  value: (measures: DealMeasures) => number | undefined;
  /** Plain words with its numbers, also when it cannot be told. */
  why: (measures: DealMeasures, currency: string) => string;
}

const NO_PAST = 'This is the first observation, so there is no past to compare with.';

/** Value 0 to 100 of being in stock and the like; absent: it cannot be told. */
const AVAILABILITY_VALUES: Partial<Record<string, number>> = {
  in_stock: 100,
  limited: 100,
  preorder: 50,
  out_of_stock: 0,
};

/**
 * Bayesian average: reviews are mixed with as many of an average product, so that two enthusiasts do not outweigh a
 * thousand judges. The prior: 20 reviews of 4 out of 5.
 */
const PRIOR_REVIEWS = { rating: 4, count: 20 };
const bayesianRating = ({ rating, count }: { rating: number; count: number }): number =>
  (rating * count + PRIOR_REVIEWS.rating * PRIOR_REVIEWS.count) / (count + PRIOR_REVIEWS.count);

export const FACTORS: readonly Factor[] = [
  {
    name: 'percentile',
    weight: 0.08,
    value: ({ dearerShare }) => (dearerShare === undefined ? undefined : dearerShare * 100),
    why: ({ priceMinor, dearerShare, ...measures }, currency) =>
      dearerShare === undefined
        ? NO_PAST
        : inItsMoney(
            measures,
            `${amount(priceMinor, currency)} is lower than the price was during ${percent(dearerShare * 100)} of ${compared(measures)}.`,
          ),
  },
  {
    name: 'allTimeLow',
    weight: 0.16,
    value: ({ priceMinor, realLowMinor, hasLow }) =>
      hasLow ? closeness(priceMinor, realLowMinor) : undefined,
    why: ({ priceMinor, lowMinor, realLowMinor, hasLow, ...measures }, currency) =>
      realLowMinor > lowMinor
        ? `${inItsMoney(measures, distance(priceMinor, realLowMinor, hasLow, currency, 'ever seen'))} As prices were told, the lowest was ${amount(lowMinor, currency)}.`
        : distance(priceMinor, lowMinor, hasLow, currency, 'ever seen'),
  },
  {
    name: 'ninetyDayLow',
    weight: 0.08,
    value: ({ priceMinor, low90Minor, hasLow90 }) =>
      hasLow90 ? closeness(priceMinor, low90Minor) : undefined,
    why: ({ priceMinor, low90Minor, hasLow90, ...measures }, currency) =>
      distance(priceMinor, low90Minor, hasLow90, currency, `of ${compared(measures, 90)}`),
  },
  {
    name: 'realDiscount',
    weight: 0.13,
    // 80 % off is as good as it gets.
    value: ({ priceMinor, median90Minor }) => discountValue(priceMinor, median90Minor, 1.25),
    why: ({ priceMinor, median90Minor, ...measures }, currency) =>
      median90Minor === undefined
        ? 'Less than a week is known, so no price is usual yet.'
        : against(
            priceMinor,
            median90Minor,
            currency,
            `the time-weighted median of ${compared(measures, 90)}`,
          ),
  },
  {
    name: 'priorPrice',
    weight: 0.08,
    // Half off is as good as it gets: few lows of a whole month are undercut by more.
    value: ({ priceMinor, priorMinor }) => discountValue(priceMinor, priorMinor, 2),
    why: ({ priceMinor, priorMinor, reducedAgoMs }, currency) =>
      priorMinor === undefined
        ? 'There was no other price before this one.'
        : against(
            priceMinor,
            priorMinor,
            currency,
            `the lowest price of the 30 days before ${reducedAgoMs === 0 ? 'it' : `the price fell ${ago(reducedAgoMs)}`}`,
          ),
  },
  {
    name: 'lasting',
    weight: 0.2,
    value: ({ such }) => such && 100 * lastingShare(such),
    why: lastingTold,
  },
  {
    name: 'rarity',
    weight: 0.04,
    value: ({ such }) => (such === undefined ? undefined : clamp(100 * (1 - 2 * such.share))),
    why: ({ such, ...measures }) =>
      such === undefined
        ? neverAnother(measures, 'it is not rare')
        : inItsMoney(
            measures,
            `The price was as good as this, within 2 %, during ${percent(such.share * 100)} of ${compared(measures)}.`,
          ),
  },
  {
    name: 'trend',
    weight: 0.08,
    value: ({ monthlyTrend }) => (monthlyTrend === undefined ? undefined : clamp(50 + 1_000 * monthlyTrend)),
    why: ({ monthlyTrend, isTrendUnclear, ...measures }) => {
      if (monthlyTrend === undefined) return 'A trend takes 60 days of prices.';
      if (isTrendUnclear)
        return `No trend can be told: the usual prices of the two halves of ${compared(measures)} differ, but for a third or more of one half the price was at the usual price of the other, or beyond it.`;
      const change = percent(Math.abs(monthlyTrend * 100));
      if (monthlyTrend > 0.001) return `The usual price rises by ${change} a month, so waiting costs.`;
      if (monthlyTrend < -0.001) return `The usual price falls by ${change} a month, so waiting may pay.`;
      return 'The usual price neither rises nor falls.';
    },
  },
  {
    name: 'season',
    weight: 0.04,
    value: ({ priceMinor, realSeasonLowMinor }) =>
      realSeasonLowMinor === undefined ? undefined : closeness(priceMinor, realSeasonLowMinor),
    why: ({ priceMinor, seasonLowMinor, realSeasonLowMinor, ...measures }, currency) => {
      if (seasonLowMinor === undefined || realSeasonLowMinor === undefined)
        return 'Seasons take a year of prices.';
      const what = 'the lowest price of these 60 days a year ago';
      const sentence = inItsMoney(
        measures,
        against(priceMinor, Math.round(realSeasonLowMinor), currency, what),
      );
      return realSeasonLowMinor > seasonLowMinor
        ? `${sentence} As it was told then, it was ${amount(seasonLowMinor, currency)}.`
        : sentence;
    },
  },
  {
    name: 'market',
    weight: 0.05,
    // 20 % below the cheapest other source is as good as it gets, the same price is neither good nor bad.
    value: ({ priceMinor, context: { market } }) => {
      const below = market && percentBelow(priceMinor, market.priceMinor);
      return below === undefined ? undefined : clamp(50 + 2.5 * below);
    },
    why: ({ priceMinor, context: { market } }, currency) =>
      market === undefined
        ? `No other source of the same item told a comparable price (in the same currency and condition, in stock, within ${MARKET_DAYS} days).`
        : against(
            priceMinor,
            market.priceMinor,
            currency,
            `the lowest price of ${market.sources} other ${market.sources === 1 ? 'source' : 'sources'} (${market.source})`,
          ),
  },
  {
    name: 'reviews',
    weight: 0.02,
    value: ({ context: { reviews } }) => reviews && clamp((bayesianRating(reviews) - 2) * (100 / 3)),
    why: ({ context: { reviews } }) =>
      reviews === undefined
        ? 'The source tells no reviews.'
        : `${roundTo(reviews.rating, 100)} of 5 by ${reviews.count} reviews counts as ${roundTo(bayesianRating(reviews), 100)}, mixed with ${PRIOR_REVIEWS.count} reviews of ${PRIOR_REVIEWS.rating}.`,
  },
  {
    name: 'availability',
    weight: 0.04,
    value: ({ availability }) => AVAILABILITY_VALUES[availabilityName(availability) ?? 'unknown'],
    why: ({ availability, context: { isLongUnseen } }) => {
      const name = availabilityName(availability) ?? 'unknown';
      if (name === 'unknown') return 'The source does not say whether it can be bought.';
      const words = name.replaceAll('_', ' ');
      const stock = isLongUnseen ? `It was ${words} when last seen` : `It is ${words}`;
      return name === 'out_of_stock'
        ? `${stock}: what is judged is the price that it could be bought at last.`
        : `${stock}.`;
    },
  },
];

/**
 * Says of a sentence that it compares with old prices as the product's own trend has raised them since, where that is
 * so: amounts and shares of it were never read anywhere.
 */
const inItsMoney = ({ isInTodaysMoney }: Pick<DealMeasures, 'isInTodaysMoney'>, sentence: string): string =>
  isInTodaysMoney
    ? `In today’s money (by its own trend), ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`
    : sentence;

/** Where there were no better and no worse prices to compare with. */
const neverAnother = (measures: Pick<DealMeasures, 'comparedMs'>, so: string): string =>
  measures.comparedMs === 0
    ? NO_PAST
    : `The price stayed the same for ${compared(measures)} and is no lower now, so ${so}.`;

/** What undercuts a price as good: 2 % below what is no better than one 2 % above it. */
const UNDERCUT = '3.9 %';

/** How often prices as good, and falls to any level, were undercut. */
function lastingTold({ such, ...measures }: DealMeasures, currency: string): string {
  if (such === undefined) return neverAnother(measures, 'nothing tells whether it will be undercut');
  const { times: came, lasted, falls, lastedFalls } = such;
  const asGood = `The price was ${amount(Math.floor(such.levelMinor), currency)} or less`;
  const prices =
    came > 0
      ? `${asGood} ${times(came)} in ${compared(measures)} and ${times(came - lasted)} went more than ${UNDERCUT} below that, then or within 60 days.`
      : such.share > 0
        ? `${asGood} in ${compared(measures)}, but that tells nothing yet.`
        : `No price in ${compared(measures)} was as good as this within 2 %.`;
  const fell =
    falls > 0
      ? `It fell by more than 2 % ${times(falls)} (steps within two days are one fall) and ${times(falls - lastedFalls)} went more than 2 % lower still within 60 days.`
      : 'No fall by more than 2 % at once can be told yet.';
  return `${inItsMoney(measures, prices)} ${fell} Left out is what neither a lower price nor 60 days have followed yet.`;
}

/** The time that a price is compared with, so many days at most: `the last 365 days`. */
const compared = ({ comparedMs }: Pick<DealMeasures, 'comparedMs'>, mostDays = 365): string =>
  `the last ${days(Math.min(mostDays, comparedMs / DAY_MS))}`;

const clamp = (value: number): number => Math.min(100, Math.max(0, value));

/** Percent below a reference, `perPercent` points each. */
function discountValue(priceMinor: number, referenceMinor: number | undefined, perPercent: number) {
  const below = referenceMinor === undefined ? undefined : percentBelow(priceMinor, referenceMinor);
  return below === undefined ? undefined : clamp(below * perPercent);
}

/** 100 at a low, 50 when 10 % above it, 33 when 20 % above it. */
const closeness = (priceMinor: number, lowMinor: number): number =>
  priceMinor <= lowMinor ? 100 : lowMinor === 0 ? 0 : 100 / (1 + (10 * (priceMinor - lowMinor)) / lowMinor);

function distance(
  priceMinor: number,
  lowMinor: number,
  hasLow: boolean,
  currency: string,
  when: string,
): string {
  if (!hasLow) {
    const before = priceMinor > lowMinor ? ' before this one' : '';
    return `${amount(lowMinor, currency)} was the only price ${when}${before}, so a low says nothing.`;
  }
  if (priceMinor <= lowMinor) return `${amount(priceMinor, currency)} is the lowest price ${when}.`;
  return against(priceMinor, lowMinor, currency, `the lowest price ${when}`);
}

/** "7.50 EUR is 25 % below the lowest price ever seen, 10.00 EUR." */
function against(priceMinor: number, referenceMinor: number, currency: string, what: string): string {
  const reference = `${what}, ${amount(referenceMinor, currency)}`;
  const below = percentBelow(priceMinor, referenceMinor);
  if (below === undefined) {
    return priceMinor === 0
      ? `It is free, and so was ${what}.`
      : `${amount(priceMinor, currency)} is above ${reference}.`;
  }
  const size = roundTo(Math.abs(below), 10);
  if (size === 0) {
    const beside = priceMinor < referenceMinor ? 'less than 0.1 % below' : 'no less than';
    return `${amount(priceMinor, currency)} is ${beside} ${reference}.`;
  }
  return `${amount(priceMinor, currency)} is ${size} % ${below < 0 ? 'above' : 'below'} ${reference}.`;
}

/** `25 days ago`, whole days. */
const ago = (ms: number): string =>
  ms < DAY_MS ? 'less than a day ago' : `${daysTold(Math.floor(ms / DAY_MS))} ago`;
const percent = (value: number): string => `${roundTo(value, 10)} %`;
const amount = (minor: number, currency: string): string =>
  `${formatAmount(Math.round(minor), currency)} ${currency}`;
const times = (count: number): string => ['never', 'once', 'twice'][count] ?? `${count} times`;
const days = (count: number): string => (count < 1.5 ? 'day' : `${Math.round(count)} days`);
