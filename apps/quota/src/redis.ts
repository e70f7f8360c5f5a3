import { Health } from '@souk/service';
import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { QUOTA_CONFIG, type QuotaConfig } from './config.ts';

const COMMAND_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 2_000;
/** A connection that owes an answer for so long is dead, though nobody said so: another one is made. */
const SILENCE_MS = 3_000;
const MAX_RECONNECT_PAUSE_MS = 1_000;
const HEALTH_KEPT_MS = 60_000;

/** The connection to Redis. A command fails at once while it is away: nothing waits for it unseen, nothing is sent twice. */
@Injectable()
export class RedisConnection implements OnApplicationShutdown {
  readonly client: Redis;
  private readonly logger = new Logger('redis');
  private lastError = '';

  constructor(@Inject(QUOTA_CONFIG) config: QuotaConfig, health: Health) {
    this.client = new Redis(config.SOUK_REDIS_URL, {
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_MS,
      retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 10), MAX_RECONNECT_PAUSE_MS),
    });
    this.client.on('error', (error: Error) => this.log(error));
    this.client.on('ready', () => (this.lastError = ''));
    health.register('redis', async () => {
      // A Redis that is full, or cannot write its log, still answers a ping.
      await this.client.set('quota:health', 'asked', 'PX', HEALTH_KEPT_MS);
    });
  }

  onApplicationShutdown(): void {
    this.client.disconnect();
  }

  /** Once per kind of failure, not once per attempt to reconnect. */
  private log(error: Error): void {
    if (error.message === this.lastError) return;
    this.lastError = error.message;
    this.logger.warn({ error: error.message }, 'redis is away: no permits meanwhile');
  }
}
