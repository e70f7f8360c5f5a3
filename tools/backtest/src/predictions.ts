import {
  baseRate,
  calibrationBins,
  evaluate,
  type ForecastModel,
  HORIZONS_DAYS,
  type HorizonDays,
  outcomeWithin,
  type Prediction,
  probabilityOf,
  type TrainingSample,
} from '@souk/scoring/judging';

/** How forecasts of one horizon did on days that their models had not been trained on. */
export interface ForecastResult {
  days: HorizonDays;
  evaluation: NonNullable<ReturnType<typeof evaluate>>;
  bins: ReturnType<typeof calibrationBins>;
  /** Percent of the predictions that the base rate answered, since no model had earned trust. */
  byBaseRate: number;
}

/** Asks each model about the even days that follow its training, and compares what it said with what came. */
export class ForecastJudge {
  private readonly predictions = new Map<HorizonDays, Prediction[]>(HORIZONS_DAYS.map((days) => [days, []]));
  private readonly samples: readonly TrainingSample[];
  private readonly untrusted = new Map<HorizonDays, number>();
  private next = 0;

  constructor(samples: readonly TrainingSample[]) {
    this.samples = samples;
  }

  /** All samples up to a time, none twice. What a model was not evaluated for before, it is not asked. */
  judge(model: ForecastModel, untilMs: number): void {
    for (; this.next < this.samples.length && this.samples[this.next]!.atMs < untilMs; this.next += 1) {
      const sample = this.samples[this.next]!;
      if (!sample.even) continue;
      for (const days of HORIZONS_DAYS) {
        const came = outcomeWithin(sample, days);
        if (came === undefined) break;
        if (!model.evaluation[days]) continue;
        if (model.trust[days] === 0) this.untrusted.set(days, (this.untrusted.get(days) ?? 0) + 1);
        this.predictions.get(days)!.push({
          probability: probabilityOf(model, sample.input, sample.share, days),
          base: baseRate(model.baseRates, sample.share, days),
          came,
        });
      }
    }
  }

  results(): ForecastResult[] {
    return HORIZONS_DAYS.flatMap((days) => {
      const predictions = this.predictions.get(days)!;
      const evaluation = evaluate(predictions);
      if (!evaluation) return [];
      const byBaseRate = (100 * (this.untrusted.get(days) ?? 0)) / predictions.length;
      return [{ days, evaluation, bins: calibrationBins(predictions), byBaseRate }];
    });
  }
}
