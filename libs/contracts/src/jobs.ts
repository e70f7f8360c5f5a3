import { z } from 'zod';
import { AccountId, Instant, ProductId } from './ids.ts';
import { CollectedObservation } from './observation.ts';
import { FieldProblem, query } from './query.ts';
import { Priority } from './quota.ts';

export const MAX_JOB_LINES = 10_000;
/** What all lines of a job may take on their way, written as `JobLines`: below what one message holds. */
export const MAX_JOB_BYTES = 900_000;
/** Lines that are told to be wrong at most; the others are counted. */
export const MAX_REJECTED_TOLD = 1_000;

/** One identifier as it was given, with where it is to be looked up: at a source, or at Amazon in a country. */
export const JobLine = z.object({
  /** Of the input, from 1; the header of a table is line 1. */
  line: z.int().positive(),
  product: z.string().max(200),
  source: z.string().max(64).optional(),
  marketplace: z.string().max(64).optional(),
  /** The identifier was given as an FNSKU. */
  isFnsku: z.boolean().optional(),
});
export type JobLine = z.infer<typeof JobLine>;

/** The body of `CreateJob`, as JSON. */
export const JobLines = z.array(JobLine).min(1).max(MAX_JOB_LINES);

export const RejectedJobLine = FieldProblem.extend({ line: z.int().positive() });
export type RejectedJobLine = z.infer<typeof RejectedJobLine>;

export const JOB_STATES = ['reserving', 'running', 'cancelling', 'completed', 'cancelled'] as const;
export const JobState = z.enum(JOB_STATES);
export type JobState = z.infer<typeof JobState>;

export const Job = z.object({
  id: z.uuid(),
  state: JobState,
  priority: Priority,
  /** Lines of the input. */
  lines: z.int(),
  /** Lines that are looked up; the others were rejected. */
  items: z.int(),
  rejected: z.int(),
  pending: z.int(),
  found: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  /** Set aside when it began, spent so far, and given back so far; the rest is still held. */
  credits: z.object({ price: z.int(), captured: z.int(), refunded: z.int() }),
  /** Grows with every change of the above. */
  position: z.int(),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
  /** Until when its results can be had. */
  expiresAt: Instant,
});
export type Job = z.infer<typeof Job>;

export const CreateJob = query('ingestion.create-job', {
  summary:
    'Check the lines of a bulk look-up, set its price aside and begin it; the same id again answers the job there is.',
  hasBody: true,
  deadlineMs: 30_000,
  request: z.object({
    accountId: AccountId,
    jobId: z.uuid(),
    priority: Priority.default('enrichment'),
    /** `refuse`: one wrong line and there is no job; `skip`: wrong lines are told in the results. */
    onInvalid: z.enum(['refuse', 'skip']).default('refuse'),
  }),
  response: z.object({
    /** Null when lines were wrong and the job was refused. */
    job: Job.nullable(),
    rejectedCount: z.int(),
    rejected: z.array(RejectedJobLine).max(MAX_REJECTED_TOLD),
  }),
});

export const GetJob = query('ingestion.get-job', {
  summary: 'How far a bulk look-up is.',
  request: z.object({ accountId: AccountId, jobId: z.uuid() }),
  response: z.object({ job: Job }),
});

export const ListJobs = query('ingestion.list-jobs', {
  summary: 'Bulk look-ups of an account, newest first.',
  request: z.object({
    accountId: AccountId,
    limit: z.int().min(1).max(200),
    cursor: z.string().max(500).optional(),
  }),
  response: z.object({ jobs: z.array(Job), next: z.string().nullable() }),
});

export const CancelJob = query('ingestion.cancel-job', {
  summary: 'Look no more of a bulk look-up up and give back what it did not use.',
  request: z.object({ accountId: AccountId, jobId: z.uuid() }),
  response: z.object({ job: Job }),
});

export const JobItem = z.object({
  line: z.int().positive(),
  /** As given. */
  source: z.string().nullable(),
  product: z.string(),
  state: z.enum(['rejected', 'pending', 'found', 'failed', 'cancelled']),
  credits: z.int(),
  productId: ProductId.nullable(),
  fetchedAt: Instant.nullable(),
  /** Its offers; null of an item found whose source does not let its prices be kept for longer. */
  observations: z.array(CollectedObservation).nullable(),
  attribution: z.string().nullable(),
  problem: z.object({ reason: z.string(), detail: z.string() }).nullable(),
});
export type JobItem = z.infer<typeof JobItem>;

export const ListJobItems = query('ingestion.list-job-items', {
  summary: 'Lines of a bulk look-up in the order of the input, each with its result or its problem.',
  deadlineMs: 10_000,
  request: z.object({
    accountId: AccountId,
    jobId: z.uuid(),
    /** Lines after this one. */
    after: z.int().nonnegative().default(0),
    limit: z.int().min(1).max(1_000),
  }),
  response: z.object({ items: z.array(JobItem), next: z.int().nullable() }),
});
