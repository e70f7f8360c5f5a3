import { DAY_MS } from '../day.ts';
import { PriceTimeline } from '../price-timeline.ts';
import { type Followed } from './fit-hazards.ts';
import { type HazardInput, hazardInput, PIECE_ENDS_DAYS } from './hazard-features.ts';
import { priceState, targetPast } from './price-state.ts';

/** A state of the past with a target, and when the price got there. */
export interface TrainingSample {
  atMs: number;
  input: HazardInput;
  /** The target as a share of the price. */
  share: number;
  /** Infinite when it never was, as far as is known. */
  reachedMs: number;
  /** Until when the offer was observed. */
  knownMs: number;
  /** On the even grid of days, rather than at a change of price: only these may judge a model. */
  even: boolean;
}

/** What targets are trained on, as shares of the price. The first one is what "undercut" means: more than 2 % lower. */
export const TARGET_SHARES = [0.98, 0.95, 0.9, 0.8, 0.65, 0.5] as const;

const EVERY_DAYS = 7;
export const LAST_PIECE_MS = PIECE_ENDS_DAYS.at(-1)! * DAY_MS;

/**
 * What an offer's history teaches: its states at every change of price and once a week, each with up to three targets.
 * Every state is made of what was known then; only the outcome looks ahead. `seed` chooses the day of the week and the
 * targets, so that a run can be repeated.
 */
export function* trainingSamples(complete: PriceTimeline, seed: number): Generator<TrainingSample> {
  const random = randomBy(seed);
  const past = new PriceTimeline();
  let gridMs = complete.firstMs + (3 + random() * EVERY_DAYS) * DAY_MS;
  for (let run = 0; run < complete.length; run += 1) {
    const value = {
      priceMinor: complete.prices[run]!,
      availability: complete.availabilities[run]!,
    };
    const lastMs = complete.lasts[run]!;
    while (gridMs < complete.starts[run]!) gridMs += EVERY_DAYS * DAY_MS;
    past.append(complete.starts[run]!, value);
    if (past.length > 1 && value.priceMinor !== complete.prices[run - 1])
      yield* samplesAt(past, complete, run, false, random);
    for (; gridMs <= lastMs; gridMs += EVERY_DAYS * DAY_MS) {
      if (gridMs <= complete.starts[run]!) continue;
      past.append(gridMs, value);
      yield* samplesAt(past, complete, run, true, random);
    }
    if (past.newestMs < lastMs) past.append(lastMs, value);
  }
}

function* samplesAt(
  past: PriceTimeline,
  complete: PriceTimeline,
  run: number,
  even: boolean,
  random: () => number,
): Generator<TrainingSample> {
  const state = priceState(past)!;
  if (state.priceMinor <= 0 || complete.newestMs <= state.atMs) return;
  const kinds = [0, 1 + Math.floor(random() * (TARGET_SHARES.length - 1))];
  if (state.lowMinor < state.priceMinor) kinds.push(TARGET_SHARES.length);
  for (const kind of kinds) {
    const share = TARGET_SHARES[kind];
    const targetMinor = share === undefined ? state.lowMinor : targetOf(state.priceMinor, share);
    if (targetMinor >= state.priceMinor) continue;
    yield {
      atMs: state.atMs,
      input: hazardInput(state, targetPast(past, targetMinor)),
      share: targetMinor / state.priceMinor,
      reachedMs: reachedMs(complete, run, targetMinor, state.atMs),
      knownMs: complete.newestMs,
      even,
    };
  }
}

/** The highest price that lies at the share or below, in whole minor units. */
export const targetOf = (priceMinor: number, share: number): number =>
  Math.floor(priceMinor * share * (share === TARGET_SHARES[0] ? 1 - 1e-9 : 1));

function reachedMs(
  { starts, prices, length }: PriceTimeline,
  run: number,
  targetMinor: number,
  atMs: number,
) {
  for (let later = run + 1; later < length && starts[later]! <= atMs + LAST_PIECE_MS; later += 1)
    if (prices[later]! <= targetMinor) return starts[later]!;
  return Infinity;
}

/** What was known of a sample at a time: nothing later than that takes part. */
export function followedUntil(sample: TrainingSample, nowMs: number): Followed | undefined {
  if (sample.atMs >= nowMs) return undefined;
  const reached = sample.reachedMs <= nowMs;
  const endMs = reached ? sample.reachedMs : Math.min(sample.knownMs, nowMs);
  const week = Math.floor(sample.atMs / (7 * DAY_MS));
  return { input: sample.input, days: (endMs - sample.atMs) / DAY_MS, reached, week };
}

/** Index of the first sample at or after a time. */
export function firstFrom(samples: readonly TrainingSample[], atMs: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (samples[middle]!.atMs < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Even numbers in [0, 1), the same for the same seed. */
function randomBy(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A seed that follows from a name. */
export function seedOf(name: string): number {
  let hash = 2_166_136_261;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 16_777_619);
  return hash >>> 0;
}
