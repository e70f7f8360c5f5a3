import { DealPatterns, ProductFacts } from '@souk/contracts';
import { z } from 'zod';
import { Amount, CurrencyCode, cursorQuery, pageOf, Time } from '../http/shapes.ts';

export const OfferView = z
  .object({
    offerId: z.uuid(),
    seller: z.string().nullable(),
    condition: z.string().nullable(),
    price: Amount,
    currency: CurrencyCode,
    listPrice: Amount.nullable(),
    shipping: Amount.nullable(),
    availability: z.string().nullable(),
    observedAt: Time,
    origin: z.enum(['posted', 'fetched', 'imported']).optional().meta({
      description: '`posted` by an account, `fetched` from its source by Souk, `imported` from elsewhere.',
    }),
    collectedAt: Time.optional().meta({ description: 'When it was posted or fetched.' }),
    fetchId: z.uuid().optional(),
    adapterVersion: z.string().optional().meta({ example: 'page/1' }),
    attribution: z.string().optional().meta({ description: 'To be shown beside the price.' }),
    expiresAt: Time.optional().meta({ description: 'When it is deleted, as its source demands.' }),
  })
  .meta({ id: 'Offer' });
export type OfferView = z.infer<typeof OfferView>;

const factsWithoutTitle = ProductFacts.omit({ title: true });

export const DealSummary = z
  .object({
    score: z.number().nullable(),
    confidence: z.number(),
    realPercent: z.number().nullable(),
    claimedPercent: z.number().nullable(),
    previousPrice: Amount.nullable(),
    lowest: Amount.nullable().meta({ description: 'Lowest price ever seen.' }),
  })
  .meta({ id: 'DealSummary' });
export type DealSummary = z.infer<typeof DealSummary>;

export const ProductView = z
  .object({
    id: z.uuid(),
    source: z.string(),
    product: z.string(),
    title: z.string().nullable(),
    shared: z.boolean().meta({ description: 'Fetched by Souk for all accounts, not posted by this one.' }),
    facts: factsWithoutTitle,
    offer: OfferView.nullable().meta({ description: 'The current offer; null while there is no price.' }),
    deal: DealSummary.nullable()
      .optional()
      .meta({ description: 'With `include=deal`; null while there is no price.' }),
    freshness: z
      .object({
        ageSeconds: z.int().nullable(),
        stale: z.boolean().meta({ description: 'Older than asked for, or than stored prices should be.' }),
        reason: z.string().optional().meta({ description: 'Why it is no newer.' }),
      })
      .optional()
      .meta({ description: 'With `maxAge`, or when its source was asked.' }),
  })
  .meta({ id: 'Product' });
export type ProductView = z.infer<typeof ProductView>;

const MaxAge = z.coerce.number().int().min(0).max(31_536_000).optional().meta({
  description: 'Seconds: an older price is looked up at its source first, where that can be asked.',
});

export const ProductQuery = z.object({ maxAge: MaxAge });
export type ProductQuery = z.infer<typeof ProductQuery>;

export const ProductsQuery = cursorQuery({
  q: z.string().min(1).max(200).optional().meta({ description: 'Words of the title.' }),
  source: z.string().min(1).max(64).optional(),
  product: z.string().min(1).max(200).optional().meta({ description: "The shop's own code." }),
  include: z.literal('deal').optional(),
  maxAge: MaxAge,
});
export type ProductsQuery = z.infer<typeof ProductsQuery>;
export const ProductPage = pageOf(ProductView).meta({ id: 'ProductPage' });

export const DealView = z
  .object({
    productId: z.uuid(),
    offerId: z.uuid(),
    price: Amount,
    currency: CurrencyCode,
    listPrice: Amount.nullable(),
    previousPrice: Amount.nullable(),
    availability: z.string().nullable(),
    observedAt: Time,
    score: z.number().nullable().meta({ description: '0 to 100; null while there is too little history.' }),
    scoreVersion: z.string().optional().meta({ example: 'souk-score-6' }),
    scoreMissing: z.string().nullable().meta({ description: 'Why there is no score.' }),
    confidence: z.number().meta({
      description: '0 to 1, grows with the history: its length, but no more than a day for each observation.',
    }),
    factors: z.array(
      z.object({ name: z.string(), value: z.number().nullable(), weight: z.number(), why: z.string() }),
    ),
    discount: z.object({
      claimedPercent: z.number().nullable(),
      realPercent: z.number().nullable().meta({
        description:
          'Against the lowest price of the 30 days before; negative when dearer, null without an earlier price or where that was 0.',
      }),
      method: z.string().meta({ description: 'How `realPercent` was found, with its version.' }),
      usualPercent: z
        .number()
        .nullable()
        .optional()
        .meta({ description: 'Against the usual price; negative when dearer.' }),
      usualMethod: z.string().optional(),
      listPrice: z
        .enum(['inflated', 'plausible', 'unknown'])
        .optional()
        .meta({ description: 'Whether anybody was ever asked the list price.' }),
      listPriceWhy: z.string().optional(),
    }),
    patterns: DealPatterns.optional().meta({
      description: 'What repeats itself in the prices of the last two years.',
    }),
    statistics: z.array(
      z.object({
        window: z.enum(['30d', '90d', '365d', 'all']),
        observations: z.int(),
        low: Amount,
        high: Amount,
        median: Amount,
        p10: Amount,
        p25: Amount,
        p75: Amount,
        p90: Amount,
      }),
    ),
    traceId: z.string(),
  })
  .meta({ id: 'Deal' });
export type DealView = z.infer<typeof DealView>;
