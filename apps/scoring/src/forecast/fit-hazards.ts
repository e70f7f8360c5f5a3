import { FEATURES, type HazardInput, PIECE_ENDS_DAYS, PIECES, pieceFeature } from './hazard-features.ts';
import { logHazard } from './hazard-model.ts';
import { eachPaced } from './paced.ts';

/** What is known of a state and a target: how long it was followed, and whether the price got there at the end of it. */
export interface Followed {
  input: HazardInput;
  days: number;
  reached: boolean;
  /** Number of the week it was in: what all offers of a week have in common is no property of any of them. */
  week: number;
}

const RIDGE = 20;
const STEPS = 12;
/** The longest step of a weight; keeps the first steps from overshooting. */
const MAX_STEP = 2;
/** Events that a week is believed to have had as expected, before anything is known of it. */
const WEEK_PRIOR = 2;

/**
 * Fits log-linear hazards, constant within pieces, by Newton's method on the Poisson likelihood: events against
 * exposure, censored where knowledge ends. A ridge pulls every factor towards 1, so that what was seen seldom says
 * little. Sales that a whole shop holds at once would teach that whatever its offers had in common that week brings
 * them about; so every week has a factor of its own, which is left out again in the end: a forecast is for a week
 * like the average one. @see Friedman, Piecewise exponential models for survival data with covariates, Ann. Statist. 10 (1982)
 */
export function* fitHazards(followed: readonly Followed[]): Generator<void, number[]> {
  const weights = yield* startingWeights(followed);
  const centre = [...weights];
  const weeks = new Weeks(yield* rangeOfWeeks(followed));
  for (let step = 0; step < STEPS; step += 1) {
    const gradient = new Float64Array(FEATURES);
    const hessian = new Float64Array(FEATURES * FEATURES);
    yield* weeks.adapt(followed, weights);
    yield* accumulate(followed, weights, weeks, gradient, hessian);
    for (let at = 0; at < FEATURES; at += 1) {
      gradient[at]! -= RIDGE * (weights[at]! - centre[at]!);
      hessian[at * FEATURES + at]! += RIDGE;
    }
    const change = solved(hessian, gradient);
    let largest = 0;
    for (let at = 0; at < FEATURES; at += 1) {
      const move = Math.max(-MAX_STEP, Math.min(MAX_STEP, change[at]!));
      weights[at]! += move;
      largest = Math.max(largest, Math.abs(move));
    }
    if (largest < 1e-4) break;
  }
  yield* levelOut(followed, weights);
  return weights.map((weight) => Math.round(weight * 1e5) / 1e5);
}

/** Every piece begins with the overall rate of its own; all other factors are 1. */
function* startingWeights(followed: readonly Followed[]): Generator<void, number[]> {
  const events = new Float64Array(PIECES).fill(0.5);
  const exposure = new Float64Array(PIECES).fill(100);
  yield* eachPaced(followed, (one) =>
    eachPiece(one, (piece, days, event) => {
      exposure[piece]! += days;
      if (event) events[piece]! += 1;
    }),
  );
  const weights = Array.from({ length: FEATURES }, () => 0);
  for (const phase of [0, 1, 2] as const)
    for (let piece = 0; piece < PIECES; piece += 1)
      weights[pieceFeature(phase, piece)] = Math.log(events[piece]! / exposure[piece]!);
  return weights;
}

/** The pieces that something was followed through, with the days spent in each. */
function eachPiece(
  { days, reached }: Pick<Followed, 'days' | 'reached'>,
  visit: (piece: number, days: number, event: boolean) => void,
): void {
  let fromDays = 0;
  for (let piece = 0; piece < PIECES && fromDays < days; piece += 1) {
    const endDays = PIECE_ENDS_DAYS[piece]!;
    visit(piece, Math.min(days, endDays) - fromDays, reached && days <= endDays);
    fromDays = endDays;
  }
}

function* rangeOfWeeks(followed: readonly Followed[]): Generator<void, { first: number; last: number }> {
  const range = { first: Infinity, last: -Infinity };
  yield* eachPaced(followed, ({ week }) => {
    range.first = Math.min(range.first, week);
    range.last = Math.max(range.last, week);
  });
  return range;
}

/** The factors of all weeks, by week and piece. */
class Weeks {
  private readonly factors: Float64Array;
  private readonly first: number;

  constructor({ first, last }: { first: number; last: number }) {
    this.first = first;
    this.factors = new Float64Array(Math.max(0, last - first + 1) * PIECES).fill(1);
  }

  factor(week: number, piece: number): number {
    return this.factors[(week - this.first) * PIECES + piece]!;
  }

  /** Events against what the weights alone expect. */
  *adapt(followed: readonly Followed[], weights: readonly number[]): Generator<void, void> {
    const events = new Float64Array(this.factors.length).fill(WEEK_PRIOR);
    const expected = new Float64Array(this.factors.length).fill(WEEK_PRIOR);
    yield* eachPaced(followed, (one) =>
      eachPiece(one, (piece, days, event) => {
        const at = (one.week - this.first) * PIECES + piece;
        expected[at]! += days * Math.exp(logHazard(weights, one.input, piece));
        if (event) events[at]! += 1;
      }),
    );
    for (let at = 0; at < events.length; at += 1) this.factors[at] = events[at]! / expected[at]!;
  }
}

/** Without the factors of weeks as many events have to be expected as there were, in each piece. */
function* levelOut(followed: readonly Followed[], weights: number[]): Generator<void, void> {
  const events = new Float64Array(PIECES).fill(0.5);
  const expected = new Float64Array(PIECES).fill(0.5);
  yield* eachPaced(followed, (one) =>
    eachPiece(one, (piece, days, event) => {
      expected[piece]! += days * Math.exp(logHazard(weights, one.input, piece));
      if (event) events[piece]! += 1;
    }),
  );
  for (const phase of [0, 1, 2] as const)
    for (let piece = 0; piece < PIECES; piece += 1)
      weights[pieceFeature(phase, piece)]! += Math.log(events[piece]! / expected[piece]!);
}

function* accumulate(
  followed: readonly Followed[],
  weights: readonly number[],
  weeks: Weeks,
  gradient: Float64Array,
  hessian: Float64Array,
): Generator<void, void> {
  yield* eachPaced(followed, (one) => {
    const { active, phase } = one.input;
    let expectedOfAll = 0;
    let residualOfAll = 0;
    eachPiece(one, (piece, days, event) => {
      const expected = days * Math.exp(logHazard(weights, one.input, piece)) * weeks.factor(one.week, piece);
      const residual = (event ? 1 : 0) - expected;
      expectedOfAll += expected;
      residualOfAll += residual;
      const own = pieceFeature(phase, piece);
      gradient[own]! += residual;
      hessian[own * FEATURES + own]! += expected;
      for (const other of active) hessian[own * FEATURES + other]! += expected;
    });
    for (let left = 0; left < active.length; left += 1) {
      gradient[active[left]!]! += residualOfAll;
      const row = active[left]! * FEATURES;
      for (let right = 0; right <= left; right += 1) hessian[row + active[right]!]! += expectedOfAll;
    }
  });
}

/** Solves a positive definite system, of which the lower triangle is given, by Cholesky's method. */
function solved(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const answer = Float64Array.from(right);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = matrix[row * size + column]!;
      for (let at = 0; at < column; at += 1) sum -= matrix[row * size + at]! * matrix[column * size + at]!;
      matrix[row * size + column] =
        row === column ? Math.sqrt(Math.max(sum, 1e-12)) : sum / matrix[column * size + column]!;
    }
    let sum = answer[row]!;
    for (let at = 0; at < row; at += 1) sum -= matrix[row * size + at]! * answer[at]!;
    answer[row] = sum / matrix[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = answer[row]!;
    for (let at = row + 1; at < size; at += 1) sum -= matrix[at * size + row]! * answer[at]!;
    answer[row] = sum / matrix[row * size + row]!;
  }
  return answer;
}
