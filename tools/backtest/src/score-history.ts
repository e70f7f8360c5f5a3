import { dealScore, isBelowUsual, measureDeal } from '@souk/scoring/judging';
import type { Scored } from './compare.ts';
import { ForecastJudge, type ForecastResult } from './predictions.ts';
import { isForChoosing, type Series } from './series.ts';
import { samplesOf, walk } from './walk.ts';

/** A history as Souk would have judged it, day by day. */
export interface ScoredHistory {
  scored: Scored[];
  forecasts: ForecastResult[];
}

/**
 * Scores every observation with what was known when it came. A price that is not below the usual one scores 0 here: it
 * alerts nobody, at any threshold. Forecasts are judged on the products that no setting was chosen on, where there are any.
 */
export function scoreHistory(
  series: readonly Series[],
  onProgress?: (day: string, share: number) => void,
): ScoredHistory {
  const scored = series.map((one) => ({
    series: one,
    scores: new Float64Array(one.observed.length).fill(Number.NaN),
  }));
  const samples = samplesOf(series);
  const quoted = series.filter((one) => !isForChoosing(one));
  const forecasts = new ForecastJudge(samplesOf(quoted.length > 0 ? quoted : series));
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
