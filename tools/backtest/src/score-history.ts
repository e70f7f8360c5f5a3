import { dealScore, isBelowUsual, measureDeal } from '@souk/scoring/judging';
import type { Scored } from './compare.ts';
import { ForecastJudge, type ForecastResult } from './predictions.ts';
import { isForChoosing, type Observed, type Series } from './series.ts';
import { samplesOf, walk } from './walk.ts';

/** A history as Souk would have judged it, day by day. */
export interface ScoredHistory {
  scored: Scored[];
  forecasts: ForecastResult[];
}

export interface ScoreOptions {
  /** What prices really were, by key, where readings were made wrong: alerts are judged by it, and forecasts left out. */
  truths?: ReadonlyMap<string, readonly Observed[]> | undefined;
  onProgress?: (day: string, share: number) => void;
}

/**
 * Scores every observation with what was known when it came. A price that is not below the usual one scores 0 here: it
 * alerts nobody, at any threshold. Forecasts are judged on the products that no setting was chosen on, where there are any.
 */
export function scoreHistory(
  series: readonly Series[],
  { truths, onProgress }: ScoreOptions = {},
): ScoredHistory {
  const scored = series.map((one): Scored => {
    const truth = truths?.get(one.key);
    const scores = new Float64Array(one.observed.length).fill(Number.NaN);
    return { series: one, scores, ...(truth && { truth }) };
  });
  const samples = truths ? [] : samplesOf(series);
  const quoted = series.filter((one) => !isForChoosing(one));
  const forecasts = new ForecastJudge(truths ? [] : samplesOf(quoted.length > 0 ? quoted : series));
  walk(series, samples, {
    onObservation: ({ series: at, index, timeline }) => {
      const measures = measureDeal(timeline);
      const score = dealScore(measures);
      const isOffer = isBelowUsual(measures);
      if (score !== undefined && isOffer !== undefined) scored[at]!.scores[index] = isOffer ? score : 0;
    },
    onModel: (model, untilMs) => forecasts.judge(model, untilMs),
    ...(onProgress && { onProgress }),
  });
  return { scored, forecasts: forecasts.results() };
}
