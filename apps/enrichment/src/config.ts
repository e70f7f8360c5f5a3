import { BaseConfig } from '@souk/service';
import { z } from 'zod';

/** Settings of enrichment, beside those of every service. */
export const EnrichmentConfig = BaseConfig.extend({
  /** Listings whose ids and last facts are remembered in memory, so that unchanged ones cost no look-up. */
  SOUK_LISTING_CACHE_ENTRIES: z.coerce.number().int().min(100).max(10_000_000).default(50_000),
  /** Observations set apart for their form are kept this long. */
  SOUK_QUARANTINE_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
  /** How often prices that their source lets nobody keep any longer are deleted. */
  SOUK_EXPIRY_INTERVAL_MS: z.coerce.number().int().min(50).max(3_600_000).default(30_000),
});
export type EnrichmentConfig = z.infer<typeof EnrichmentConfig>;

export const ENRICHMENT_CONFIG = Symbol('ENRICHMENT_CONFIG');
