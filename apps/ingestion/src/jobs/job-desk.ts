import {
  CreateJob,
  type Job,
  type JobLine,
  MAX_REJECTED_TOLD,
  newId,
  Refusal,
  type ResponseOf,
} from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { INGESTION_CONFIG, type IngestionConfig } from '../config.ts';
import { SourceRegistry } from '../sources/source-registry.ts';
import { checkLines, type CheckedLine } from './check-lines.ts';
import { JobHolds } from './job-holds.ts';
import { JobRunner } from './job-runner.ts';
import { jobSourceOf } from './job-source.ts';
import {
  beginJob,
  findJob,
  giveUpJob,
  insertJob,
  noteReserved,
  SLICE_ITEMS,
  slicesToReserve,
} from './job.store.ts';
import { scheduleUpkeep } from './job-upkeep.store.ts';

type Request = z.output<typeof CreateJob.request>;

/** A job whose credits are not all set aside by then is given up. */
const BEGINS_WITHIN_MS = 120_000;

/** Takes jobs in: lines checked, written down, credits set aside, begun; in this order. */
@Injectable()
export class JobDesk {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly registry: SourceRegistry,
    private readonly holds: JobHolds,
    private readonly runner: JobRunner,
    @Inject(INGESTION_CONFIG) private readonly config: IngestionConfig,
  ) {}

  /** The same id again goes on where the first time ended. @throws Refusal payment-required */
  async create(request: Request, lines: readonly JobLine[]): Promise<ResponseOf<typeof CreateJob>> {
    const checked = checkLines(lines, this.registry.all().map(jobSourceOf));
    const rejected = checked.flatMap((line) => line.rejected ?? []);
    const told = { rejectedCount: rejected.length, rejected: rejected.slice(0, MAX_REJECTED_TOLD) };
    const isRefused = request.onInvalid === 'refuse' && rejected.length > 0;
    if (isRefused || rejected.length === checked.length) return { job: null, ...told };
    await this.writeDown(request, checked);
    return { job: await this.begin(request), ...told };
  }

  private async writeDown(
    { accountId, jobId, priority }: Request,
    lines: readonly CheckedLine[],
  ): Promise<void> {
    const now = this.clock.now();
    const items = lines.filter(({ rejected }) => rejected === null).length;
    const holdIds = Array.from({ length: Math.ceil(items / SLICE_ITEMS) }, newId);
    const expiresAt = new Date(now.getTime() + this.config.SOUK_JOB_DAYS * 86_400_000);
    await this.database.transaction([accountId], async (tx) => {
      // Two that come with the same id at the same time: the second sees the first one's job.
      await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 7))', [jobId]);
      if (await findJob(tx, accountId, jobId)) return;
      await insertJob(tx, { accountId, jobId, priority, createdAt: now, expiresAt, lines, holdIds });
      await scheduleUpkeep(tx, { accountId, jobId }, new Date(now.getTime() + BEGINS_WITHIN_MS));
    });
  }

  private async begin({ accountId, jobId }: Request): Promise<Job> {
    const open = await this.database.read([accountId], (tx) => slicesToReserve(tx, accountId, jobId));
    try {
      for (const { number, holdId, items } of open) {
        const until = await this.holds.reserve(accountId, holdId, items, jobId);
        await this.database.transaction([accountId], (tx) =>
          noteReserved(tx, accountId, jobId, { number, until }),
        );
      }
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'payment-required') throw error;
      await this.database.transaction([accountId], (tx) => giveUpJob(tx, accountId, jobId));
      this.runner.keepUpNow();
      const price = open.reduce((sum, { items }) => sum + items, 0);
      throw new Refusal('payment-required', `The job costs ${price} credits, more than the account has`);
    }
    const job = await this.database.transaction([accountId], async (tx) => {
      const isNew = await beginJob(tx, accountId, jobId);
      const found = await findJob(tx, accountId, jobId);
      if (found && isNew) await scheduleUpkeep(tx, { accountId, jobId }, new Date(found.expiresAt));
      return found;
    });
    if (!job) throw new Refusal('unavailable', 'The job was given up meanwhile; send it again.');
    this.runner.wake();
    return job;
  }
}
