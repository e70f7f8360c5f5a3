import { z } from 'zod';
import { Currency } from './ids.ts';
import { query } from './query.ts';

/** Reference rates of one day: units of each currency for one unit of the base. */
export const ExchangeRates = z.object({
  /** The day the rates were published for: the one asked for, or the last before it. */
  day: z.iso.date(),
  base: Currency,
  /** Decimal texts by currency. */
  rates: z.record(Currency, z.string()),
  /** Who published them, to be named beside every converted amount. */
  origin: z.string(),
});
export type ExchangeRates = z.infer<typeof ExchangeRates>;

export const GetExchangeRates = query('ingestion.get-exchange-rates', {
  summary: 'Reference rates of a day, or of the last business day within a week before it.',
  request: z.object({ day: z.iso.date() }),
  /** Null: none were published within that week, or none are stored. */
  response: z.object({ exchangeRates: ExchangeRates.nullable() }),
});
