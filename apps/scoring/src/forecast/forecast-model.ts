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
  /** For how many prices the outcome is known, by horizon; models stored before these were counted do not say. */
  outcomes?: Readonly<Record<HorizonDays, number>>;
  /** Logarithms, one for each feature; empty while there is too little to learn from. */
  weights: readonly number[];
  /** What hazards are multiplied by, so that on average they say of offers as they were lately what the base rate says. */
  levels: Readonly<Record<HorizonDays, number>>;
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
  outcomes: { 7: 0, 14: 0, 30: 0, 60: 0 },
  weights: [],
  levels: { 7: 1, 14: 1, 30: 1, 60: 1 },
  baseRates: Object.fromEntries(
    HORIZONS_DAYS.map((days) => [days, [0.05, 0.05, 0.05, 0.05, 0.05, 0.05]]),
  ) as unknown as BaseRates,
  trust: { 7: 0, 14: 0, 30: 0, 60: 0 },
  evaluation: {},
};

/** Base rates of fewer outcomes are mostly what was believed before anything was seen. */
export const OUTCOMES_AT_LEAST = 30;

/** Whether enough outcomes are known for any number of a horizon, be it the base rate. */
export const hasLearnt = ({ cases, outcomes }: ForecastModel, days: HorizonDays): boolean =>
  outcomes ? outcomes[days] >= OUTCOMES_AT_LEAST : cases > 0;

/** Whether a model has learnt something and earned trust within so many days. */
export const isTrusted = ({ weights, trust }: ForecastModel, days: HorizonDays): boolean =>
  trust[days] > 0 && weights.length === FEATURES;

/** What is said where no offer is told apart from the others. */
export const baseRatesAlone = (model: ForecastModel): ForecastModel => ({ ...model, trust: NO_MODEL.trust });

/** How many times a target is expected to be reached within days, before any levelling. */
export function eventsWithin(weights: readonly number[], input: HazardInput, days: HorizonDays): number {
  let total = 0;
  let fromDays = 0;
  for (let piece = 0; piece < PIECES && fromDays < days; piece += 1) {
    const untilDays = Math.min(days, PIECE_ENDS_DAYS[piece]!);
    total += Math.exp(logHazard(weights, input, piece)) * (untilDays - fromDays);
    fromDays = untilDays;
  }
  return total;
}

/**
 * Odds rather than the share of a Poisson process that had an event: what moves all prices of a week up or down, and
 * is not known, makes what seems unlikely likelier and what seems certain less so (a gamma frailty of shape 1).
 * @see Vaupel, Manton, Stallard, The impact of heterogeneity in individual frailty, Demography 16 (1979)
 */
export const oddsToProbability = (odds: number): number => odds / (1 + odds);

/** How far a model may leave the base rate at all, as a ratio of odds: what hardly ever came anywhere is not certain here. */
const ODDS_RATIO = 30;

/** Probability by the model alone, for an offer among offers as they were lately. */
export function modelledProbability(
  { weights, levels }: Pick<ForecastModel, 'weights' | 'levels'>,
  input: HazardInput,
  base: number,
  days: HorizonDays,
): number {
  const odds = levels[days] * eventsWithin(weights, input, days);
  const baseOdds = base / (1 - base);
  return oddsToProbability(Math.min(baseOdds * ODDS_RATIO, Math.max(baseOdds / ODDS_RATIO, odds)));
}

/**
 * More time brings more chance: of what was not reached within the shorter horizon at least so much is reached within the
 * longer one, as a share of what the base rate says of it, and in any case.
 */
const MORE_TIME = { ofBaseRate: 0.05, atLeast: 0.001 };

/**
 * The probability that a target, a share of the price, is reached within a horizon: the base rate, moved towards the
 * model as far as it has earned trust. Each horizon is trusted by itself; a longer one is always somewhat likelier.
 */
export function probabilityOf(
  model: ForecastModel,
  input: HazardInput,
  share: number,
  days: HorizonDays,
): number {
  let [probability, baseBefore] = [0, 0];
  for (const horizon of HORIZONS_DAYS) {
    const base = baseRate(model.baseRates, share, horizon);
    const added = Math.max(0, (base - baseBefore) / (1 - baseBefore));
    const more = Math.max(MORE_TIME.atLeast, MORE_TIME.ofBaseRate * added);
    const alone = probabilityAlone(model, input, base, horizon);
    probability =
      horizon === HORIZONS_DAYS[0] ? alone : Math.max(alone, probability + (1 - probability) * more);
    if (horizon === days) break;
    baseBefore = base;
  }
  return probability;
}

function probabilityAlone(model: ForecastModel, input: HazardInput, base: number, days: HorizonDays): number {
  if (!isTrusted(model, days)) return base;
  return base + model.trust[days] * (modelledProbability(model, input, base, days) - base);
}
