import { DAY_MS } from '../day.ts';
import { baseRate, type BaseRates, type HorizonDays } from './base-rates.ts';
import { eventsWithin, type ForecastModel, oddsToProbability } from './forecast-model.ts';
import { firstFrom, type TrainingSample } from './training-samples.ts';

/** Offers are compared with what offers were like within these days. */
const LEVEL_DAYS = 28;
const CASES_AT_LEAST = 50;
const CASES_AT_MOST = 4_000;
const ROUNDS = 6;
/** What lifts everything further would make the impossible likely: where all is known, the base rate is met by no factor. */
const FACTOR_AT_MOST = 4;

/**
 * What hazards have to be multiplied by, so that the model says of offers as they were in the last weeks, on average,
 * what the base rate says of them: how often prices fall at all is the base rate's to tell, which of them the model's.
 * Otherwise a single sale of a whole shop, the last one seen, would be expected of every month. Undefined of too few.
 */
export function* levelsOf(
  weights: readonly number[],
  baseRates: BaseRates,
  samples: readonly TrainingSample[],
  nowMs: number,
): Generator<void, ForecastModel['levels'] | undefined> {
  const from = firstFrom(samples, nowMs - LEVEL_DAYS * DAY_MS);
  const recent = samples.slice(from, firstFrom(samples, nowMs)).filter(({ even }) => even);
  if (recent.length < CASES_AT_LEAST) return undefined;
  const step = Math.ceil(recent.length / CASES_AT_MOST);
  const some = recent.filter((_, index) => index % step === 0);
  const levels: Record<HorizonDays, number> = { 7: 1, 14: 1, 30: 1, 60: 1 };
  for (const days of [7, 14, 30, 60] as const) {
    const wanted = some.reduce((sum, { share }) => sum + baseRate(baseRates, share, days), 0);
    const events = some.map(({ input }) => eventsWithin(weights, input, days));
    levels[days] = factorFor(wanted, events);
    yield;
  }
  return levels;
}

/** The same model among what offers are like by now: only its levels change. */
export function* relevelled(
  model: ForecastModel,
  samples: readonly TrainingSample[],
  nowMs: number,
): Generator<void, ForecastModel> {
  if (model.weights.length === 0) return model;
  const levels = yield* levelsOf(model.weights, model.baseRates, samples, nowMs);
  return { ...model, levels: levels ?? model.levels };
}

/** The factor that makes so many be reached, by Newton's method on its logarithm. */
function factorFor(wanted: number, events: readonly number[]): number {
  let factor = 1;
  for (let round = 0; round < ROUNDS; round += 1) {
    let [reached, slope] = [0, 0];
    for (const expected of events) {
      const probability = oddsToProbability(expected * factor);
      reached += probability;
      slope += probability * (1 - probability);
    }
    const change = (wanted - reached) / Math.max(slope, 1e-9);
    factor *= Math.exp(Math.max(-1, Math.min(1, change)));
    factor = Math.min(FACTOR_AT_MOST, Math.max(1 / FACTOR_AT_MOST, factor));
  }
  return factor;
}
