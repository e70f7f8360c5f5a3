import { LOW_DAYS, type ScoredDeal } from '@souk/contracts';
import { isCurrency, maxMicros, toMicros } from '@souk/money';
import { ROW } from '../watches/rule.ts';
import {
  dropBasisPoints,
  isBuyable,
  isUnavailable,
  mayScoreSpeak,
  riseBasisPoints,
  scoreHundredths,
} from './facts.ts';

/**
 * What a price asks of the match index: every row of this kind whose threshold is above `low` and at most `high`
 * may have been crossed by it. The rule of the watch decides.
 */
export interface Probe {
  /** A number of ROW. */
  kind: number;
  low: number;
  high: number;
}

/** Below every threshold. */
const NO_LOW = -1;

/**
 * Crossings only: a condition that was true for the preceding observation already is not asked for, and a price
 * that changes nothing asks nothing. What is older than the newest of its offer asks only when `late` is wanted.
 */
export function probesOf(deal: ScoredDeal): Probe[] {
  if (!isCurrency(deal.currency)) return [];
  const probes = [...priceProbes(deal), ...changeProbes(deal), ...usualProbes(deal), ...lowProbes(deal)];
  if (deal.previousAvailability === 'out_of_stock' && isBuyable(deal.availability)) {
    probes.push({ kind: ROW.backInStock, low: NO_LOW, high: 0 });
  }
  probes.push(...scoreProbes(deal));
  probes.push(...risen(ROW.realDiscount, deal.realDiscountPercent, deal.previousRealDiscountPercent));
  return probes;
}

/** Limits between this price and the one before, with and without shipping. */
function priceProbes(deal: ScoredDeal): Probe[] {
  const { priceMinor: price, previousPriceMinor: previous, currency } = deal;
  const shipping = deal.shippingMinor ?? 0;
  const micros = (minor: number): number => toMicros(minor, currency);
  const isFirst = previous === undefined;
  const canBuyNow = isBuyable(deal.availability);
  const returned = isUnavailable(deal.previousAvailability);
  const probes: Probe[] = [];
  for (const [more, below, above, inStock] of [
    [0, ROW.priceBelow, ROW.priceAbove, ROW.inStockBelow],
    [shipping, ROW.landedBelow, ROW.landedAbove, ROW.landedInStockBelow],
  ] as const) {
    if (isFirst || price < previous) {
      probes.push({
        kind: below,
        low: micros(price + more),
        high: isFirst ? maxMicros : micros(previous + more),
      });
    }
    if (!isFirst && price > previous) {
      // A price is above a limit that it does not reach: the limit is one millionth lower at least.
      probes.push({ kind: above, low: micros(previous + more) - 1, high: micros(price + more) - 1 });
    }
    if (canBuyNow && (isFirst || returned || price < previous)) {
      const high = isFirst || returned ? maxMicros : micros(previous + more);
      probes.push({ kind: inStock, low: micros(price + more), high });
    }
  }
  if (!isFirst && price > previous) {
    probes.push({ kind: ROW.rearmAbove, low: micros(previous), high: micros(price) });
  }
  if (!isFirst && price < previous) {
    probes.push({ kind: ROW.rearmBelow, low: micros(price) - 1, high: micros(previous) - 1 });
  }
  return probes;
}

/** Drops and rises against the price before. */
function changeProbes({ priceMinor: price, previousPriceMinor: previous, currency }: ScoredDeal): Probe[] {
  if (previous === undefined || price === previous) return [];
  const [percent, amount, points] =
    price < previous
      ? [ROW.dropPercent, ROW.dropAmount, dropBasisPoints(previous, price)]
      : [ROW.risePercent, ROW.riseAmount, riseBasisPoints(previous, price)];
  return [
    ...(points > 0 ? [{ kind: percent, low: NO_LOW, high: points }] : []),
    { kind: amount, low: 0, high: toMicros(Math.abs(price - previous), currency) },
  ];
}

/** Drops and rises against what is usual, between the price before and this one. */
function usualProbes(deal: ScoredDeal): Probe[] {
  const { priceMinor: price, previousPriceMinor: previous, usualPriceMinor: usual, currency } = deal;
  if (usual === undefined || price === usual || price === previous) return [];
  const before = previous ?? usual;
  const amount = (from: number, to: number): number => toMicros(Math.max(0, from - to), currency);
  const probes: Probe[] =
    price < usual
      ? [
          {
            kind: ROW.dropPercentOfUsual,
            low: dropBasisPoints(usual, before),
            high: dropBasisPoints(usual, price),
          },
          { kind: ROW.dropAmountOfUsual, low: amount(usual, before), high: amount(usual, price) },
        ]
      : [
          {
            kind: ROW.risePercentOfUsual,
            low: riseBasisPoints(usual, before),
            high: riseBasisPoints(usual, price),
          },
          { kind: ROW.riseAmountOfUsual, low: amount(before, usual), high: amount(price, usual) },
        ];
  return probes.filter(({ low, high }) => high > low);
}

/** Lower than every price before, or than those of so many days; the longest window has the lowest price. */
function lowProbes(deal: ScoredDeal): Probe[] {
  const { priceMinor: price, lowestBeforeMinor: lowest, lowestBeforeMinorByDays: lowestByDays } = deal;
  const days = LOW_DAYS.filter((name) => price < (lowestByDays?.[name] ?? NO_LOW)).map(Number);
  return [
    ...(lowest !== undefined && price < lowest ? [{ kind: ROW.allTimeLow, low: NO_LOW, high: 0 }] : []),
    ...(days.length > 0 ? [{ kind: ROW.lowOfDays, low: NO_LOW, high: Math.max(...days) }] : []),
  ];
}

/** A price that comes below the usual one is asked about with its whole score: before, its score said nothing. */
function scoreProbes({
  score,
  previousScore,
  priceMinor,
  previousPriceMinor,
  usualPriceMinor,
}: ScoredDeal): Probe[] {
  if (!mayScoreSpeak(priceMinor, usualPriceMinor)) return [];
  const spokeBefore = mayScoreSpeak(previousPriceMinor, usualPriceMinor);
  return risen(ROW.scoreAtLeast, score, spokeBefore ? previousScore : undefined);
}

/** Hundredths that a score or a discount rose over. */
function risen(kind: number, now: number | undefined, before: number | undefined): Probe[] {
  const high = now === undefined ? NO_LOW : scoreHundredths(now);
  const low = before === undefined ? NO_LOW : Math.max(NO_LOW, scoreHundredths(before));
  return high > low ? [{ kind, low, high }] : [];
}
