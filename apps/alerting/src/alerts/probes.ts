import type { ConditionKind, ScoredDeal } from '@souk/contracts';
import { isCurrency, maxMicros, toMicros } from '@souk/money';

/** Kinds of conditions as numbers, the way the match index stores them. */
export const KIND_NUMBERS = {
  priceBelow: 1,
  dropPercent: 2,
  allTimeLow: 3,
  backInStock: 4,
  scoreAtLeast: 5,
  priceAbove: 6,
  inStockBelow: 7,
  dropAmount: 8,
  priceRisePercent: 9,
  priceRiseAmount: 10,
  lowOfDays: 11,
  realDiscountAtLeast: 12,
} as const satisfies Record<ConditionKind, number>;

const kindsByNumber = new Map<number, ConditionKind>(
  Object.entries(KIND_NUMBERS).map(([kind, number]) => [number, kind as ConditionKind]),
);

export function kindOfNumber(number: number): ConditionKind {
  const kind = kindsByNumber.get(number);
  if (!kind) throw new RangeError(`no condition has the number ${number}`);
  return kind;
}

/**
 * What a price asks of the match index: every condition of this kind whose threshold is above `low` and at
 * most `high` became true with it. Thresholds: millionths of the currency's unit (priceBelow), basis points
 * (dropPercent), hundredths (scoreAtLeast), 0 for the two that have none.
 */
export interface Probe {
  kind: ConditionKind;
  low: number;
  high: number;
}

/** Below every threshold. */
const NO_LOW = -1;

/**
 * Crossings only: a condition that was true for the preceding observation already is not asked for. Prices that
 * stay or rise ask nothing, and so does whatever is older than the newest of its offer.
 */
export function probesOf(deal: ScoredDeal): Probe[] {
  if (deal.late || !isCurrency(deal.currency)) return [];
  const probes: Probe[] = [];
  const { priceMinor: price, previousPriceMinor: previous, lowestBeforeMinor: lowest, currency } = deal;

  if (previous === undefined || price < previous) {
    probes.push({
      kind: 'priceBelow',
      low: toMicros(price, currency),
      high: previous === undefined ? maxMicros : toMicros(previous, currency),
    });
  }
  const drop = previous === undefined ? 0 : dropBasisPoints(previous, price);
  if (drop > 0) probes.push({ kind: 'dropPercent', low: NO_LOW, high: drop });
  if (lowest !== undefined && price < lowest) probes.push({ kind: 'allTimeLow', low: NO_LOW, high: 0 });
  if (deal.previousAvailability === 'out_of_stock' && isBuyable(deal.availability)) {
    probes.push({ kind: 'backInStock', low: NO_LOW, high: 0 });
  }
  const score = deal.score === undefined ? NO_LOW : scoreHundredths(deal.score);
  const scoreBefore = deal.previousScore === undefined ? NO_LOW : scoreHundredths(deal.previousScore);
  if (score > scoreBefore) probes.push({ kind: 'scoreAtLeast', low: scoreBefore, high: score });
  return probes;
}

/**
 * The largest whole number of basis points b with (previous - price) x 10,000 >= b x previous, in exact
 * integers; 0 when the price did not fall or the previous one was 0.
 */
export function dropBasisPoints(previous: number, price: number): number {
  const drop = previous - price;
  if (previous <= 0 || drop <= 0) return 0;
  if (drop > Number.MAX_SAFE_INTEGER / 10_000) return Number((BigInt(drop) * 10_000n) / BigInt(previous));
  const scaled = drop * 10_000;
  return (scaled - (scaled % previous)) / previous;
}

/** A score in whole hundredths, rounded down; the tiny addition undoes the float error of scores such as 29.29. */
export const scoreHundredths = (score: number): number => Math.floor(score * 100 + 1e-6);

export const isBuyable = (availability: string | null | undefined): boolean =>
  availability === 'in_stock' || availability === 'limited';
