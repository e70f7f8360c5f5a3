import { newId, Refusal } from '@souk/contracts';
import { Clock, Database, WakeablePause } from '@souk/service';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { INGESTION_CONFIG, type IngestionConfig } from '../config.ts';
import { JobUpkeep } from './job-upkeep.ts';
import { claimSlices, releaseClaim, type SliceClaim } from './slice.store.ts';
import { ClaimLost, SliceWork } from './slice-work.ts';

const TICK_MS = 500;
const PAUSE_AFTER_ERROR_MS = 1_000;
const UPKEEP_EVERY_MS = 5_000;

/** Works on what is due of all jobs, a bounded number of slices at a time; replicas share them. */
@Injectable()
export class JobRunner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('jobs');
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private loop: Promise<void> = Promise.resolve();
  private readonly pause = new WakeablePause();
  private upkeepAtMs = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly work: SliceWork,
    private readonly upkeep: JobUpkeep,
    @Inject(INGESTION_CONFIG) private readonly config: IngestionConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.loop = this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    this.pause.stop();
    await this.loop;
    await Promise.all(this.running);
  }

  /** There is something to do. */
  wake(): void {
    this.pause.wake();
  }

  /** There are holds to be given back. */
  keepUpNow(): void {
    this.upkeepAtMs = 0;
    this.pause.wake();
  }

  private async run(): Promise<void> {
    while (!this.pause.isStopped) {
      this.pause.look();
      let pauseMs = TICK_MS;
      try {
        await this.startDue();
        await this.keepUp();
      } catch (error) {
        this.logger.warn({ error: String(error) }, 'cannot look for jobs that are due');
        pauseMs = PAUSE_AFTER_ERROR_MS;
      }
      await this.pause.wait(pauseMs);
    }
  }

  private async startDue(): Promise<void> {
    const free = this.config.SOUK_JOB_SLICES - this.running.size;
    if (free <= 0) return;
    const claims = await this.database.transaction([], (tx) =>
      claimSlices(tx, newId(), free, this.config.SOUK_JOB_CLAIM_MS),
    );
    for (const claim of claims) {
      const done: Promise<void> = this.runOne(claim).finally(() => {
        this.running.delete(done);
        this.wake();
      });
      this.running.add(done);
    }
  }

  /** Never rejects: what broke off is taken up again, here or elsewhere. */
  private async runOne(claim: SliceClaim): Promise<void> {
    try {
      await this.work.run(claim, this.stopping.signal);
    } catch (error) {
      if (error instanceof ClaimLost) return;
      const { jobId, slice } = claim;
      const level = error instanceof Refusal ? 'warn' : 'error';
      this.logger[level]({ jobId, slice, error: String(error) }, 'a slice of a job broke off');
      await this.database
        .transaction([claim.accountId], (tx) => releaseClaim(tx, claim, PAUSE_AFTER_ERROR_MS))
        .catch(() => undefined); // the claim runs out by itself
    }
  }

  private async keepUp(): Promise<void> {
    const nowMs = this.clock.now().getTime();
    if (nowMs - this.upkeepAtMs < UPKEEP_EVERY_MS) return;
    this.upkeepAtMs = nowMs;
    await this.upkeep.run();
  }
}
