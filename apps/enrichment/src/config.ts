import { BaseConfig } from '@souk/service';
import { z } from 'zod';

/** Settings of enrichment, beside those of every service. */
export const EnrichmentConfig = BaseConfig.extend({
  /** Listings whose ids and last facts are remembered in memory, so that unchanged ones cost no look-up. */
  SOUK_LISTING_CACHE_ENTRIES: z.coerce.number().int().min(100).max(10_000_000).default(50_000),
  /** Observations set apart for their form are kept this long. */
  SOUK_QUARANTINE_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
});
export type EnrichmentConfig = z.infer<typeof EnrichmentConfig>;

export const ENRICHMENT_CONFIG = Symbol('ENRICHMENT_CONFIG');
