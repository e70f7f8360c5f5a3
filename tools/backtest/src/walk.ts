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
import type { Observed, Series } from './series.ts';

const STEP_DAYS = 7;
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

/** Walks all series forward together, a week at a time; each observation is judged with what was known when it came. */
export function walk(
  series: readonly Series[],
  samples: readonly TrainingSample[],
  options: WalkOptions,
): void {
  const firstMs = Math.min(...series.map(({ observed }) => observed[0]!.atMs));
  const lastMs = Math.max(...series.map(({ observed }) => observed.at(-1)!.atMs));
  const timelines = series.map(() => new PriceTimeline());
  const next = new Int32Array(series.length);
  let model = NO_MODEL;
  for (let step = 0, fromMs = firstMs; fromMs <= lastMs; step += 1, fromMs += STEP_DAYS * DAY_MS) {
    const untilMs = fromMs + STEP_DAYS * DAY_MS;
    if (step > 0)
      model =
        step % STEPS_PER_TRAINING === 0
          ? unpaused(trainForecast(samples, fromMs))
          : unpaused(relevelled(model, samples, fromMs));
    options.onModel?.(model, untilMs);
    for (const [at, { observed }] of series.entries()) {
      for (; next[at]! < observed.length && observed[next[at]!]!.atMs < untilMs; next[at]! += 1) {
        const point = observed[next[at]!]!;
        append(timelines[at]!, point);
        if (!point.heardLate)
          options.onObservation({ series: at, index: next[at]!, timeline: timelines[at]!, model });
      }
    }
    options.onProgress?.(
      new Date(fromMs).toISOString().slice(0, 10),
      (fromMs - firstMs) / (lastMs - firstMs + 1),
    );
  }
}

function append(timeline: PriceTimeline, { atMs, priceMinor, inStock }: Observed): void {
  const known = inStock ? IN_STOCK : OUT_OF_STOCK;
  timeline.append(atMs, { priceMinor, availability: inStock === undefined ? 0 : known });
}
