import { z } from 'zod';
import { AccountId, Currency, Instant, MinorAmount, ProductId } from './ids.ts';
import { query } from './query.ts';

const Probability = z.number().min(0).max(1);

/** How a model did on days that it had not been trained on. */
export const ForecastEvaluation = z.object({
  cases: z.int(),
  brier: z.number(),
  brierOfBaseRate: z.number(),
  /** 1 is perfect, 0 as good as the base rate. */
  skill: z.number(),
  calibrationError: z.number(),
});

export const ForecastHorizon = z.object({
  days: z.int(),
  /** That the price is at or below the target at some time within the days. */
  probability: Probability,
  /** The same for prices in general, without looking at this one. */
  baseRate: Probability,
  /** That the price falls by more than 2 %; 0 of a price of 0. */
  undercut: Probability,
  /**
   * The lowest price to expect within the days: the median of what it will be. Eight times in ten or more it will lie from
   * `lowMinor` to `highMinor`, or lower still where `lowMinor` is the lowest price that anything is known of.
   */
  expectedLowMinor: MinorAmount,
  lowMinor: MinorAmount,
  highMinor: MinorAmount,
  /** `base-rate` where the model is no better as far as its past can tell, or was not yet judged: `probability` is `baseRate` then. */
  method: z.enum(['model', 'base-rate']),
  evaluation: ForecastEvaluation.nullable(),
});
export type ForecastHorizon = z.infer<typeof ForecastHorizon>;

export const Forecast = z.object({
  productId: ProductId,
  offerId: z.uuid(),
  observedAt: Instant,
  priceMinor: MinorAmount,
  currency: Currency,
  /** Asked for, or the lowest price so far, or 10 % below the price where that is the lowest. */
  targetMinor: MinorAmount,
  /** Those that the outcome of enough prices is known for: of others there is nothing to base a number on. */
  horizons: z.array(ForecastHorizon),
  /** `either` where the base rate answers, of a price without a score, and of what was sold out or not seen for long. */
  advice: z.object({ verdict: z.enum(['buy', 'wait', 'either']), why: z.string() }),
  model: z.object({ version: z.string(), trainedUntil: Instant.nullable(), cases: z.int() }),
});
export type Forecast = z.infer<typeof Forecast>;

export const GetForecast = query('scoring.get-forecast', {
  summary: 'What is to be expected of the price of a listing; null while it has none.',
  request: z.object({ accountId: AccountId, productId: ProductId, targetMinor: MinorAmount.optional() }),
  response: z.object({ forecast: Forecast.nullable() }),
});

export const ForecastTraining = z.object({
  accountId: AccountId,
  state: z.enum(['waiting', 'running', 'trained', 'failed']),
  /** 0 to 1, of the run that is under way or was the last. */
  progress: Probability,
  version: z.string().nullable(),
  /** When the run began that it was trained by: it knows of nothing later. */
  trainedAt: Instant.nullable(),
  cases: z.int(),
  problem: z.string().nullable(),
  evaluation: z.array(ForecastEvaluation.extend({ days: z.int(), trust: z.number() })),
});
export type ForecastTraining = z.infer<typeof ForecastTraining>;

export const TrainForecasts = query('scoring.train-forecasts', {
  summary: 'Has all forecast models trained anew, beginning within seconds.',
  request: z.object({}),
  response: z.object({ requestedAt: Instant }),
});

export const ListForecastTrainings = query('scoring.list-forecast-trainings', {
  summary: 'The forecast models, how far their training is, and how they did.',
  request: z.object({}),
  response: z.object({ trainings: z.array(ForecastTraining) }),
});
