import { Database, RepeatedWork } from '@souk/service';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { addUse } from './daily.store.ts';

const WRITE_EVERY_MS = 5_000;

/**
 * Counts the calls of upstreams that no daily budget holds back, to show them and in case they get a budget. Written
 * together every few seconds; a crash loses those of the last ones, which allows nobody more than before.
 */
@Injectable()
export class UseCounter implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('use');
  private unwritten = new Map<string, number>();
  private readonly work = new RepeatedWork(
    WRITE_EVERY_MS,
    () => this.write(),
    (error) => this.logger.warn({ error }, 'calls are counted and written later'),
  );

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.work.stop();
    await this.write().catch((error: unknown) => this.logger.warn({ error }, 'calls were not written'));
  }

  count(upstream: string, calls: number): void {
    this.unwritten.set(upstream, (this.unwritten.get(upstream) ?? 0) + calls);
  }

  async write(): Promise<void> {
    if (this.unwritten.size === 0) return;
    const counted = this.unwritten;
    this.unwritten = new Map();
    try {
      await this.database.transaction([], (tx) => addUse(tx, counted));
    } catch (error) {
      for (const [upstream, calls] of counted) this.count(upstream, calls);
      throw error;
    }
  }
}
