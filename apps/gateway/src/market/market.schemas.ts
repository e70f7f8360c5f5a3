import { z } from 'zod';
import { Amount, checkSpan, CurrencyCode, CurrencyInput, PriceTime, Time } from '../http/shapes.ts';

export const MarketQuery = z
  .strictObject({
    category: z.string().min(1).max(200).optional().meta({
      description: 'The name of any level of its path, whatever its letters’ case.',
      example: 'Headphones',
    }),
    brand: z.string().min(1).max(200).optional(),
    source: z.string().min(1).max(64).optional(),
    currency: CurrencyInput.optional().meta({
      description: 'Prices are not converted: without it that of most listings.',
    }),
    from: PriceTime.optional().meta({
      description: 'A year before `to` unless given; whole weeks are told.',
    }),
    to: PriceTime.optional(),
    format: z.enum(['json', 'svg', 'png']).default('json'),
    chart: z.enum(['index', 'drops', 'movers']).default('index').meta({ description: 'Which picture.' }),
    width: z.coerce.number().int().min(600).max(1_600).default(900),
  })
  .check(checkSpan('to'));
export type MarketQuery = z.infer<typeof MarketQuery>;

const offer = {
  productId: z.uuid(),
  offerId: z.uuid(),
  source: z.string(),
  product: z.string(),
  title: z.string().nullable(),
};

const MarketEventView = z
  .object({
    ...offer,
    at: Time,
    price: Amount,
    reference: Amount.meta({ description: 'Of a drop the prior price, of a low the lowest price before.' }),
    percent: z.number().meta({ description: 'Below the reference.' }),
  })
  .meta({ id: 'MarketEvent' });

const MarketMoverView = z
  .object({ ...offer, from: Amount, to: Amount, percent: z.number() })
  .meta({ id: 'MarketMover' });

export const MarketReportView = z
  .object({
    from: Time,
    to: Time,
    currency: CurrencyCode.nullable().meta({ description: 'Null while there is no price at all.' }),
    currencies: z.array(z.object({ currency: CurrencyCode, offers: z.int() })).meta({
      description: 'Those that there is a report in, most offers first. An offer may have prices in several.',
    }),
    offers: z.int(),
    index: z.object({
      period: z.enum(['week', 'month']),
      method: z.string(),
      points: z.array(
        z.object({
          startsAt: Time,
          value: z
            .number()
            .nullable()
            .meta({ description: '100 at the beginning; null: nothing to compare.' }),
          matched: z.int().meta({ description: 'Offers with a price in this period and in the one before.' }),
        }),
      ),
    }),
    discounts: z
      .object({
        method: z.string(),
        claimed: z.int(),
        fake: z.int(),
        exaggerated: z.int(),
        unknown: z.int(),
        fakeShare: z.number().nullable(),
      })
      .meta({
        description:
          'Offers times weeks with a claimed discount of 5 % or more: fake when no cheaper than the lowest price of the ' +
          '30 days before or reduced more than 90 days ago, exaggerated when less than half of the claim is saved, unknown ' +
          'without such a price.',
      }),
    drops: z.array(MarketEventView),
    newLows: z.object({ count: z.int(), items: z.array(MarketEventView) }),
    up: z.array(MarketMoverView),
    down: z.array(MarketMoverView),
  })
  .meta({ id: 'MarketReport' });
export type MarketReportView = z.infer<typeof MarketReportView>;
