import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import { setTimeout as pause } from 'node:timers/promises';
import { SCORING_CONFIG, type ScoringConfig } from '../config.ts';
import { ForbiddenHistory } from './forbidden-history.ts';
import { LastPriceStore } from './last-price.store.ts';

const ROWS_AT_ONCE = 1_000;

/** Deletes last prices and histories that their source lets nobody keep (any longer); they are the operator's, as all that is fetched. */
@Injectable()
export class ExpiredPrices implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('expired');
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: LastPriceStore,
    private readonly forbidden: ForbiddenHistory,
    @Inject(SCORING_CONFIG) private readonly config: ScoringConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.loop = this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        while (!signal.aborted && (await this.deleteSlice()) === ROWS_AT_ONCE);
        await this.forbidden.deletePending(signal);
      } catch (error) {
        this.logger.warn(
          { error: String(error) },
          'cannot delete what may not be kept; tried again in a moment',
        );
      }
      await pause(this.config.SOUK_EXPIRY_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private deleteSlice(): Promise<number> {
    const now = this.clock.now();
    return this.database.transaction([OPERATOR_ACCOUNT_ID], (tx) =>
      this.store.deleteExpired(tx, now, ROWS_AT_ONCE),
    );
  }
}
