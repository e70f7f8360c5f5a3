import { DAY_MS } from '../day.ts';
import { baseRate, HORIZONS_DAYS, type HorizonDays, outcomeWithin } from './base-rates.ts';
import { evaluate, type Prediction, trustIn } from './evaluate-forecast.ts';
import { type Evaluation, type ForecastModel, modelledProbability } from './forecast-model.ts';
import { learnt } from './learn-weights.ts';
import { levelsOf } from './levels.ts';
import { firstFrom, type TrainingSample } from './training-samples.ts';

/** When, as shares of the time, models of what came before are made to predict what came until the next one. */
const ORIGINS = [0.5, 0.6, 0.7, 0.8, 0.9];
/** Outcomes of forecasts made on the same days are one shock; what judges a horizon has to span it so many times. */
const SPANS_AT_LEAST = 2;
/** Below this the base rate answers: a model that tells so little apart is as likely to be wrong. */
const TRUST_AT_LEAST = 0.25;

/** A prediction of a model that knew nothing of the day it is for. */
export interface DatedPrediction extends Prediction {
  atMs: number;
  /** Which of the models it is by. */
  origin: number;
}

/**
 * What models of the past said of what was their future, oldest samples first: how far to trust a model of today, and
 * how such models did. Each of them is judged with the trust that the others earned.
 */
export function* judgedByPast(
  known: readonly TrainingSample[],
  nowMs: number,
): Generator<void, Pick<ForecastModel, 'trust' | 'evaluation'>> {
  const trust: Record<HorizonDays, number> = { 7: 0, 14: 0, 30: 0, 60: 0 };
  const evaluation: Partial<Record<HorizonDays, Evaluation>> = {};
  const predictions = yield* foretold(known, nowMs);
  for (const days of HORIZONS_DAYS) {
    const all = predictions.get(days)!;
    const spanMs = all.length === 0 ? 0 : all.at(-1)!.atMs - all[0]!.atMs;
    if (spanMs < SPANS_AT_LEAST * days * DAY_MS) continue;
    const trusted: DatedPrediction[] = [];
    for (const origin of ORIGINS.keys()) {
      const earned = trustIn(all.filter((one) => one.origin !== origin));
      for (const one of all)
        if (one.origin === origin)
          trusted.push({ ...one, probability: one.base + earned * (one.probability - one.base) });
      yield;
    }
    evaluation[days] = evaluate(trusted)!;
    const earned = trustIn(all);
    trust[days] = earned >= TRUST_AT_LEAST && !isWorse(trusted, days) ? earned : 0;
    yield;
  }
  return { trust, evaluation };
}

function* foretold(
  known: readonly TrainingSample[],
  nowMs: number,
): Generator<void, Map<HorizonDays, DatedPrediction[]>> {
  const predictions = new Map<HorizonDays, DatedPrediction[]>(HORIZONS_DAYS.map((days) => [days, []]));
  const firstMs = known[0]!.atMs;
  // A history that ended long ago is split where its samples are, not half-way to today.
  const spanMs = known.at(-1)!.atMs - firstMs;
  for (const [origin, share] of ORIGINS.entries()) {
    const originMs = firstMs + spanMs * share;
    const until = firstFrom(known, firstMs + spanMs * (ORIGINS[origin + 1] ?? 2));
    const from = firstFrom(known, originMs);
    const model = yield* learnt(known.slice(0, from), originMs);
    if (!model) continue;
    for (let next = from, weekMs = originMs; next < until; weekMs += 7 * DAY_MS) {
      const end = Math.min(until, firstFrom(known, weekMs + 7 * DAY_MS));
      const levels = yield* levelsOf(model.weights, model.baseRates, known, weekMs);
      predict({ ...model, levels: levels ?? model.levels }, known.slice(next, end));
      next = end;
      yield;
    }
    function predict(by: NonNullable<typeof model>, samples: readonly TrainingSample[]): void {
      for (const sample of samples)
        for (const days of sample.even ? HORIZONS_DAYS : []) {
          const came = outcomeWithin(sample, days, nowMs);
          if (came === undefined) break;
          const base = baseRate(by.baseRates, sample.share, days);
          const probability = modelledProbability(by, sample.input, base, days);
          predictions.get(days)!.push({ atMs: sample.atMs, origin, probability, base, came });
        }
    }
  }
  return predictions;
}

/** Whether predictions were worse than the base rate by more than their own noise, told by windows of the horizon. */
function isWorse(predictions: readonly DatedPrediction[], days: number): boolean {
  const windows = new Map<number, { gain: number; cases: number }>();
  for (const { atMs, probability, base, came } of predictions) {
    const window = Math.floor(atMs / (days * DAY_MS));
    const sums = windows.get(window) ?? { gain: 0, cases: 0 };
    windows.set(window, sums);
    const truth = came ? 1 : 0;
    sums.gain += (base - truth) ** 2 - (probability - truth) ** 2;
    sums.cases += 1;
  }
  const gain = [...windows.values()].reduce((sum, one) => sum + one.gain, 0);
  const mean = gain / predictions.length;
  const squares = [...windows.values()].reduce((sum, one) => sum + (one.gain - mean * one.cases) ** 2, 0);
  return gain < -Math.sqrt(squares);
}
