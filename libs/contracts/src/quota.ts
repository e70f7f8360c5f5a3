import { z } from 'zod';
import { event } from './event.ts';
import { Instant } from './ids.ts';
import { query } from './query.ts';

/** Who waits first: a person, then watches, then enrichment, then analytics. */
export const PRIORITIES = ['user', 'watch', 'enrichment', 'analytics'] as const;
export const Priority = z.enum(PRIORITIES);
export type Priority = z.infer<typeof Priority>;

const Upstream = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'use 1 to 64 of a-z, 0-9, dot, dash and underscore');

/** What is called at the upstream, in the adapter's words: `getItems`. Breakers are kept per upstream and operation. */
const Operation = z.string().regex(/^[a-zA-Z][a-zA-Z0-9._-]{0,63}$/);

/** What one upstream account allows. */
export const UpstreamBudget = z
  .strictObject({
    upstream: Upstream,
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

export const MAX_UPSTREAMS = 1_000;

/**
 * Budgets for upstreams that the settings of quota do not name. They replace what was registered under the same
 * names before; a budget of the settings always stands. Asking again changes nothing.
 */
export const RegisterUpstreams = query('quota.register-upstreams', {
  summary:
    'Name the upstream accounts that will be called, with the budgets they get unless settings say otherwise.',
  request: z.object({ upstreams: z.array(UpstreamBudget).min(1).max(MAX_UPSTREAMS) }),
  response: z.object({
    /** In the order of the request: what is in force now. */
    upstreams: z.array(
      z.object({
        upstream: Upstream,
        isSetting: z.boolean(),
        /** The most permits that can ever be given at once. */
        mostAtOnce: z.int().positive(),
      }),
    ),
  }),
});

export const QuotaExhausted = event('quota.quota-exhausted.v1', {
  summary: "An upstream account's budget of the day is used up.",
  data: z.object({ upstream: Upstream, budget: z.int(), resetsAt: Instant }),
});

export const BreakerState = z.enum(['closed', 'open', 'half-open']);
export type BreakerState = z.infer<typeof BreakerState>;

export const BreakerChanged = event('quota.breaker-changed.v1', {
  summary: 'Calls to an upstream were stopped, probed or allowed again.',
  data: z.object({
    upstream: Upstream,
    state: BreakerState,
    reason: z.string(),
    changedAt: Instant,
    /** Only calls of this operation; absent: all calls to the upstream. */
    operation: Operation.optional(),
  }),
});

/**
 * Waits in the upstream's queue until the budget allows the calls, at most `waitMs`.
 *
 * A permit is for now. An asker that was held up (`sinceAskedMs - waitedMs > useWithinMs`, both by its own
 * monotonic clock) must not call any more but ask again; the upstream's windows hold for whoever obeys that.
 */
export const AcquirePermits = query('quota.acquire-permits', {
  summary: 'Ask to make calls to an upstream account.',
  deadlineMs: 15_000,
  request: z.object({
    upstream: Upstream,
    priority: Priority,
    /** What the call costs; where the upstream counts something else than calls, so many of that. */
    permits: z.int().min(1).max(100).default(1),
    waitMs: z.int().min(0).max(10_000).default(0),
    operation: Operation.optional(),
  }),
  response: z.discriminatedUnion('granted', [
    z.object({
      granted: z.literal(true),
      /** From the arrival of the question to the permit; never more than it was. */
      waitedMs: z.number(),
      /** The calls begin within this time of the permit, or not at all. */
      useWithinMs: z.number().optional(),
    }),
    z.object({
      granted: z.literal(false),
      reason: z.enum(['rate', 'daily-budget', 'breaker-open', 'queue-full', 'unknown-upstream']),
      retryAfterMs: z.number(),
    }),
  ]),
});

/**
 * What became of a permitted call. Throttled with a `retryAfterMs` pauses every worker for as long; without, the
 * upstream's rate is halved and recovers slowly. Failures open the breaker of the operation. A call that succeeded
 * may have used up what the account has: with `pauseMs` nobody calls for as long.
 */
export const ReportOutcome = query('quota.report-outcome', {
  summary: 'Say how a permitted call went.',
  request: z.object({
    upstream: Upstream,
    outcome: z.enum(['succeeded', 'throttled', 'failed']),
    retryAfterMs: z.int().nonnegative().optional(),
    /** With `succeeded`: how long the whole account is to be left alone nevertheless. */
    pauseMs: z.int().nonnegative().optional(),
    operation: Operation.optional(),
  }),
  /** The state that calls of this operation meet now. */
  response: z.object({ breaker: BreakerState }),
});

/** At most `calls` in any half-open window of `periodMs`. */
export const BudgetWindow = z.object({ calls: z.int().positive(), periodMs: z.number().positive() });
export type BudgetWindow = z.infer<typeof BudgetWindow>;

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
        /** Of the settings of quota; false: the adapter's own. */
        isSetting: z.boolean().optional(),
        /** Calls within the last 24 hours, of an upstream that has a daily budget. */
        usedToday: z.int(),
        waiting: z.record(Priority, z.int()),
        /** Of the upstream as a whole. */
        breaker: BreakerState,
        /** Every window that is kept, with what it holds now; null while Redis does not say. */
        windows: z.array(BudgetWindow.extend({ used: z.int().nullable() })).optional(),
        /** Time that a permit may spend on its way to the upstream before windows could be exceeded. */
        guardMs: z.number().optional(),
        /** The rate in force: below the budget after the upstream asked for fewer calls without saying for how long. */
        pace: z
          .object({ factor: z.number(), ratePerSecond: z.number(), throttledAt: Instant.nullable() })
          .optional(),
        /** Breakers that are not closed, or count failures. */
        breakers: z
          .array(
            z.object({
              operation: Operation.nullable(),
              state: BreakerState,
              failures: z.int(),
              retryAfterMs: z.number(),
            }),
          )
          .optional(),
        /** Where the last hour's pace leads; null without a daily budget. */
        forecast: z
          .object({
            callsLastHour: z.int(),
            /** When the daily budget is used up at this pace; null: not within a day. */
            exhaustedAt: Instant.nullable(),
          })
          .nullable()
          .optional(),
      }),
    ),
  }),
});
