import { z } from 'zod';
import { AccountId, Currency, Instant, MinorAmount, ProductCode, ProductId, SourceName } from './ids.ts';
import { query } from './query.ts';

const MarketOffer = z.object({
  productId: ProductId,
  offerId: z.uuid(),
  source: SourceName,
  product: ProductCode,
  title: z.string().nullable(),
});

/** A reduction against its prior price, or a price lower than all before: `referenceMinor` is what it is compared with. */
export const MarketEvent = MarketOffer.extend({
  at: Instant,
  priceMinor: MinorAmount,
  referenceMinor: MinorAmount,
  percent: z.number(),
});

/** From the first to the last week of the report. */
export const MarketMover = MarketOffer.extend({
  fromMinor: MinorAmount,
  toMinor: MinorAmount,
  percent: z.number(),
});

export const MarketReport = z.object({
  /** Whole weeks, from a Monday on. */
  from: Instant,
  to: Instant,
  /** Prices are not converted: a report is of one currency, that of most offers unless asked for. */
  currency: Currency.nullable(),
  currencies: z.array(z.object({ currency: Currency, offers: z.int() })),
  offers: z.int(),
  index: z.object({
    period: z.enum(['week', 'month']),
    method: z.string(),
    /** 100 at the beginning; null where nothing could be compared. */
    points: z.array(z.object({ startsAt: Instant, value: z.number().nullable(), matched: z.int() })),
  }),
  discounts: z.object({
    method: z.string(),
    /** Offers times weeks with a claimed discount of at least 5 % and a known prior price. */
    claimed: z.int(),
    fake: z.int(),
    exaggerated: z.int(),
    unknown: z.int(),
    /** Null without claims. */
    fakeShare: z.number().nullable(),
  }),
  drops: z.array(MarketEvent).max(20),
  newLows: z.object({ count: z.int(), items: z.array(MarketEvent).max(20) }),
  up: z.array(MarketMover).max(10),
  down: z.array(MarketMover).max(10),
});
export type MarketReport = z.infer<typeof MarketReport>;

export const GetMarketReport = query('scoring.get-market-report', {
  summary: 'Drops, discounts, price index, lows and movers of the listings of a category, brand or source.',
  request: z.object({
    accountId: AccountId,
    /** The name of any level of the path. */
    category: z.string().min(1).max(200).optional(),
    brand: z.string().min(1).max(200).optional(),
    source: z.string().min(1).max(64).optional(),
    currency: Currency.optional(),
    from: Instant,
    to: Instant,
  }),
  response: MarketReport,
  deadlineMs: 20_000,
});
