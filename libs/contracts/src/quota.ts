import { z } from 'zod';
import { event } from './event.ts';
import { Instant } from './ids.ts';
import { query } from './query.ts';

/** Who waits first: a person, then watches, then enrichment, then analytics. */
export const PRIORITIES = ['user', 'watch', 'enrichment', 'analytics'] as const;
export const Priority = z.enum(PRIORITIES);
export type Priority = z.infer<typeof Priority>;

const Upstream = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/);

export const QuotaExhausted = event('quota.quota-exhausted.v1', {
  summary: "An upstream account's budget of the day is used up.",
  data: z.object({ upstream: Upstream, budget: z.int(), resetsAt: Instant }),
});

export const BreakerState = z.enum(['closed', 'open', 'half-open']);
export type BreakerState = z.infer<typeof BreakerState>;

export const BreakerChanged = event('quota.breaker-changed.v1', {
  summary: 'Calls to an upstream were stopped, probed or allowed again.',
  data: z.object({ upstream: Upstream, state: BreakerState, reason: z.string(), changedAt: Instant }),
});

/** Waits in the upstream's queue until the budget allows the calls, at most `waitMs`. */
export const AcquirePermits = query('quota.acquire-permits', {
  summary: 'Ask to make calls to an upstream account.',
  deadlineMs: 15_000,
  request: z.object({
    upstream: Upstream,
    priority: Priority,
    permits: z.int().min(1).max(100).default(1),
    waitMs: z.int().min(0).max(10_000).default(0),
  }),
  response: z.discriminatedUnion('granted', [
    z.object({ granted: z.literal(true), waitedMs: z.number() }),
    z.object({
      granted: z.literal(false),
      reason: z.enum(['rate', 'daily-budget', 'breaker-open', 'queue-full', 'unknown-upstream']),
      retryAfterMs: z.number(),
    }),
  ]),
});

/** What became of a permitted call: throttling pauses every worker, failures open the breaker. */
export const ReportOutcome = query('quota.report-outcome', {
  summary: 'Say how a permitted call went.',
  request: z.object({
    upstream: Upstream,
    outcome: z.enum(['succeeded', 'throttled', 'failed']),
    retryAfterMs: z.int().nonnegative().optional(),
  }),
  response: z.object({ breaker: BreakerState }),
});

export const ListBudgets = query('quota.list-budgets', {
  summary: 'Budgets of the upstream accounts, what is used, and the state of their breakers.',
  request: z.object({}),
  response: z.object({
    upstreams: z.array(
      z.object({
        upstream: Upstream,
        ratePerSecond: z.number(),
        burst: z.int(),
        dailyBudget: z.int().nullable(),
        usedToday: z.int(),
        waiting: z.record(Priority, z.int()),
        breaker: BreakerState,
      }),
    ),
  }),
});
