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
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly listings: ListingStore,
    @Inject(ENRICHMENT_CONFIG) private readonly config: EnrichmentConfig,
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
        // A slice is one short transaction; a full one is followed by the next at once.
        while (!signal.aborted && (await this.deleteSlice()) === ROWS_AT_ONCE);
      } catch (error) {
        this.logger.warn({ error: String(error) }, 'cannot delete expired prices; tried again in a moment');
      }
      await pause(this.config.SOUK_EXPIRY_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
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
