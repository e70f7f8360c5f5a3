import { readAllowList } from '@souk/safe-http';
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
  /** Private networks and host names that pages may be read from, as SOUK_WEBHOOK_ALLOW has them. */
  SOUK_PAGE_ALLOW: z
    .string()
    .default('')
    .transform((text, context) => {
      const allow = readAllowList(text);
      if (!('problem' in allow)) return allow;
      context.addIssue({ code: 'custom', message: allow.problem });
      return z.NEVER;
    }),
  /** Between two calls to one host that a person named. */
  SOUK_PAGE_DELAY_MS: z.coerce.number().int().min(0).max(600_000).default(1_000),
  /** Deadline of the download of a feed. */
  SOUK_FEED_TIMEOUT_MS: z.coerce.number().int().min(1_000).max(1_800_000).default(300_000),
  /** Largest feed, both as it comes and unpacked; it lies on the disk, not in memory. */
  SOUK_FEED_MAX_BYTES: z.coerce.number().int().min(1_000).max(20_000_000_000).default(2_000_000_000),
  /**
   * Where exchange rates come from, in the order in which they are read: addresses or paths of the ECB's files
   * (daily XML, history as CSV or zip), separated by blanks. Without them no amount is converted.
   */
  SOUK_EXCHANGE_RATES: z
    .string()
    .default('')
    .transform((text) => text.split(/\s+/).filter(Boolean)),
  /** How often they are read again. */
  SOUK_EXCHANGE_RATES_HOURS: z.coerce.number().min(0.01).max(168).default(6),
  /** Slices of jobs that one process works on at the same time; 0: it takes jobs in and leaves them to others. */
  SOUK_JOB_SLICES: z.coerce.number().int().min(0).max(32).default(4),
  /** A process that dies holds up its slices for this long. */
  SOUK_JOB_CLAIM_MS: z.coerce.number().int().min(500).max(600_000).default(30_000),
  /** Credits of a job are set aside for so long at a time. */
  SOUK_JOB_HOLD_MS: z.coerce.number().int().min(2_000).max(86_400_000).default(86_400_000),
  /** What could not be looked up by then has failed. */
  SOUK_JOB_MAX_MS: z.coerce.number().int().min(1_000).max(2_592_000_000).default(172_800_000),
  /** Days that a job and its results can be had. */
  SOUK_JOB_DAYS: z.coerce.number().min(0.001).max(365).default(7),
  /** The operator states that Amazon agreed to price tracking and alerts. */
  SOUK_AMAZON_PRICE_TRACKING_APPROVED: z.stringbool().default(false),
});
export type IngestionConfig = z.infer<typeof IngestionConfig>;

/** Injection token of the settings. */
export const INGESTION_CONFIG = Symbol('ingestion config');

/** Secrets that sources name as `{"env": "NAME"}`; read once, when the service starts. */
export const secretOf = (name: string): string | undefined => process.env[name] || undefined;
