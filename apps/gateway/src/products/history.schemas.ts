import { z } from 'zod';
import {
  Amount,
  checkSpan,
  CurrencyCode,
  CurrencyInput,
  cursorQuery,
  PriceTime,
  Time,
} from '../http/shapes.ts';

export const HistoryQuery = cursorQuery(
  {
    from: PriceTime.optional(),
    to: PriceTime.optional(),
    resolution: z.enum(['raw', 'day', 'week']).default('raw').meta({
      description: 'Every observation, or days or weeks (from Monday on) in UTC.',
    }),
    format: z.enum(['json', 'csv', 'svg', 'png']).default('json').meta({
      description:
        'Tables hold everything, whatever the limit; pictures show every change, whatever the resolution.',
    }),
    offer: z.uuid().optional().meta({
      description:
        'Of days, weeks and pictures: which offer of the product; the one that it is judged by unless given.',
    }),
    currency: CurrencyInput.optional().meta({
      description: 'Of days, weeks and pictures: this one alone. A picture shows the newest unless given.',
    }),
    width: z.coerce.number().int().min(600).max(1_600).default(900).meta({
      description: 'Of a picture; a PNG has twice as many pixels.',
    }),
  },
  1_000,
).check(checkSpan('to'));
export type HistoryQuery = z.infer<typeof HistoryQuery>;

export const HistoryPage = z
  .object({
    points: z
      .array(
        z
          .object({
            observedAt: Time,
            gapSince: Time.optional().meta({
              description:
                'When it was observed last before, where that is longer ago than usual: nobody knows the price in between.',
            }),
            price: Amount,
            currency: CurrencyCode,
            listPrice: Amount.optional(),
            availability: z.string().optional(),
            seller: z.string().optional(),
            condition: z.string().optional(),
            origin: z.enum(['posted', 'fetched', 'imported']),
            source: z.string().optional(),
            collectedAt: Time.optional().meta({ description: 'When it was posted or fetched.' }),
            fetchId: z.uuid().optional(),
            adapterVersion: z.string().optional(),
            offerId: z.uuid(),
            traceId: z.string(),
          })
          .meta({ id: 'PricePoint' }),
      )
      .meta({ description: 'Oldest first.' }),
    next: z.string().nullable(),
  })
  .meta({ id: 'HistoryPage' });
export type HistoryPage = z.infer<typeof HistoryPage>;

/** Prices of an offer by day or week. */
export const PriceSeriesView = z
  .object({
    resolution: z.enum(['day', 'week']),
    series: z.array(
      z
        .object({
          offerId: z.uuid(),
          currency: CurrencyCode,
          seller: z.string().nullable(),
          condition: z.string().nullable(),
          longestSilenceSeconds: z.int().meta({ description: 'A longer silence is a gap.' }),
          isCut: z.boolean().meta({ description: 'Older ones were left out: ask for them with `to`.' }),
          points: z.array(
            z.object({
              startsAt: Time,
              kind: z.enum(['observed', 'carried', 'gap']).meta({
                description:
                  '`carried`: nobody looked, and the price before is taken to be in force; `gap`: nobody knows.',
              }),
              low: Amount.nullable(),
              high: Amount.nullable(),
              close: Amount.nullable(),
              mean: Amount.nullable().meta({ description: 'Weighted by time, as is the median.' }),
              median: Amount.nullable(),
              listPrice: Amount.nullable(),
              availableShare: z.number().nullable(),
              observations: z.int(),
              isImported: z.boolean(),
            }),
          ),
        })
        .meta({ id: 'PriceSeries' }),
    ),
  })
  .meta({ id: 'PriceSeriesAnswer' });
export type PriceSeriesView = z.infer<typeof PriceSeriesView>;
