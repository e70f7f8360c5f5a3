import { JOB_STATES, PRIORITIES, type Job } from '@souk/contracts';
import { z } from 'zod';
import { OfferView } from '../products/product.schemas.ts';
import { cursorQuery, pageOf, Time } from '../http/shapes.ts';

export const JobView = z
  .object({
    id: z.uuid(),
    state: z.enum(JOB_STATES).meta({ description: '`cancelling`: the rest is being given back.' }),
    priority: z.enum(PRIORITIES),
    lines: z.int().meta({ description: 'Lines of the input.' }),
    items: z.int().meta({ description: 'Lines that are looked up; the others were rejected.' }),
    rejected: z.int(),
    pending: z.int(),
    found: z.int(),
    failed: z.int(),
    cancelled: z.int(),
    credits: z
      .object({ price: z.int(), captured: z.int(), refunded: z.int() })
      .meta({ description: 'Set aside when it began; spent; given back. What was not found costs nothing.' }),
    position: z.int().meta({ description: 'Grows with every change; the `id:` of the stream.' }),
    createdAt: Time,
    finishedAt: Time.nullable(),
    expiresAt: Time.meta({ description: 'Until when its results can be had.' }),
    links: z.object({ self: z.string(), stream: z.string(), results: z.string(), cancel: z.string() }),
  })
  .meta({ id: 'Job' });
export type JobView = z.infer<typeof JobView>;

const RejectedLine = z.object({ line: z.int(), field: z.string(), problem: z.string() });

export const CreatedJob = JobView.extend({
  rejectedLines: z.array(RejectedLine).meta({ description: 'With `onInvalid=skip`: the first 1,000.' }),
}).meta({ id: 'CreatedJob' });
export type CreatedJob = z.infer<typeof CreatedJob>;

export const JobPage = pageOf(JobView).meta({ id: 'JobPage' });
export const JobsQuery = cursorQuery({});
export type JobsQuery = z.infer<typeof JobsQuery>;

const Place = z.string().min(1).max(64).optional();

export const CreateJobQuery = z.strictObject({
  source: Place.meta({ description: 'Of lines that name none.' }),
  marketplace: Place.meta({ description: 'The same, as a country: `IN`.' }),
  onInvalid: z
    .enum(['refuse', 'skip'])
    .default('refuse')
    .meta({ description: '`skip`: wrong lines are left out and told in the results.' }),
  priority: z
    .enum(['user', 'enrichment', 'analytics'])
    .default('enrichment')
    .meta({ description: 'Where it waits for calls to its sources.' }),
});
export type CreateJobQuery = z.infer<typeof CreateJobQuery>;

export const JobResultsQuery = z.strictObject({ format: z.enum(['csv', 'ndjson']).default('ndjson') });
export type JobResultsQuery = z.infer<typeof JobResultsQuery>;

export const JobStreamQuery = z.strictObject({ after: z.coerce.number().int().min(0).optional() });
export type JobStreamQuery = z.infer<typeof JobStreamQuery>;

export const JobResult = z
  .object({
    line: z.int().meta({ description: 'Of the input.' }),
    source: z.string().nullable(),
    product: z.string(),
    state: z.enum(['rejected', 'pending', 'found', 'failed', 'cancelled']),
    credits: z.int(),
    productId: z.uuid().nullable(),
    title: z.string().nullable(),
    url: z.string().nullable(),
    offers: z.array(OfferView),
    attribution: z.string().nullable(),
    problem: z.object({ reason: z.string(), detail: z.string() }).nullable(),
  })
  .meta({ id: 'JobResult' });
export type JobResult = z.infer<typeof JobResult>;

export function jobView(job: Job): JobView {
  const self = `/v1/jobs/${job.id}`;
  const links = {
    self,
    stream: `${self}/stream`,
    results: `${self}/results`,
    cancel: `${self}/cancel`,
  };
  return { ...job, links };
}
