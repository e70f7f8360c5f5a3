import { Logger } from '@nestjs/common';
import { type Database, isDependencyFailure } from '@souk/service';
import type { Subscription } from './subscription.ts';

const EVERY_MS = 500;

/** Looks for parked messages that are due, with one query for all subscriptions of a service. */
export class ParkedPoll {
  private readonly logger = new Logger('parked');
  private readonly busy = new Set<Subscription>();
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly subscriptions: readonly Subscription[],
  ) {}

  start(): void {
    if (this.stopping || this.subscriptions.length === 0) return;
    this.timer = setTimeout(() => void this.look().finally(() => this.start()), EVERY_MS);
  }

  stop(): void {
    this.stopping = true;
    clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    try {
      const due = await this.database.read([], (tx) =>
        tx.query<{ consumer: string }>(
          'select distinct consumer from bus_parked where next_attempt_at <= clock_timestamp()',
        ),
      );
      const consumers = new Set(due.map(({ consumer }) => consumer));
      for (const subscription of this.subscriptions) {
        if (consumers.has(subscription.consumer)) void this.retry(subscription);
      }
    } catch (error) {
      if (!isDependencyFailure(error))
        this.logger.error({ error }, 'parked messages could not be looked for');
    }
  }

  /** A subscription whose turn is still under way, or waits behind a batch, is not asked a second time. */
  private async retry(subscription: Subscription): Promise<void> {
    if (this.busy.has(subscription)) return;
    this.busy.add(subscription);
    try {
      while (!this.stopping && (await subscription.retryParked()));
    } finally {
      this.busy.delete(subscription);
    }
  }
}
