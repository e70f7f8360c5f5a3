import { Bus } from '@souk/bus';
import { CaptureCredits, ReleaseCredits, ReserveCredits, Refusal } from '@souk/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { INGESTION_CONFIG, type IngestionConfig } from '../config.ts';

/** Credits of jobs at billing. Each command may be given again: it is done once. */
@Injectable()
export class JobHolds {
  constructor(
    private readonly bus: Bus,
    @Inject(INGESTION_CONFIG) private readonly config: IngestionConfig,
  ) {}

  /** Until when they are held. @throws Refusal payment-required when the account has too few */
  async reserve(accountId: string, holdId: string, credits: number, jobId: string): Promise<Date> {
    const expiresInMs = this.config.SOUK_JOB_HOLD_MS;
    const reason = `job ${jobId}`;
    const { hold } = await this.bus.ask(ReserveCredits, {
      accountId,
      holdId,
      amount: credits,
      expiresInMs,
      reason,
    });
    return new Date(hold.expiresAt);
  }

  /** Spends so much of it and gives back the rest. False: it had ended before, and nothing was spent. */
  async close(accountId: string, holdId: string, credits: number): Promise<boolean> {
    if (credits === 0) {
      await this.release(accountId, holdId);
      return true;
    }
    try {
      await this.bus.ask(CaptureCredits, { accountId, holdId, amount: credits });
      return true;
    } catch (error) {
      if (error instanceof Refusal && ENDED.has(error.code)) return false;
      throw error;
    }
  }

  /** One that was never made is as good as given back. */
  async release(accountId: string, holdId: string): Promise<void> {
    try {
      await this.bus.ask(ReleaseCredits, { accountId, holdId });
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'not-found') throw error;
    }
  }
}

const ENDED: ReadonlySet<string> = new Set(['conflict', 'not-found']);
