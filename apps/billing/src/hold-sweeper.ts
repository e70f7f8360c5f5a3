import { newId } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import { Bus } from '@souk/bus';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { BILLING_CONFIG, type BillingConfig } from './config.ts';
import { type HoldRef, HoldsStore } from './holds.store.ts';
import { expire } from './ledger.ts';
import { LedgerStore } from './ledger.store.ts';

const BATCH = 200;

/**
 * Gives back what is left in holds whose time is over. Any number of replicas may sweep: the account's lock
 * decides who ends a hold, the others find it ended.
 */
@Injectable()
export class HoldSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('hold-sweeper');
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    @Inject(BILLING_CONFIG) private readonly config: BillingConfig,
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly ledger: LedgerStore,
    private readonly holds: HoldsStore,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  /** Ends what is due now, in batches, each in its own transaction; answers how many holds. */
  async sweep(): Promise<number> {
    for (let expired = 0; ;) {
      const due = await this.database.read([], (tx) => this.holds.findDue(tx, this.clock.now(), BATCH));
      const ended = due.length > 0 ? await this.expire(due) : 0;
      expired += ended;
      if (ended < BATCH || this.stopped) return expired;
    }
  }

  private async expire(due: HoldRef[]): Promise<number> {
    const accountIds = [...new Set(due.map((ref) => ref.accountId))];
    return this.bus.transaction(accountIds, async ({ tx }) => {
      const now = this.clock.now();
      await this.ledger.lock(tx, accountIds);
      const open = (await this.holds.find(tx, due)).filter((hold) => hold.state === 'open');
      const decisions = open.map(expire);
      await this.holds.update(
        tx,
        decisions.map(({ hold }) => hold),
        now,
      );
      const postings = decisions.map(({ hold, transfers }) => ({
        accountId: hold.accountId,
        transactionId: newId(),
        reason: hold.reason,
        transfers,
      }));
      await this.ledger.post(tx, postings, now);
      return open.length;
    });
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep()
        .then((expired) => void (expired > 0 && this.logger.debug({ expired }, 'holds expired')))
        // Postgres may be away for a while; the next round finds the same holds.
        .catch((error: unknown) => this.logger.warn({ err: error }, 'sweeping failed, will be tried again'))
        .finally(() => this.schedule());
    }, this.config.SOUK_BILLING_SWEEP_INTERVAL_MS);
  }
}
