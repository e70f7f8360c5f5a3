import { MAX_UPSTREAMS, UpstreamBudget } from '@souk/contracts';
import { BaseConfig } from '@souk/service';
import { z } from 'zod';

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
  /** Budgets of upstream accounts, a JSON list; they stand above those that sources bring along. */
  SOUK_QUOTA_UPSTREAMS: json
    .pipe(z.array(UpstreamBudget).max(MAX_UPSTREAMS).refine(areUnique, 'names an upstream twice'))
    .prefault('[]'),
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
