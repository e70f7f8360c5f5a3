import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Bus } from '@souk/bus';
import { UsageRecorded } from '@souk/contracts';
import { Clock } from '@souk/service';
import { lostUsage } from '../http/metrics.ts';
import { UsageGroups, type UsageRecord, type Used } from './usage-groups.ts';
import { messagesOf } from './usage-messages.ts';

/** A crash loses at most what was used since the last flush. */
const FLUSH_AFTER_MS = 200;
const RETRY_AFTER_MS = 1_000;
const RECORDS_PER_TRANSACTION = 500;

/** Tells billing what was used: grouped, through the outbox, each record once. */
@Injectable()
export class UsageRecorder implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('usage');
  private readonly groups = new UsageGroups();
  /** Taken out and not yet known to be committed; told again with the same ids. */
  private pending: UsageRecord[] = [];
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  record(used: Used): void {
    if (!this.groups.add(used, this.clock.nowMs())) lostUsage.inc(used.credits);
    this.schedule(FLUSH_AFTER_MS);
  }

  /** Resolves when what was recorded until now is committed, or could not be. */
  flush(): Promise<void> {
    this.flushing = this.flushing.then(() => this.flushAll());
    return this.flushing;
  }

  /** Whether everything recorded is committed. */
  get isFlushed(): boolean {
    return this.pending.length === 0 && this.groups.isEmpty;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.flush();
  }

  private schedule(afterMs: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, afterMs);
  }

  private async flushAll(): Promise<void> {
    try {
      while (!this.isFlushed) {
        if (this.pending.length === 0) this.pending = this.groups.take(RECORDS_PER_TRANSACTION);
        await this.commit(this.pending);
        this.pending = [];
      }
    } catch (error) {
      this.logger.warn({ error }, 'usage could not be recorded; trying again');
      this.schedule(RETRY_AFTER_MS);
    }
  }

  private async commit(records: UsageRecord[]): Promise<void> {
    const accounts = [...new Set(records.map((record) => record.accountId))];
    await this.bus.transaction(accounts, async ({ publish }) => {
      for (const message of messagesOf(records)) {
        publish(UsageRecorded, message, { accountId: message.accountId, key: message.accountId });
      }
    });
  }
}
