import { Answer, pageOf, type QueryContext, readCursor } from '@souk/bus';
import {
  CancelJob,
  CreateJob,
  GetJob,
  type Job,
  JobLines,
  ListJobItems,
  ListJobs,
  Refusal,
  type ResponseOf,
} from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { z } from 'zod';
import { JobDesk } from './job-desk.ts';
import { listItems } from './job-items.store.ts';
import { JobRunner } from './job-runner.ts';
import { cancelJob, findJob, listJobs } from './job.store.ts';

/** An answer must fit one message of 1 MB; characters may take three bytes. */
const ANSWER_LENGTH = 300_000;
const Place = z.tuple([z.iso.datetime(), z.uuid()]);

/** Bulk look-ups as the gateway asks for them. */
@Controller()
export class JobHandlers {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly desk: JobDesk,
    private readonly runner: JobRunner,
  ) {}

  @Answer(CreateJob)
  async create(
    @Payload() request: z.output<typeof CreateJob.request>,
    @Ctx() { body }: QueryContext,
  ): Promise<ResponseOf<typeof CreateJob>> {
    const lines = JobLines.safeParse(JSON.parse(Buffer.from(body ?? []).toString() || 'null'));
    if (!lines.success)
      throw new Refusal('invalid', `The lines are not valid: ${z.prettifyError(lines.error)}`);
    return this.desk.create(request, lines.data);
  }

  @Answer(GetJob)
  async get({ accountId, jobId }: z.output<typeof GetJob.request>): Promise<ResponseOf<typeof GetJob>> {
    return { job: await this.mustFind(accountId, jobId) };
  }

  @Answer(ListJobs)
  async list(request: z.output<typeof ListJobs.request>): Promise<ResponseOf<typeof ListJobs>> {
    const { accountId, limit, cursor } = request;
    const before = readCursor(Place, cursor);
    const rows = await this.database.read([accountId], (tx) => listJobs(tx, accountId, before, limit + 1));
    const { items, next } = pageOf(rows, limit, ({ createdAt, id }) => [createdAt, id]);
    return { jobs: items, next };
  }

  @Answer(CancelJob)
  async cancel({
    accountId,
    jobId,
  }: z.output<typeof CancelJob.request>): Promise<ResponseOf<typeof CancelJob>> {
    const isNew = await this.database.transaction([accountId], (tx) =>
      cancelJob(tx, accountId, jobId, this.clock.now()),
    );
    if (isNew) this.runner.wake();
    return { job: await this.mustFind(accountId, jobId) };
  }

  @Answer(ListJobItems)
  async items(request: z.output<typeof ListJobItems.request>): Promise<ResponseOf<typeof ListJobItems>> {
    const { accountId, jobId, limit } = request;
    await this.mustFind(accountId, jobId);
    const found = await this.database.read([accountId], (tx) =>
      listItems(tx, { ...request, limit: limit + 1 }, this.clock.now()),
    );
    const items: typeof found = [];
    let length = 0;
    for (const item of found.slice(0, limit)) {
      length += JSON.stringify(item).length;
      if (items.length > 0 && length > ANSWER_LENGTH) break;
      items.push(item);
    }
    return { items, next: items.length < found.length ? items.at(-1)!.line : null };
  }

  private async mustFind(accountId: string, jobId: string): Promise<Job> {
    const job = await this.database.read([accountId], (tx) => findJob(tx, accountId, jobId));
    if (!job) throw new Refusal('not-found', 'There is no such job; results are kept for some days only.');
    return job;
  }
}
