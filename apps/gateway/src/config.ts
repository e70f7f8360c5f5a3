import { BaseConfig } from '@souk/service';
import { z } from 'zod';

export const GatewayConfig = BaseConfig.extend({
  /** Address that the API and the pages are served on. */
  SOUK_HOST: z.string().min(1).default('127.0.0.1'),
  /** 0 takes a free port. */
  SOUK_PORT: z.coerce.number().int().min(0).max(65_535).default(8_080),
  /** A key that may only read, put into the live page for visitors on this machine. */
  SOUK_LIVE_PAGE_KEY: z
    .string()
    .regex(/^souk_[0-9A-Za-z]{28}$/, 'must be an API key')
    .optional(),
  /** Where the outside reaches this installation; with it nobody counts as a visitor on this machine. */
  SOUK_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Shared cache of look-ups; without it each gateway has only its memory. */
  SOUK_REDIS_URL: z.string().startsWith('redis').optional(),
  /** How long a look-up is told from memory at most; facts that are heard end it at once. */
  SOUK_CACHE_MEMORY_SECONDS: z.coerce.number().int().min(1).max(86_400).default(3_600),
  /** Look-ups kept in memory, of each kind. */
  SOUK_CACHE_MEMORY_ENTRIES: z.coerce.number().int().min(1).max(1_000_000).default(20_000),
  SOUK_CACHE_MEMORY_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(100_000)
    .default(32 * 1024 ** 2),
  /** How long a look-up is kept in Redis at most. */
  SOUK_CACHE_REDIS_SECONDS: z.coerce.number().int().min(1).max(604_800).default(86_400),
  /** Prices that are stored for longer than this are looked up again when somebody reads them. */
  SOUK_CACHE_DATABASE_SECONDS: z.coerce.number().int().min(1).max(31_536_000).default(604_800),
  /** Products that are read often are looked up when their prices are older than this; 0: never. */
  SOUK_CACHE_WARM_SECONDS: z.coerce.number().int().min(0).max(604_800).default(21_600),
  /**
   * Nothing more is put into Redis while all of it takes more than this. Half of what ours has (256 MiB): quota counts
   * in the same one, which refuses to write once it is full, and a full one would stop every permit.
   */
  SOUK_CACHE_REDIS_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(1_000_000)
    .default(128 * 1024 ** 2),
});
export type GatewayConfig = z.infer<typeof GatewayConfig>;

/** Injection token of the settings. */
export const GATEWAY_CONFIG = Symbol('gateway config');
