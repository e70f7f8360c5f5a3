import { baseRatesOf, outcomesOf } from './base-rates.ts';
import { judgedByPast } from './foretell-past.ts';
import { type ForecastModel, NO_MODEL } from './forecast-model.ts';
import { FEATURES_VERSION } from './hazard-features.ts';
import { learnt } from './learn-weights.ts';
import { firstFrom, type TrainingSample } from './training-samples.ts';

/**
 * Learns from what was known at `nowMs`, oldest samples first: from all of it, and, to see how far that is to be
 * trusted, several times from an older part of it alone. Where that is no better than the base rate, the base rate
 * answers. It pauses every few milliseconds of computing.
 */
export function* trainForecast(
  samples: readonly TrainingSample[],
  nowMs: number,
): Generator<void, ForecastModel> {
  const known = samples.slice(0, firstFrom(samples, nowMs));
  const version = `${FEATURES_VERSION}:${new Date(nowMs).toISOString().slice(0, 10)}`;
  const outcomes = yield* outcomesOf(known, nowMs);
  const model = { ...NO_MODEL, version, trainedUntilMs: nowMs, cases: known.length, outcomes };
  const found = yield* learnt(known, nowMs);
  if (!found) return { ...model, baseRates: yield* baseRatesOf(known, nowMs) };
  return { ...model, ...found, ...(yield* judgedByPast(known, nowMs)) };
}
