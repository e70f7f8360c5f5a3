import { Injectable } from '@nestjs/common';
import type { Message } from '@souk/bus';
import {
  AlertDelivered,
  AlertRaised,
  type DataOf,
  type DealsScored,
  type EventContract,
} from '@souk/contracts';
import { Clock, type Tx } from '@souk/service';
import { ChannelStore } from '../channels/channel.store.ts';
import { DeliveryStore } from '../delivery/delivery.store.ts';
import { setTenants } from '../tenants.ts';
import { ProductStore } from '../watches/product.store.ts';
import { WatchStore } from '../watches/watch.store.ts';
import { AlertRestraint } from './alert-restraint.ts';
import { AlertStore } from './alert.store.ts';
import { crossingsOf, needsRates, type PlacedDeal, ruleOf } from './crossings.ts';
import type { Candidate } from './match.store.ts';
import { deliveryIdOf, distribute, type Draft, draftsOf } from './raise.ts';
import { RateStore } from './rate.store.ts';

type Cause = Message<typeof DealsScored>;

/** The transaction that alerts are raised in: that of a batch of prices, or of a slice of a crowd. */
export interface Ground {
  tx: Tx;
  publish<E extends EventContract>(
    contract: E,
    data: DataOf<E>,
    options: { causedBy: Cause; key: string; accountId: string },
  ): void;
  /** Parent of what is done for the message later. */
  traceparentOf(message: Cause): string | null;
  keepTrace(message: Cause): void;
}

export interface Asked {
  deals: readonly PlacedDeal[];
  /** Of few accounts: policies compare rows with each. */
  candidates: readonly Candidate[];
  /** One price, and very many who wait for it: watches made after it came are not meant. */
  crowdSince?: Date;
}

/** Raises alerts for some accounts: watches on shared listings belong to others than the prices do. */
@Injectable()
export class AlertRaising {
  constructor(
    private readonly clock: Clock,
    private readonly alerts: AlertStore,
    private readonly watches: WatchStore,
    private readonly products: ProductStore,
    private readonly rates: RateStore,
    private readonly restraint: AlertRestraint,
    private readonly channels: ChannelStore,
    private readonly deliveries: DeliveryStore,
  ) {}

  async raise(ground: Ground, { deals, candidates, crowdSince }: Asked): Promise<void> {
    const { tx } = ground;
    const accounts = [...deals.map(({ message }) => message), ...candidates].map(
      ({ accountId }) => accountId,
    );
    const productIds = new Set(candidates.map(({ place }) => deals[place]!.deal.productId));
    const [, speaking, known] = await Promise.all([
      setTenants(tx, accounts),
      this.watches.speaking(tx, [...new Set(candidates.map(({ watchId }) => watchId))]),
      this.products.get(tx, [...productIds]),
    ]);
    const watches = crowdSince ? speaking.filter(({ createdAt }) => createdAt <= crowdSince) : speaking;
    const rules = new Map(watches.map((watch) => [watch.id, { watch, rule: ruleOf(watch) }]));
    const products = new Map(known.map((product) => [product.productId, product]));
    const rates = needsRates(rules, candidates, deals) ? await this.rates.get(tx) : undefined;
    const crossings = crossingsOf(deals, candidates, rules, products, rates);
    const now = this.clock.now();
    const raised = await this.restraint.apply(tx, watches, crossings, deals, now);
    const channelsOf = new Map(watches.map(({ id, channels }) => [id, channels]));
    await this.commit(ground, draftsOf(raised, products, rates, now), channelsOf, crowdSince !== undefined);
  }

  /** Writes alerts and what is to be delivered; everything here is all or nothing with the transaction. */
  private async commit(
    ground: Ground,
    drafts: readonly Draft[],
    channelsOf: ReadonlyMap<string, string[]>,
    isCrowd: boolean,
  ): Promise<void> {
    if (drafts.length === 0) return;
    const { tx } = ground;
    const ids = new Set([...channelsOf.values()].flat().filter((channel) => channel !== 'inbox'));
    const channels = await this.channels.getMany(tx, [...ids]);
    const known = new Map(channels.map((channel) => [channel.id, channel]));
    // From here on the positions are locked: as little as possible until commit.
    const raised = await this.alerts.insert(tx, drafts);
    const distributed = raised.map(({ draft, alert }) => ({
      draft,
      alert,
      ...distribute(draft, channelsOf.get(alert.watchId)!, known, ground.traceparentOf(draft.cause)),
    }));
    await this.deliveries.insert(
      tx,
      distributed.flatMap(({ intents }) => intents),
      { isCrowd },
    );
    for (const { draft, alert, inbox } of distributed) {
      const { accountId, cause } = draft;
      // One account's alerts keep the order of their commits.
      const options = { causedBy: cause, key: accountId, accountId };
      ground.publish(AlertRaised, alert, options);
      ground.keepTrace(cause);
      if (inbox === undefined) continue;
      ground.publish(
        AlertDelivered,
        {
          alertId: alert.id,
          watchId: alert.watchId,
          deliveryId: deliveryIdOf(alert.id, 'inbox'),
          channelId: inbox,
          channelType: 'inbox',
          attempts: 1,
          possibleRepeat: false,
          deliveredAt: alert.raisedAt,
          traceId: alert.traceId,
        },
        options,
      );
    }
  }
}
