import { BaseConfig } from '@souk/service';
import { z } from 'zod';

/** Settings of scoring, beside those of every service. */
export const ScoringConfig = BaseConfig.extend({
  /** Offers whose history is kept in memory, about 1.5 KB each beside its runs. */
  SOUK_HISTORY_CACHE_OFFERS: z.coerce.number().int().min(100).max(10_000_000).default(50_000),
  /** Price changes of all these offers together, 40 to 60 bytes each; an offer itself counts as 40. */
  SOUK_HISTORY_CACHE_RUNS: z.coerce.number().int().min(100_000).max(500_000_000).default(3_000_000),
  /** Observations set apart because they contradict the history are kept this long. */
  SOUK_QUARANTINE_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
  /** How often prices that their source lets nobody keep any longer are deleted. */
  SOUK_EXPIRY_INTERVAL_MS: z.coerce.number().int().min(50).max(3_600_000).default(30_000),
  /** An offer with so many points that are not closed has all but its newest ones moved into chunks. */
  SOUK_HISTORY_OPEN_POINTS: z.coerce.number().int().min(2).max(100_000).default(64),
  /** How often offers are looked through for points to close. */
  SOUK_HISTORY_CLOSE_INTERVAL_MS: z.coerce.number().int().min(50).max(86_400_000).default(60_000),
  /** Sources whose posted prices wait like fetched ones when they are far outside of their history; `*`: all. */
  SOUK_CONFIRM_POSTED_SOURCES: z
    .string()
    .max(10_000)
    .default('')
    .transform((names) =>
      names
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    ),
  /** How often histories are looked through for what market reports do not know yet. */
  SOUK_MARKET_INTERVAL_MS: z.coerce.number().int().min(50).max(86_400_000).default(30_000),
  /** Each offer is rolled up for market reports no more often than this. */
  SOUK_MARKET_REFRESH_MS: z.coerce.number().int().min(0).max(86_400_000).default(900_000),
  /** How often it is looked whether a forecast model was asked to be trained. */
  SOUK_FORECAST_LOOK_MS: z.coerce.number().int().min(50).max(3_600_000).default(10_000),
  /** Forecast models older than this are trained anew. */
  SOUK_FORECAST_TRAIN_HOURS: z.coerce.number().int().min(1).max(8_760).default(24),
});
export type ScoringConfig = z.infer<typeof ScoringConfig>;

export const SCORING_CONFIG = Symbol('SCORING_CONFIG');
