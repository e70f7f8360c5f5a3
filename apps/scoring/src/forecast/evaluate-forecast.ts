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

/**
 * How far predictions should have been moved away from the base rate to do best, by least squares, 0 to 1; drawn
 * towards one half while few predictions differ from it.
 */
export function trustIn(predictions: readonly Prediction[]): number {
  let along = PRIOR_SPREAD / 2;
  let spread = PRIOR_SPREAD;
  for (const { probability, base, came } of predictions) {
    along += ((came ? 1 : 0) - base) * (probability - base);
    spread += (probability - base) ** 2;
  }
  return rounded(Math.min(1, Math.max(0, along / spread)));
}

const rounded = (value: number): number => Math.round(value * 1e5) / 1e5;
