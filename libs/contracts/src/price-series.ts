import { z } from 'zod';
import { AccountId, Condition, Currency, Instant, MinorAmount, ProductId } from './ids.ts';
import { query } from './query.ts';

const Listing = {
  accountId: AccountId,
  productId: ProductId,
  /** The offer observed last unless given. */
  offerId: z.uuid().optional(),
  from: Instant.optional(),
  to: Instant.optional(),
};

/** Days or weeks of a series that are told at most: eight years of days. */
export const MAX_BUCKETS = 3_000;

/**
 * One day or week (Monday to Sunday) in UTC. Prices count for as long as they were in force.
 * `observed`: somebody looked; `carried`: nobody did, and the price before is taken to be still in force since the
 * silence is no longer than usual; `gap`: nobody knows, and all prices are null.
 */
export const PriceBucket = z.object({
  startsAt: Instant,
  kind: z.enum(['observed', 'carried', 'gap']),
  observations: z.int(),
  lowMinor: MinorAmount.nullable(),
  highMinor: MinorAmount.nullable(),
  closeMinor: MinorAmount.nullable(),
  /** Time-weighted, rounded to the minor unit. */
  meanMinor: MinorAmount.nullable(),
  /** Time-weighted: the smallest price that the price did not exceed for half of the time. */
  medianMinor: MinorAmount.nullable(),
  /** The last one that was stated. */
  listPriceMinor: MinorAmount.nullable(),
  /** Share of the time it could be bought, 0 to 1; null where nobody said. */
  availableShare: z.number().min(0).max(1).nullable(),
  /** All observations came from a backfill. */
  isImported: z.boolean(),
});
export type PriceBucket = z.infer<typeof PriceBucket>;

const Series = {
  offerId: z.uuid(),
  currency: Currency,
  seller: z.string().nullable(),
  condition: Condition.nullable(),
};

export const GetPriceSeries = query('scoring.get-price-series', {
  summary: 'Prices of an offer by day or week, one series for each currency, gaps told as such.',
  request: z.object({ ...Listing, resolution: z.enum(['day', 'week']) }),
  response: z.object({
    series: z.array(
      z.object({
        ...Series,
        /** A silence longer than this is a gap. */
        longestSilenceMs: z.int(),
        buckets: z.array(PriceBucket).max(MAX_BUCKETS),
        /** Older ones were left out: ask for them with `to`. */
        isCut: z.boolean(),
      }),
    ),
  }),
});
export type PriceSeries = z.infer<typeof GetPriceSeries.response>['series'][number];

const PricePlace = z.object({ priceMinor: MinorAmount, observedAt: Instant });

/** What a chart of prices is drawn from: changes only, thinned to what can be seen, and the gaps between them. */
export const PriceChartData = z.object({
  ...Series,
  points: z
    .array(
      z.object({
        at: Instant,
        priceMinor: MinorAmount,
        listPriceMinor: MinorAmount.nullable(),
        isAvailable: z.boolean().nullable(),
        isImported: z.boolean(),
      }),
    )
    .max(4_000),
  gaps: z.array(z.object({ from: Instant, to: Instant })).max(4_000),
  /** Until when the last price is taken to be in force, or where the gap after it ends. */
  to: Instant,
  /** Of the whole history, whatever part is shown. */
  lowest: PricePlace,
  /** Of the last 365 days before the newest observation; null while less than a week is known. */
  usual: z
    .object({
      lowMinor: MinorAmount,
      medianMinor: MinorAmount,
      highMinor: MinorAmount,
      /** How many days they are of, where the history is shorter than the 365. */
      days: z.int().optional(),
    })
    .nullable(),
});
export type PriceChartData = z.infer<typeof PriceChartData>;

export const GetPriceChart = query('scoring.get-price-chart', {
  summary: 'What a chart of an offer’s prices is drawn from, in the currency observed last.',
  request: z.object({ ...Listing, currency: Currency.optional() }),
  response: z.object({ chart: PriceChartData.nullable() }),
});
