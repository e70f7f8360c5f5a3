import { z } from 'zod';
import { Amount, CurrencyCode, Time } from '../http/shapes.ts';

const counted = {
  times: z.int().meta({ description: 'How often it would have spoken.' }),
  lastAt: Time.nullable(),
  everyDays: z.int().nullable().meta({ description: 'Null below two times, which make no rhythm.' }),
  why: z.string(),
};

export const AdviceView = z
  .object({
    price: Amount.nullable().meta({ description: 'The present price; null while there is none.' }),
    currency: CurrencyCode.nullable(),
    days: z.int().meta({ description: 'Days of history that were looked at, two years at most.' }),
    prices: z
      .array(z.object({ priceBelow: Amount, ...counted }))
      .meta({ description: 'Watches on a price, from high to low.' }),
    drops: z
      .array(z.object({ dropPercent: z.number(), ...counted }))
      .meta({ description: 'Watches on a fall at once.' }),
    recommended: z
      .object({ priceBelow: Amount, why: z.string() })
      .nullable()
      .meta({
        description:
          'The lowest price that came more than once, often enough to wait for, and within the last 180 days; ' +
          'none that the price has been below for longer than it mostly stays there.',
      }),
    alternatives: z
      .array(
        z.object({
          productId: z.uuid(),
          source: z.string(),
          product: z.string(),
          title: z.string().nullable(),
          price: Amount,
          currency: CurrencyCode,
          score: z.number().nullable(),
          by: z.enum(['category', 'brand']),
          likeness: z.number(),
          why: z.string(),
        }),
      )
      .meta({
        description:
          'Similar products that can be bought in the same currency and condition, the best deals first.',
      }),
  })
  .meta({ id: 'Advice' });
export type AdviceView = z.infer<typeof AdviceView>;
