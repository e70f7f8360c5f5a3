import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { Clock, Database, RepeatedWork } from '@souk/service';
import { ENRICHMENT_CONFIG, type EnrichmentConfig } from './config.ts';
import { ListingStore } from './listing.store.ts';

const ROWS_AT_ONCE = 1_000;

/**
 * Deletes what its source lets nobody keep any longer: prices, and what was said of the product. Only what Souk
 * fetched has such limits, and that is the operator's. Answers leave expired prices out before they are deleted.
 */
@Injectable()
export class ExpiredData implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('expired');
  private readonly repeated: RepeatedWork;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly listings: ListingStore,
    @Inject(ENRICHMENT_CONFIG) config: EnrichmentConfig,
  ) {
    this.repeated = new RepeatedWork(
      config.SOUK_EXPIRY_INTERVAL_MS,
      (signal) => this.deleteAll(signal),
      (error) =>
        this.logger.warn({ error: String(error) }, 'cannot delete expired prices; tried again in a moment'),
    );
  }

  onApplicationBootstrap(): void {
    this.repeated.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.repeated.stop();
  }

  /** A slice is one short transaction; a full one is followed by the next at once. */
  private async deleteAll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.deleteSlice()) === ROWS_AT_ONCE);
  }

  private deleteSlice(): Promise<number> {
    const now = this.clock.now();
    return this.database.transaction([OPERATOR_ACCOUNT_ID], async (tx) =>
      Math.max(
        await this.listings.deleteExpiredOffers(tx, now, ROWS_AT_ONCE),
        await this.listings.forgetExpiredFacts(tx, now, ROWS_AT_ONCE),
      ),
    );
  }
}
