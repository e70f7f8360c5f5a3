import { DAY_MS } from '../day.ts';
import type { Evaluation } from './forecast-model.ts';

/** A prediction with the base rate beside it, and what came. */
export interface Prediction {
  probability: number;
  base: number;
  came: boolean;
}

/** A tenth of the predictions' range: how many, what they said on average, and how often it came. */
export interface CalibrationBin {
  cases: number;
  predicted: number;
  came: number;
}

const BINS = 10;

/** Predictions by tenths of probability; empty tenths have no cases. */
export function calibrationBins(predictions: readonly Prediction[]): CalibrationBin[] {
  const bins = Array.from({ length: BINS }, () => ({ cases: 0, predicted: 0, came: 0 }));
  for (const { probability, came } of predictions) {
    const bin = bins[Math.min(BINS - 1, Math.floor(probability * BINS))]!;
    bin.cases += 1;
    bin.predicted += probability;
    if (came) bin.came += 1;
  }
  return bins.map(({ cases, predicted, came }) =>
    cases === 0 ? { cases, predicted, came } : { cases, predicted: predicted / cases, came: came / cases },
  );
}

/**
 * Brier score against that of the base rate, and the expected calibration error; undefined of no predictions.
 * @see Brier, Verification of forecasts expressed in terms of probability, Monthly Weather Review 78 (1950)
 */
export function evaluate(predictions: readonly Prediction[]): Evaluation | undefined {
  const cases = predictions.length;
  if (cases === 0) return undefined;
  let brier = 0;
  let brierOfBaseRate = 0;
  for (const { probability, base, came } of predictions) {
    const truth = came ? 1 : 0;
    brier += (probability - truth) ** 2 / cases;
    brierOfBaseRate += (base - truth) ** 2 / cases;
  }
  const calibrationError = calibrationBins(predictions).reduce(
    (sum, bin) => sum + (Math.abs(bin.predicted - bin.came) * bin.cases) / cases,
    0,
  );
  return {
    cases,
    brier: rounded(brier),
    brierOfBaseRate: rounded(brierOfBaseRate),
    skill: brierOfBaseRate === 0 ? 0 : rounded(1 - brier / brierOfBaseRate),
    calibrationError: rounded(calibrationError),
  };
}

/** Cases that speak for a trust of one half before anything was predicted. */
const PRIOR_SPREAD = 5;
const WEEK_MS = 7 * DAY_MS;

/**
 * How far predictions should have been moved away from the base rate to tell prices of the same week apart best, by
 * least squares, 0 to 1; drawn towards one half while few predictions differ from it. What all prices of a week have
 * in common, a sale of the whole shop, speaks neither for nor against.
 */
export function trustIn(predictions: readonly (Prediction & { atMs: number })[]): number {
  const weeks = new Map<
    number,
    { cases: number; moved: number; missed: number; along: number; spread: number }
  >();
  for (const { atMs, probability, base, came } of predictions) {
    const week = Math.floor(atMs / WEEK_MS);
    const sums = weeks.get(week) ?? { cases: 0, moved: 0, missed: 0, along: 0, spread: 0 };
    weeks.set(week, sums);
    const moved = probability - base;
    const missed = (came ? 1 : 0) - base;
    sums.cases += 1;
    sums.moved += moved;
    sums.missed += missed;
    sums.along += moved * missed;
    sums.spread += moved * moved;
  }
  let along = PRIOR_SPREAD / 2;
  let spread = PRIOR_SPREAD;
  for (const one of weeks.values()) {
    along += one.along - (one.moved * one.missed) / one.cases;
    spread += one.spread - (one.moved * one.moved) / one.cases;
  }
  return rounded(Math.min(1, Math.max(0, along / spread)));
}

const rounded = (value: number): number => Math.round(value * 1e5) / 1e5;
