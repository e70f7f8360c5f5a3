import { BaseConfig } from '@souk/service';
import { z } from 'zod';

/** What one upstream account allows. */
export const UpstreamBudget = z
  .strictObject({
    upstream: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'use 1 to 64 of a-z, 0-9, dot, dash and underscore'),
    /** Calls per second in the long run. */
    ratePerSecond: z.number().positive().max(10_000),
    /** Calls that may be made at once; any window of burst / rate seconds holds at most this many. */
    burst: z.int().min(1).max(10_000),
    /** Further windows, all kept at once: any window of so many seconds holds at most so many calls. */
    windows: z
      .array(z.strictObject({ calls: z.int().min(1).max(10_000), seconds: z.number().min(0.001).max(3_600) }))
      .max(8)
      .default([]),
    /** Longest way of a call to the upstream that windows allow for; 5 % of the shortest window unless given. */
    guardMs: z.number().min(0).max(60_000).nullable().default(null),
    /** Calls within any 24 hours; null is no limit. */
    dailyBudget: z.int().min(0).max(2_000_000_000).nullable().default(null),
  })
  .refine(({ ratePerSecond, burst }) => burst / ratePerSecond <= 3_600, {
    message: 'burst / ratePerSecond must not exceed an hour',
  });
export type UpstreamBudget = z.infer<typeof UpstreamBudget>;

const DEFAULT_UPSTREAMS: z.input<typeof UpstreamBudget>[] = [
  { upstream: 'sandbox', ratePerSecond: 20, burst: 20 },
];

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('must be a JSON list such as [{"upstream":"sandbox","ratePerSecond":20,"burst":20}]');
    return z.NEVER;
  }
});

const areUnique = (budgets: UpstreamBudget[]): boolean =>
  new Set(budgets.map(({ upstream }) => upstream)).size === budgets.length;

export const QuotaConfig = BaseConfig.extend({
  SOUK_REDIS_URL: z.string().regex(/^rediss?:\/\//, 'must be an address such as redis://127.0.0.1:6379'),
  /** Budgets of the upstream accounts, a JSON list; they replace what the database holds of the same names. */
  SOUK_QUOTA_UPSTREAMS: json
    .pipe(z.array(UpstreamBudget).max(1_000).refine(areUnique, 'names an upstream twice'))
    .prefault(JSON.stringify(DEFAULT_UPSTREAMS)),
  /** Askers that may wait in this process; fewer than the bus answers at a time, so that reports still get through. */
  SOUK_QUOTA_MAX_WAITING: z.coerce.number().int().min(1).max(240).default(200),
  /** How many of them may wait for the same upstream. */
  SOUK_QUOTA_MAX_WAITING_PER_UPSTREAM: z.coerce.number().int().min(1).max(240).default(150),
  /** Consecutive failures that open a breaker. */
  SOUK_BREAKER_FAILURES: z.coerce.number().int().min(1).default(5),
  /** Pause after a breaker opened for the first time; doubles with every probe that fails. */
  SOUK_BREAKER_PAUSE_MS: z.coerce.number().int().min(10).default(2_000),
  SOUK_BREAKER_MAX_PAUSE_MS: z.coerce.number().int().min(10).default(60_000),
  /** A probe whose outcome is not reported within this time is given up, and another one may go. */
  SOUK_BREAKER_PROBE_MS: z.coerce.number().int().min(10).default(30_000),
});
export type QuotaConfig = z.infer<typeof QuotaConfig>;

/** Injection token of the settings. */
export const QUOTA_CONFIG = Symbol('quota config');
