import { z } from 'zod';
import { event } from './event.ts';
import {
  AccountId,
  Availability,
  Condition,
  Currency,
  Instant,
  MinorAmount,
  Mode,
  ProductCode,
  ProductId,
  SourceName,
} from './ids.ts';
import { QuarantinedObservation, SourcePolicy } from './observation.ts';
import { query } from './query.ts';

/** Windows of days whose lowest price a watch can ask for. */
export const LOW_DAYS = ['7', '30', '90', '180', '365'] as const;
const LowDays = z.enum(LOW_DAYS);

/** One price, stored and judged against what was known of its offer just before. */
export const ScoredDeal = z.object({
  productId: ProductId,
  offerId: z.uuid(),
  product: ProductCode,
  seller: z.string().optional(),
  condition: Condition.optional(),
  observedAt: Instant,
  priceMinor: MinorAmount,
  currency: Currency,
  listPriceMinor: MinorAmount.optional(),
  availability: Availability.optional(),
  /**
   * The price before, of the same offer and currency by event time; absent for the first. A product that is sold out
   * changes no price: what is told then is the price before as well, and once it is back the last one that it could be
   * bought at is.
   */
  previousPriceMinor: MinorAmount.optional(),
  previousAvailability: Availability.optional(),
  /** The lowest price of the same offer and currency before this one. */
  lowestBeforeMinor: MinorAmount.optional(),
  /** 0 to 100; absent while there is too little history. */
  score: z.number().min(0).max(100).optional(),
  previousScore: z.number().min(0).max(100).optional(),
  /** Shipping where the source says it; the landed price is price plus shipping. */
  shippingMinor: MinorAmount.optional(),
  /** Time-weighted median of the 90 days before this price; absent while too little is known. */
  usualPriceMinor: MinorAmount.optional(),
  /** Lowest price of the days before this one, by number of days; a window that history does not fill is left out. */
  lowestBeforeMinorByDays: z.partialRecord(LowDays, MinorAmount).optional(),
  /** Against the lowest price of the 30 days before (the EU's rule), in percent; negative when above it, absent where that was 0. */
  realDiscountPercent: z.number().optional(),
  previousRealDiscountPercent: z.number().optional(),
  /** Far below everything known and confirmed by a second reading or source: told first. */
  priceError: z.literal(true).optional(),
  /** Older than the newest of its offer: stored, counted in statistics, raises nothing. */
  late: z.literal(true).optional(),
});
export type ScoredDeal = z.infer<typeof ScoredDeal>;

export const DealsScored = event('scoring.deals-scored.v1', {
  summary: 'Prices were stored in the history and scored.',
  data: z.object({
    source: SourceName,
    mode: Mode,
    deals: z.array(ScoredDeal).min(1).max(100),
    /** Of the source; where `mayAlert` is false these prices alert nobody. */
    policy: SourcePolicy.optional(),
  }),
  orderKeys: (data) => [...new Set(data.deals.map((deal) => deal.productId))],
});

export const HistoryQuarantined = event('scoring.observations-quarantined.v1', {
  summary: 'Observations were set apart when judged against the history.',
  data: z.object({
    source: SourceName,
    mode: Mode,
    observations: z.array(QuarantinedObservation).min(1).max(200),
  }),
});

/** Statistics of one window, time-weighted: each price counts for as long as it was in force. */
export const PriceStatistics = z.object({
  window: z.enum(['30d', '90d', '365d', 'all']),
  observations: z.int(),
  lowMinor: MinorAmount,
  highMinor: MinorAmount,
  medianMinor: MinorAmount,
  p10Minor: MinorAmount,
  p25Minor: MinorAmount,
  p75Minor: MinorAmount,
  p90Minor: MinorAmount,
});
export type PriceStatistics = z.infer<typeof PriceStatistics>;

export const DealFactor = z.object({
  name: z.string(),
  /** 0 to 100, how good this factor alone says the deal is; null when it cannot be told. */
  value: z.number().nullable(),
  /** Share of the score after missing factors' weight was shared out; all together 1. */
  weight: z.number(),
  why: z.string(),
});
export type DealFactor = z.infer<typeof DealFactor>;

const Sentence = z.string();

/** What repeats itself in the prices of the last two years; null where nothing does or too little is known. */
export const DealPatterns = z.object({
  /** Times at least 10 % below the price before them that were over within 30 days, or may still be. */
  sales: z.object({
    count: z.int(),
    /** Median length of those that ended and whose first and last day are known. */
    lastDays: z.int().nullable(),
    /** Median time from one's beginning to the next one's. */
    everyDays: z.int().nullable(),
    /** 0: it is on sale, or would be if it were in stock. */
    daysSinceLast: z.int().nullable(),
    why: Sentence,
  }),
  /** On which the price mostly falls, in UTC. */
  weekday: z.object({ day: z.string(), share: z.number(), why: Sentence }).nullable(),
  /** The month that is cheapest beside the months around it: below those before it, and below those after it. */
  month: z.object({ month: z.string(), belowPercent: z.number(), why: Sentence }).nullable(),
  /** Time-weighted standard deviation in percent of the mean. */
  volatilityPercent: z.number().nullable(),
  changesPer30Days: z.number().nullable(),
  /** Sellers that undercut each other within 14 days. */
  priceWar: z.object({ sellers: z.int(), undercuts: z.int(), why: Sentence }).nullable(),
});
export type DealPatterns = z.infer<typeof DealPatterns>;

export const Deal = z.object({
  productId: ProductId,
  offerId: z.uuid(),
  observedAt: Instant,
  priceMinor: MinorAmount,
  currency: Currency,
  listPriceMinor: MinorAmount.nullable(),
  availability: Availability.nullable(),
  score: z.number().nullable(),
  /** How the score is made: weights are the same for all data. */
  scoreVersion: z.string().optional(),
  /** 0 to 1, grows with the history: its length, but no more than a day for each observation. */
  confidence: z.number(),
  /** Why there is no score, when there is none. */
  scoreMissing: z.string().nullable(),
  factors: z.array(DealFactor),
  discount: z.object({
    claimedPercent: z.number().nullable(),
    /** Null without an earlier price, and where the lowest of the 30 days before was 0. */
    realPercent: z.number().nullable(),
    /** How the real discount was found, with its version. */
    method: z.string(),
    /** Against the usual price; negative when dearer. */
    usualPercent: z.number().nullable().optional(),
    usualMethod: z.string().optional(),
    /** Whether anybody was ever asked the list price. */
    listPrice: z.enum(['inflated', 'plausible', 'unknown']).optional(),
    listPriceWhy: Sentence.optional(),
  }),
  /** Told when one listing is asked for. */
  patterns: DealPatterns.optional(),
  previousPriceMinor: MinorAmount.nullable(),
  statistics: z.array(PriceStatistics),
  traceId: z.string(),
});
export type Deal = z.infer<typeof Deal>;

export const GetDeals = query('scoring.get-deals', {
  summary: 'Current price, score with factors, and statistics of listings; unknown ones are left out.',
  request: z.object({ accountId: AccountId, productIds: z.array(ProductId).min(1).max(200) }),
  response: z.object({ deals: z.array(Deal) }),
});

const Counted = {
  /** Times that it would have spoken. */
  times: z.int(),
  lastAt: Instant.nullable(),
  /** Days that were looked at for each time; null below two times, which make no rhythm. */
  everyDays: z.int().nullable(),
  why: Sentence,
} as const;

/** What watches on a product would have done in its past, two years of it at most. */
export const ThresholdAdvice = z.object({
  productId: ProductId,
  offerId: z.uuid(),
  currency: Currency,
  priceMinor: MinorAmount,
  /** Days of history that were looked at. */
  days: z.int(),
  /** "Below this price", from high to low. */
  prices: z.array(z.object({ priceMinor: MinorAmount, ...Counted })),
  /** "Falls by so many percent at once". */
  drops: z.array(z.object({ percent: z.number(), ...Counted })),
  /** Of exactly the watches that were asked for, in their order. */
  asked: z
    .object({
      /** Of those days. */
      lowestMinor: MinorAmount,
      largestDropPercent: z.number(),
      prices: z.array(z.object({ priceMinor: MinorAmount, ...Counted, timesLately: z.int() })),
      drops: z.array(z.object({ percent: z.number(), ...Counted, timesLately: z.int() })),
    })
    .optional(),
  /**
   * The lowest price that came more than once, often enough to wait for, and within the last 180 days, without those that the
   * price has been below for longer than it mostly stays there; null where there is none.
   */
  recommended: z.object({ priceMinor: MinorAmount, why: Sentence }).nullable(),
});
export type ThresholdAdvice = z.infer<typeof ThresholdAdvice>;

/** A similar listing that can be bought now, in the same condition. */
export const Alternative = z.object({
  productId: ProductId,
  source: SourceName,
  product: ProductCode,
  title: z.string().nullable(),
  priceMinor: MinorAmount,
  score: z.number().nullable(),
  by: z.enum(['category', 'brand']),
  /** Words in common of all words of both titles, 0 to 1. */
  likeness: z.number(),
  why: Sentence,
});
export type Alternative = z.infer<typeof Alternative>;

/** Days before the newest observation whose times are told apart as `timesLately`. */
export const LATELY_DAYS = 90;

export const GetThresholdAdvice = query('scoring.get-threshold-advice', {
  summary: 'Which price or drop would have fired how often in the past of a listing, and similar listings.',
  request: z.object({
    accountId: AccountId,
    productId: ProductId,
    /** Watches whose past is asked for: below these prices, in the currency of the newest observation. */
    prices: z.array(MinorAmount).max(20).optional(),
    /** And on falls by so many percent at once. */
    drops: z.array(z.number().gt(0).max(100)).max(20).optional(),
  }),
  response: z.object({ advice: ThresholdAdvice.nullable(), alternatives: z.array(Alternative).max(10) }),
});

export const ListConflicts = query('scoring.list-quarantined', {
  summary: 'Observations set apart when judged against the history, newest first.',
  request: z.object({
    accountId: AccountId,
    limit: z.int().min(1).max(200),
    cursor: z.string().max(500).optional(),
  }),
  response: z.object({
    items: z.array(
      QuarantinedObservation.extend({ source: SourceName, quarantinedAt: Instant, traceId: z.string() }),
    ),
    next: z.string().nullable(),
  }),
});
