import { Clock, Database } from '@souk/service';
import { Injectable, Logger } from '@nestjs/common';
import { JobHolds } from './job-holds.ts';
import { deleteJob, findJob, giveUpJob } from './job.store.ts';
import {
  dropEndedResults,
  dropHoldToRelease,
  type JobRef,
  lockUpkeep,
  scheduleUpkeep,
  takeDueUpkeep,
  takeHoldsToRelease,
} from './job-upkeep.store.ts';

const AT_ONCE = 20;

/** Ends what has had its time: jobs that never began, prices that may not be kept, jobs past their days. */
@Injectable()
export class JobUpkeep {
  private readonly logger = new Logger('jobs');

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly holds: JobHolds,
  ) {}

  async run(): Promise<void> {
    const now = this.clock.now();
    const due = await this.database.transaction([], (tx) => takeDueUpkeep(tx, now, AT_ONCE));
    for (const ref of due) await this.attempt(ref.jobId, () => this.keep(ref, now));
    // By the database's clock, which wrote when they are due.
    const given = await this.database.transaction([], (tx) => takeHoldsToRelease(tx, AT_ONCE));
    for (const { accountId, holdId } of given) {
      await this.attempt(holdId, async () => {
        await this.holds.release(accountId, holdId);
        await this.database.transaction([], (tx) => dropHoldToRelease(tx, accountId, holdId));
      });
    }
  }

  private async keep(ref: JobRef, now: Date): Promise<void> {
    const { accountId, jobId } = ref;
    await this.database.transaction([accountId], async (tx) => {
      await lockUpkeep(tx, ref);
      const job = await findJob(tx, accountId, jobId);
      if (!job) return deleteJob(tx, accountId, jobId);
      if (job.state === 'reserving') return giveUpJob(tx, accountId, jobId);
      if (job.finishedAt !== null && Date.parse(job.expiresAt) <= now.getTime())
        return deleteJob(tx, accountId, jobId);
      const endsAt = await dropEndedResults(tx, ref, now);
      const laterMs = Math.max(Date.parse(job.expiresAt), now.getTime() + 60_000);
      const nextMs = Math.min(endsAt?.getTime() ?? laterMs, laterMs);
      return scheduleUpkeep(tx, ref, new Date(nextMs));
    });
  }

  /** One that fails is due again in a minute and holds up nothing else. */
  private async attempt(id: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn({ id, error: String(error) }, 'upkeep of jobs is tried again');
    }
  }
}
