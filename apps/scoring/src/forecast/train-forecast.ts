import { DAY_MS } from '../day.ts';
import { baseRate, baseRatesOf, HORIZONS_DAYS, type HorizonDays, outcomeWithin } from './base-rates.ts';
import { evaluate, type Prediction, trustIn } from './evaluate-forecast.ts';
import { fitHazards, type Followed } from './fit-hazards.ts';
import { type Evaluation, type ForecastModel, modelledProbability, NO_MODEL } from './forecast-model.ts';
import { FEATURES_VERSION, PIECE_ENDS_DAYS, PIECES } from './hazard-features.ts';
import { logHazard } from './hazard-model.ts';
import { followedUntil, type TrainingSample } from './training-samples.ts';

/** Below this nothing is learnt: a few days of one shop would be taken for the way of the world. */
const WEEKS_AT_LEAST = 5;
const EVENTS_AT_LEAST = 100;
/** More teach no more; a fit takes a second or two. */
const SAMPLES_AT_MOST = 80_000;
/** Offers are compared with what offers were like within these days. */
const LEVEL_DAYS = 28;
const LEVEL_CASES_AT_LEAST = 50;
/** The newest part of the time judges a model of what came before it: the largest part that leaves enough to learn. */
const HELD_BACK = [0.4, 0.25, 0.15];

type Weights = Pick<ForecastModel, 'weights' | 'hazards' | 'levels'>;

/**
 * Learns from what was known at `nowMs`, oldest samples first. First a model of the older part predicts the newer one:
 * the first half of that tells how far to trust it, the second half judges it so; where it is no better than the
 * base rate, the base rate answers. Then the whole time is learnt from. It pauses every some 50 ms of computing.
 */
export function* trainForecast(
  samples: readonly TrainingSample[],
  nowMs: number,
): Generator<void, ForecastModel> {
  const known = samples.filter(({ atMs }) => atMs < nowMs);
  const baseRates = baseRatesOf(known, nowMs);
  const weights = yield* learnt(known, nowMs);
  const version = `${FEATURES_VERSION}:${new Date(nowMs).toISOString().slice(0, 10)}`;
  const model = { ...NO_MODEL, version, trainedUntilMs: nowMs, cases: known.length, baseRates };
  if (!weights) return model;
  const firstMs = known[0]!.atMs;
  // A history that ended long ago is split where its samples are, not half-way to today.
  const spanMs = known.at(-1)!.atMs - firstMs;
  for (const share of HELD_BACK) {
    const found = yield* judged(known, firstMs + spanMs * (1 - share), nowMs);
    if (found) return { ...model, ...weights, ...found };
  }
  return { ...model, ...weights };
}

/** The same model among what offers are like by now: only its levels change. */
export function relevelled(
  model: ForecastModel,
  samples: readonly TrainingSample[],
  nowMs: number,
): ForecastModel {
  if (model.weights.length === 0) return model;
  return { ...model, levels: levelsOf(model.weights, samples, nowMs) ?? model.levels };
}

function* learnt(known: readonly TrainingSample[], nowMs: number): Generator<void, Weights | undefined> {
  const step = Math.ceil(known.length / SAMPLES_AT_MOST);
  const followed = known
    .filter((_, index) => index % step === 0)
    .map((sample) => followedUntil(sample, nowMs)!);
  const events = followed.filter(({ reached }) => reached).length;
  const weeks = new Set(followed.map(({ week }) => week)).size;
  if (events < EVENTS_AT_LEAST || weeks < WEEKS_AT_LEAST) return undefined;
  const weights = yield* fitHazards(followed);
  const hazards = hazardsOf(followed);
  return { weights, hazards, levels: levelsOf(weights, known, nowMs) ?? hazards };
}

/** Events a day in each piece, of everything. */
function hazardsOf(followed: readonly Followed[]): number[] {
  const events = PIECE_ENDS_DAYS.map(() => 0.5);
  const days = PIECE_ENDS_DAYS.map(() => 100);
  for (const one of followed)
    for (let piece = 0, fromDays = 0; piece < PIECES && fromDays < one.days; piece += 1) {
      const endDays = PIECE_ENDS_DAYS[piece]!;
      days[piece]! += Math.min(one.days, endDays) - fromDays;
      if (one.reached && one.days <= endDays) events[piece]! += 1;
      fromDays = endDays;
    }
  return events.map((count, piece) => count / days[piece]!);
}

/** Mean hazard that the weights give to what offers were like in the last weeks; undefined of too few. */
function levelsOf(
  weights: readonly number[],
  samples: readonly TrainingSample[],
  nowMs: number,
): number[] | undefined {
  const sums = PIECE_ENDS_DAYS.map(() => 0);
  let cases = 0;
  for (let at = firstFrom(samples, nowMs - LEVEL_DAYS * DAY_MS); at < samples.length; at += 1) {
    const { atMs, even, input } = samples[at]!;
    if (atMs >= nowMs) break;
    if (!even) continue;
    cases += 1;
    for (let piece = 0; piece < PIECES; piece += 1)
      sums[piece]! += Math.exp(logHazard(weights, input, piece));
  }
  return cases < LEVEL_CASES_AT_LEAST ? undefined : sums.map((sum) => sum / cases);
}

function* judged(
  known: readonly TrainingSample[],
  splitMs: number,
  nowMs: number,
): Generator<void, Pick<ForecastModel, 'trust' | 'evaluation'> | undefined> {
  const trust: Record<HorizonDays, number> = { 7: 0, 14: 0, 30: 0, 60: 0 };
  const evaluation: Partial<Record<HorizonDays, Evaluation>> = {};
  const older = known.slice(0, firstFrom(known, splitMs));
  const weights = yield* learnt(older, splitMs);
  if (!weights) return undefined;
  const rates = baseRatesOf(older, splitMs);
  const heldBack = known.slice(older.length).filter(({ even }) => even);
  for (const days of HORIZONS_DAYS) {
    yield;
    const predictions: Prediction[] = [];
    let levels = weights.levels;
    let levelledMs = splitMs;
    for (const sample of heldBack) {
      const came = outcomeWithin(sample, days, nowMs);
      if (came === undefined) continue;
      if (sample.atMs >= levelledMs + 7 * DAY_MS) {
        levelledMs = sample.atMs;
        levels = levelsOf(weights.weights, known, levelledMs) ?? levels;
      }
      const probability = modelledProbability({ ...weights, levels }, sample.input, days);
      predictions.push({ probability, base: baseRate(rates, sample.share, days), came });
    }
    const half = predictions.length >> 1;
    const earned = trustIn(predictions.slice(0, half));
    const trusted = predictions
      .slice(half)
      .map((one) => ({ ...one, probability: one.base + earned * (one.probability - one.base) }));
    const found = evaluate(trusted);
    if (!found) continue;
    evaluation[days] = found;
    trust[days] = found.skill > 0 ? trustIn(predictions) : 0;
  }
  return { trust, evaluation };
}

/** Index of the first sample at or after a time. */
function firstFrom(samples: readonly TrainingSample[], atMs: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (samples[middle]!.atMs < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
