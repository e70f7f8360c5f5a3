import type { PriceState, TargetPast } from './price-state.ts';

/** The future in pieces with a hazard each, by the day that ends them: what comes soon differs from what comes late. */
export const PIECE_ENDS_DAYS = [7, 14, 30, 60] as const;
export const PIECES = PIECE_ENDS_DAYS.length;

/** A factor: which of its buckets a state and a target fall into. Names are what a reason is told with. */
interface Factor {
  name: string;
  buckets: number;
  bucket: (state: PriceState, past: TargetPast) => number;
}

/** Index of the first bound that a value does not exceed; one more than the last when it exceeds all. */
function upTo(bounds: readonly number[], value: number): number {
  let index = 0;
  while (index < bounds.length && value > bounds[index]!) index += 1;
  return index;
}

const CUTS = [0.5, 0.65, 0.8, 0.9, 0.95, 0.985];
const NEVER_WITHIN_DAYS = [30, 90, 180];
const DAYS_SINCE = [3, 7, 14, 30, 60, 120];
const VISITS_PER_QUARTER = [0, 0.5, 1, 2, 4];
const AGES_DAYS = [0, 2, 7, 14, 30, 60, 120];
const BELOW_USUAL = [-0.05, -0.01, 0.01, 0.1, 0.25, 0.45];
const CHANGES = [0, 1, 3, 7];
const OF_USUAL = [0.3, 0.5, 0.65, 0.8, 0.9, 0.985];

/** Shares of the price, and of the usual one, at which a target changes buckets. */
export const TARGET_CUTS = { ofPrice: CUTS, ofUsual: OF_USUAL };

const belowUsual = ({ priceMinor, usualMinor }: PriceState): number =>
  usualMinor === 0 ? 0 : (usualMinor - priceMinor) / usualMinor;

/** What a hazard is made of. The order is part of a model: changing anything here needs a new `FEATURES_VERSION`. */
const FACTORS: readonly Factor[] = [
  {
    name: 'how far the target lies below the price',
    buckets: CUTS.length + 1,
    bucket: ({ priceMinor }, { targetMinor }) => upTo(CUTS, priceMinor === 0 ? 1 : targetMinor / priceMinor),
  },
  {
    name: 'time since the target was last reached',
    buckets: NEVER_WITHIN_DAYS.length + DAYS_SINCE.length + 2,
    bucket: ({ historyDays }, { daysSince }) =>
      daysSince === undefined
        ? upTo(NEVER_WITHIN_DAYS, historyDays)
        : NEVER_WITHIN_DAYS.length + 1 + upTo(DAYS_SINCE, daysSince),
  },
  {
    name: 'how often the target was reached',
    buckets: VISITS_PER_QUARTER.length + 1,
    // a short history counts as a month: one visit in three days says little
    bucket: ({ historyDays }, { visits }) =>
      upTo(VISITS_PER_QUARTER, (visits * 90) / Math.max(historyDays, 30)),
  },
  {
    name: 'age of the price',
    buckets: AGES_DAYS.length + 1,
    bucket: ({ ageDays }) => upTo(AGES_DAYS, ageDays),
  },
  {
    name: 'price against the usual one',
    buckets: BELOW_USUAL.length + 1,
    bucket: (state) => upTo(BELOW_USUAL, belowUsual(state)),
  },
  {
    name: 'how often it changes',
    buckets: CHANGES.length + 1,
    bucket: ({ changes }) => upTo(CHANGES, changes),
  },
  {
    name: 'target against the usual price',
    buckets: OF_USUAL.length + 1,
    bucket: ({ usualMinor }, { targetMinor }) =>
      upTo(OF_USUAL, usualMinor === 0 ? 1 : targetMinor / usualMinor),
  },
  { name: 'the last move', buckets: 3, bucket: ({ lastMove }) => lastMove + 1 },
  {
    name: 'on offer, target below the lowest price ever',
    buckets: 4,
    bucket: (state, { daysSince }) => (belowUsual(state) > 0.05 ? 2 : 0) + (daysSince === undefined ? 1 : 0),
  },
];

export const FEATURES_VERSION = 'hazard-3';

/** Name and first index of each factor; what follows them are the pieces, plain and for a price on offer. */
const FIRST: readonly number[] = FACTORS.reduce<number[]>(
  (starts, { buckets }) => [...starts, starts.at(-1)! + buckets],
  [0],
);
const PIECE_AT = FIRST.at(-1)!;

export const FEATURES = PIECE_AT + PIECES * 3;

export const FACTOR_NAMES = FACTORS.map(({ name }) => name);

/** The features that hold, one of each factor, and 0 to 2 for the state that pieces are told apart by. */
export interface HazardInput {
  active: readonly number[];
  phase: 0 | 1 | 2;
}

export function hazardInput(state: PriceState, past: TargetPast): HazardInput {
  const active = FACTORS.map(({ bucket }, at) => FIRST[at]! + bucket(state, past));
  const offered = belowUsual(state) > 0.05;
  return { active, phase: offered ? (state.ageDays <= 2 ? 1 : 2) : 0 };
}

/** The feature that stands for a piece of the future. */
export const pieceFeature = (phase: HazardInput['phase'], piece: number): number =>
  PIECE_AT + phase * PIECES + piece;
