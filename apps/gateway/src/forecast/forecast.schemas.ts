import { z } from 'zod';
import { Amount, CurrencyCode, Time } from '../http/shapes.ts';

export const ForecastQuery = z.strictObject({
  target: z.string().max(32).optional().meta({
    description:
      'A price in the currency of the product, whose chance is told. By default the lowest so far, or 10 % below the price.',
    example: '9.99',
  }),
});
export type ForecastQuery = z.infer<typeof ForecastQuery>;

const Evaluation = z
  .object({
    cases: z.int(),
    brier: z.number(),
    brierOfBaseRate: z.number(),
    skill: z.number().meta({ description: '1 is perfect, 0 as good as the base rate.' }),
    calibrationError: z.number(),
  })
  .meta({ description: 'Of the model, on days that it had not been trained on.' });

export const ForecastView = z
  .object({
    productId: z.uuid(),
    offerId: z.uuid(),
    observedAt: Time,
    price: Amount,
    currency: CurrencyCode,
    target: Amount,
    advice: z.object({ verdict: z.enum(['buy', 'wait', 'either']), why: z.string() }),
    horizons: z.array(
      z.object({
        days: z.int(),
        probability: z
          .number()
          .meta({ description: 'That the price is at or below the target at some time within the days.' }),
        baseRate: z.number().meta({ description: 'The same of prices in general.' }),
        undercut: z.number().meta({ description: 'That the price falls by more than 2 %.' }),
        expectedLow: Amount,
        low: Amount.meta({
          description:
            'At most one time in ten the lowest price is below this, unless this is the lowest price that anything is known of: then it may be below more often.',
        }),
        high: Amount.meta({ description: 'At most one time in ten the lowest price is above this.' }),
        method: z.enum(['model', 'base-rate']),
        evaluation: Evaluation.nullable(),
      }),
    ),
    model: z.object({ version: z.string(), trainedUntil: Time.nullable(), cases: z.int() }),
  })
  .meta({ id: 'Forecast' });
export type ForecastView = z.infer<typeof ForecastView>;

export const TrainingRequested = z.object({ requestedAt: Time });

export const TrainingList = z.object({
  items: z.array(
    z.object({
      accountId: z.uuid(),
      state: z.enum(['waiting', 'running', 'trained', 'failed']),
      progress: z.number().meta({ description: '0 to 1.' }),
      version: z.string().nullable(),
      trainedAt: Time.nullable(),
      cases: z.int(),
      problem: z.string().nullable(),
      evaluation: z.array(
        Evaluation.extend({
          days: z.int(),
          trust: z.number().meta({ description: '0: the base rate answers; 1: the model alone.' }),
        }),
      ),
    }),
  ),
  next: z.null(),
});
