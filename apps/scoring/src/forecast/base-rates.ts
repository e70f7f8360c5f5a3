import { DAY_MS } from '../day.ts';
import { eachPaced } from './paced.ts';
import type { TrainingSample } from './training-samples.ts';

/** How far ahead is asked and judged. */
export const HORIZONS_DAYS = [7, 14, 30, 60] as const;
export type HorizonDays = (typeof HORIZONS_DAYS)[number];

/** Upper ends of the shares of the price that targets are pooled by. */
export const SHARE_ENDS = [0.5, 0.65, 0.8, 0.9, 0.95, 1] as const;
const shareBand = (share: number): number => {
  const band = SHARE_ENDS.findIndex((end) => share <= end);
  return band < 0 ? SHARE_ENDS.length - 1 : band;
};

/** How often a target was reached within each horizon, by how far below the price it lay: what a model has to beat. */
export type BaseRates = Readonly<Record<HorizonDays, readonly number[]>>;

/** Believed before anything was seen: as if a target had been reached once in so many cases. */
const PRIOR_CASES = 20;

/** Whether a target was reached within days; undefined where that is not (yet) known. Nothing after `nowMs` counts. */
export function outcomeWithin(sample: TrainingSample, days: number, nowMs = Infinity): boolean | undefined {
  const untilMs = sample.atMs + days * DAY_MS;
  // Not even what was reached is counted before the whole time is over: it would count for too much.
  if (untilMs > nowMs || untilMs > sample.knownMs) return undefined;
  return sample.reachedMs <= untilMs;
}

export function* baseRatesOf(samples: readonly TrainingSample[], nowMs: number): Generator<void, BaseRates> {
  const counts = HORIZONS_DAYS.map(() => SHARE_ENDS.map(() => ({ cases: PRIOR_CASES, reached: 1 })));
  yield* eachPaced(samples, (sample) => {
    if (!sample.even || sample.atMs >= nowMs) return;
    for (const [at, days] of HORIZONS_DAYS.entries()) {
      const outcome = outcomeWithin(sample, days, nowMs);
      if (outcome === undefined) break;
      const count = counts[at]![shareBand(sample.share)]!;
      count.cases += 1;
      if (outcome) count.reached += 1;
    }
  });
  return Object.fromEntries(
    HORIZONS_DAYS.map((days, at) => [
      days,
      counts[at]!.map(({ cases, reached }) => rounded(reached / cases)),
    ]),
  ) as unknown as BaseRates;
}

/** For how many prices it is known whether they fell a little within each horizon: each has one such target. */
export function* outcomesOf(
  samples: readonly TrainingSample[],
  nowMs: number,
): Generator<void, Record<HorizonDays, number>> {
  const outcomes: Record<HorizonDays, number> = { 7: 0, 14: 0, 30: 0, 60: 0 };
  yield* eachPaced(samples, (sample) => {
    if (!sample.even || shareBand(sample.share) < SHARE_ENDS.length - 1) return;
    for (const days of HORIZONS_DAYS)
      if (outcomeWithin(sample, days, nowMs) !== undefined) outcomes[days] += 1;
  });
  return outcomes;
}

export const baseRate = (rates: BaseRates, share: number, days: HorizonDays): number =>
  rates[days][shareBand(share)]!;

const rounded = (rate: number): number => Math.round(rate * 1e5) / 1e5;
