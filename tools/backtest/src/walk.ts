import {
  DAY_MS,
  type ForecastModel,
  NO_MODEL,
  PriceTimeline,
  relevelled,
  seedOf,
  trainForecast,
  type TrainingSample,
  trainingSamples,
  unpaused,
} from '@souk/scoring/judging';
import { type Observed, type Series, spanOf } from './series.ts';

const STEP_MS = 7 * DAY_MS;
/** A model is trained anew every so many steps, and learns every step what offers are like by now. */
const STEPS_PER_TRAINING = 4;

/** Codes of availability as the service stores them. */
const IN_STOCK = 1;
const OUT_OF_STOCK = 4;

/** An observation as its day saw it: the timeline ends with it, the model knows nothing later than its own day. */
export interface Seen {
  series: number;
  index: number;
  timeline: PriceTimeline;
  model: ForecastModel;
}

export interface WalkOptions {
  onObservation: (seen: Seen) => void;
  /** Before the days of a model are walked: until when they reach. */
  onModel?: (model: ForecastModel, untilMs: number) => void;
  onProgress?: (day: string, share: number) => void;
}

/** What the offers' complete histories teach, oldest first. What a day may know of it is for the training to see to. */
export function samplesOf(series: readonly Series[]): TrainingSample[] {
  const samples: TrainingSample[] = [];
  for (const { key, observed } of series) {
    const complete = new PriceTimeline();
    // What waited counts from the reading on that confirmed it: nobody could learn from it earlier.
    for (const point of observed) if (!point.heardLate) append(complete, point);
    for (const sample of trainingSamples(complete, seedOf(key))) samples.push(sample);
  }
  return samples.sort((one, other) => one.atMs - other.atMs);
}

/**
 * Walks all series forward together, a week at a time; each observation is judged with what was known when it came.
 * Weeks without an observation or a sample are passed over.
 */
export function walk(
  series: readonly Series[],
  samples: readonly TrainingSample[],
  options: WalkOptions,
): void {
  const { firstMs, lastMs } = spanOf(series);
  const modelOf = modelsOf(samples, firstMs);
  const timelines = series.map(() => new PriceTimeline());
  const next = new Int32Array(series.length);
  let nextSample = 0;
  for (let step = 0; firstMs + step * STEP_MS <= lastMs;) {
    const fromMs = firstMs + step * STEP_MS;
    const untilMs = fromMs + STEP_MS;
    const model = modelOf(step);
    options.onModel?.(model, untilMs);
    while (nextSample < samples.length && samples[nextSample]!.atMs < untilMs) nextSample += 1;
    let nextMs = samples[nextSample]?.atMs ?? Infinity;
    for (const [at, { observed }] of series.entries()) {
      for (; next[at]! < observed.length && observed[next[at]!]!.atMs < untilMs; next[at]! += 1) {
        const point = observed[next[at]!]!;
        append(timelines[at]!, point);
        if (!point.heardLate)
          options.onObservation({ series: at, index: next[at]!, timeline: timelines[at]!, model });
      }
      nextMs = Math.min(nextMs, observed[next[at]!]?.atMs ?? Infinity);
    }
    options.onProgress?.(
      new Date(fromMs).toISOString().slice(0, 10),
      (fromMs - firstMs) / (lastMs - firstMs + 1),
    );
    step = Math.max(step + 1, Math.floor((nextMs - firstMs) / STEP_MS));
  }
}

/**
 * The models of steps that are asked for in their order. Of steps that are passed over no more is made up for than the
 * next one follows from: its last training, and the levels since.
 */
function modelsOf(samples: readonly TrainingSample[], firstMs: number): (step: number) => ForecastModel {
  let model = NO_MODEL;
  let made = 0;
  return (step) => {
    const trained = step - (step % STEPS_PER_TRAINING);
    for (let at = Math.max(made + 1, trained); at <= step; at += 1) {
      const fromMs = firstMs + at * STEP_MS;
      model =
        at % STEPS_PER_TRAINING === 0
          ? unpaused(trainForecast(samples, fromMs))
          : unpaused(relevelled(model, samples, fromMs));
    }
    made = step;
    return model;
  };
}

function append(timeline: PriceTimeline, { atMs, priceMinor, inStock }: Observed): void {
  const known = inStock ? IN_STOCK : OUT_OF_STOCK;
  timeline.append(atMs, { priceMinor, availability: inStock === undefined ? 0 : known });
}
