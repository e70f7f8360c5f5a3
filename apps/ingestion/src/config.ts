import { BaseConfig } from '@souk/service';
import { z } from 'zod';

export const IngestionConfig = BaseConfig.extend({
  /** Posted lines are refused for a while when this many messages wait to be published. */
  SOUK_MAX_BACKLOG_MESSAGES: z.coerce.number().int().min(1).default(20_000),
  /** How far ahead of our clock an observation may be. */
  SOUK_MAX_FUTURE_MS: z.coerce.number().int().min(0).default(600_000),
  /** Days that the log of fetches and posts is kept. */
  SOUK_FETCH_LOG_DAYS: z.coerce.number().int().min(1).default(90),
  /** Address of the sandbox shop; without it the shop is not polled. */
  SOUK_SANDBOX_URL: z.url({ protocol: /^https?$/ }).optional(),
  SOUK_SANDBOX_INTERVAL_MS: z.coerce.number().int().min(100).default(2_000),
  /** Deadline of one call to a source, its body included. */
  SOUK_SOURCE_TIMEOUT_MS: z.coerce.number().int().min(100).max(30_000).default(5_000),
  /** How often a process looks for sources that are due. */
  SOUK_POLL_TICK_MS: z.coerce.number().int().min(20).default(250),
  /** Sources that one process polls at the same time. */
  SOUK_MAX_POLLS: z.coerce.number().int().min(1).max(64).default(4),
  /** The sources: a JSON list, or the path of a file with one. */
  SOUK_SOURCES: z.string().min(1).optional(),
  /** The operator states that Amazon agreed to price tracking and alerts. */
  SOUK_AMAZON_PRICE_TRACKING_APPROVED: z.stringbool().default(false),
});
export type IngestionConfig = z.infer<typeof IngestionConfig>;

/** Injection token of the settings. */
export const INGESTION_CONFIG = Symbol('ingestion config');

/** Secrets that sources name as `{"env": "NAME"}`; read once, when the service starts. */
export const secretOf = (name: string): string | undefined => process.env[name] || undefined;
