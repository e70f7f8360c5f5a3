import { Inject, Injectable } from '@nestjs/common';
import type { QuarantinedObservation } from '@souk/contracts';
import { Clock, type Tx } from '@souk/service';
import { SCORING_CONFIG, type ScoringConfig } from '../config.ts';
import type { ListingContext } from '../deal-context.ts';
import type { AcceptedMessage } from '../incoming-price.ts';
import type { NewPrice } from '../sort-out.ts';
import { doubtReadings, type JudgedOffer } from './doubt-readings.ts';
import { HeldPricesStore } from './held-prices.store.ts';

/** Strange prices wait until they are confirmed, where their source is to be doubted. */
@Injectable()
export class Plausibility {
  private readonly postedSources: ReadonlySet<string>;

  constructor(
    private readonly store: HeldPricesStore,
    private readonly clock: Clock,
    @Inject(SCORING_CONFIG) config: ScoringConfig,
  ) {
    this.postedSources = new Set(config.SOUK_CONFIRM_POSTED_SOURCES);
  }

  /** Takes out of `added` what has to wait, puts in what was confirmed; answers what was set apart by message. */
  async sift(
    tx: Tx,
    offers: readonly JudgedOffer[],
    contextOf: (productId: string) => ListingContext,
  ): Promise<Map<AcceptedMessage, QuarantinedObservation[]>> {
    const mustConfirm = (price: NewPrice): boolean => this.mustConfirm(price);
    const inDoubt = offers.filter(({ added }) => added.some(mustConfirm));
    if (inDoubt.length === 0) return new Map();
    const now = this.clock.now();
    const doubts = await this.store.of(
      tx,
      inDoubt.map(({ offerId }) => offerId),
      now,
    );
    const doubted = doubtReadings(inDoubt, doubts, mustConfirm, contextOf);
    const { apart, held, retold, released, contradicted } = doubted;
    await this.store.hold(tx, held);
    await this.store.retell(tx, retold);
    await this.store.release(tx, released);
    await this.store.contradict(tx, contradicted, now);
    return apart;
  }

  /** What is fetched, unless its source is trusted; what is posted only where it was set so. A backfill is history. */
  private mustConfirm({ message: { data } }: NewPrice): boolean {
    if (data.mode === 'backfill') return false;
    if (data.policy?.confirm !== undefined) return data.policy.confirm;
    if (data.origin === 'fetched') return true;
    return this.postedSources.has(data.source) || this.postedSources.has('*');
  }
}
