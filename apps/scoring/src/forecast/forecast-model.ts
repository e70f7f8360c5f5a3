import { baseRate, type BaseRates, type HorizonDays, HORIZONS_DAYS } from './base-rates.ts';
import { FEATURES, FEATURES_VERSION, type HazardInput, PIECE_ENDS_DAYS, PIECES } from './hazard-features.ts';
import { logHazard } from './hazard-model.ts';

/** How a model did on days that it had not been trained on. */
export interface Evaluation {
  /** Predictions judged. */
  cases: number;
  brier: number;
  brierOfBaseRate: number;
  /** 1 is perfect, 0 as good as the base rate. */
  skill: number;
  /** Mean distance between what was predicted and what came, over tenths of the predictions. */
  calibrationError: number;
}

/** What a forecast is made with. Plain data: it is stored as it stands. */
export interface ForecastModel {
  version: string;
  trainedUntilMs: number;
  cases: number;
  /** Logarithms, one for each feature; empty while there is too little to learn from. */
  weights: readonly number[];
  /** Mean hazard of each piece over everything learnt from, and over what offers were like lately. */
  hazards: readonly number[];
  levels: readonly number[];
  baseRates: BaseRates;
  /** 0: the base rate answers; 1: the model alone. By horizon, from predictions of days not trained on. */
  trust: Readonly<Record<HorizonDays, number>>;
  evaluation: Readonly<Partial<Record<HorizonDays, Evaluation>>>;
}

/** A model that has learnt nothing: base rates as believed before anything was seen. */
export const NO_MODEL: ForecastModel = {
  version: `${FEATURES_VERSION}:none`,
  trainedUntilMs: 0,
  cases: 0,
  weights: [],
  hazards: [],
  levels: [],
  baseRates: Object.fromEntries(
    HORIZONS_DAYS.map((days) => [days, [0.05, 0.05, 0.05, 0.05, 0.05, 0.05]]),
  ) as unknown as BaseRates,
  trust: { 7: 0, 14: 0, 30: 0, 60: 0 },
  evaluation: {},
};

/** Probability by the model alone, for an offer among offers as they were lately. */
export function modelledProbability(
  { weights, hazards, levels }: Pick<ForecastModel, 'weights' | 'hazards' | 'levels'>,
  input: HazardInput,
  days: number,
): number {
  let total = 0;
  let fromDays = 0;
  for (let piece = 0; piece < PIECES && fromDays < days; piece += 1) {
    const untilDays = piece === PIECES - 1 ? days : Math.min(days, PIECE_ENDS_DAYS[piece]!);
    const relative = Math.exp(logHazard(weights, input, piece)) / levels[piece]!;
    total += hazards[piece]! * relative * (untilDays - fromDays);
    fromDays = untilDays;
  }
  return 1 - Math.exp(-total);
}

/** The probability that a target, a share of the price, is reached within a horizon: the base rate, moved towards the model as far as it has earned trust. */
export function probabilityOf(
  model: ForecastModel,
  input: HazardInput,
  share: number,
  days: HorizonDays,
): number {
  const base = baseRate(model.baseRates, share, days);
  const trust = model.trust[days];
  if (trust === 0 || model.weights.length !== FEATURES) return base;
  return base + trust * (modelledProbability(model, input, days) - base);
}
