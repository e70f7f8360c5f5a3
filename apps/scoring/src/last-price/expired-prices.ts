import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { Clock, Database, RepeatedWork } from '@souk/service';
import { SCORING_CONFIG, type ScoringConfig } from '../config.ts';
import { AgedHistory } from './aged-history.ts';
import { ForbiddenHistory } from './forbidden-history.ts';
import { LastPriceStore } from './last-price.store.ts';

const ROWS_AT_ONCE = 1_000;

/** Deletes last prices and histories that their source lets nobody keep (any longer); they are the operator's, as all that is fetched. */
@Injectable()
export class ExpiredPrices implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('expired');
  private readonly repeated: RepeatedWork;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly store: LastPriceStore,
    private readonly forbidden: ForbiddenHistory,
    private readonly aged: AgedHistory,
    @Inject(SCORING_CONFIG) config: ScoringConfig,
  ) {
    this.repeated = new RepeatedWork(
      config.SOUK_EXPIRY_INTERVAL_MS,
      (signal) => this.deleteAll(signal),
      (error) =>
        this.logger.warn(
          { error: String(error) },
          'cannot delete what may not be kept; tried again in a moment',
        ),
    );
  }

  onApplicationBootstrap(): void {
    this.repeated.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.repeated.stop();
  }

  private async deleteAll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.deleteSlice()) === ROWS_AT_ONCE);
    await this.forbidden.deletePending(signal);
    await this.aged.deleteAged(signal);
  }

  private deleteSlice(): Promise<number> {
    const now = this.clock.now();
    return this.database.transaction([OPERATOR_ACCOUNT_ID], (tx) =>
      this.store.deleteExpired(tx, now, ROWS_AT_ONCE),
    );
  }
}
