import { Controller } from '@nestjs/common';
import { Answer, type Batch, Subscribe } from '@souk/bus';
import { AlertDelivered, AlertRaised, DealsScored, ListAlerts, type ResponseOf } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import type { z } from 'zod';
import { ChannelStore } from '../channels/channel.store.ts';
import { DeliveryStore } from '../delivery/delivery.store.ts';
import { DeliveryWorker } from '../delivery/delivery.worker.ts';
import { byTenants, setTenants } from '../tenants.ts';
import { ProductStore } from '../watches/product.store.ts';
import { AlertStore } from './alert.store.ts';
import { type Match, MatchStore } from './match.store.ts';
import {
  dealsOf,
  deliveryIdOf,
  distribute,
  type Draft,
  draftsOf,
  type PlacedDeal,
  placedProbesOf,
} from './raise.ts';

/** Raises alerts for prices that crossed what somebody waits for, and lists them. */
@Controller()
export class AlertHandlers {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly matches: MatchStore,
    private readonly alerts: AlertStore,
    private readonly products: ProductStore,
    private readonly channels: ChannelStore,
    private readonly deliveries: DeliveryStore,
    private readonly worker: DeliveryWorker,
  ) {}

  /** Most prices cross nothing: they cost no SQL at all. */
  @Subscribe(DealsScored, { maxMessages: 50 })
  async raise(batch: Batch<typeof DealsScored>): Promise<void> {
    const deals = dealsOf(batch.messages);
    const probes = placedProbesOf(deals);
    if (probes.length === 0) return;
    const matches = await this.matches.find(batch.tx, probes);
    for (const part of byTenants(matches)) await this.raiseFor(batch, deals, part);
    if (matches.length > 0) batch.afterCommit(() => this.worker.wake());
  }

  @Answer(ListAlerts)
  async list(request: z.output<typeof ListAlerts.request>): Promise<ResponseOf<typeof ListAlerts>> {
    const { items, next } = await this.database.read([request.accountId], (tx) =>
      this.alerts.list(tx, request),
    );
    return { alerts: items, next };
  }

  /** Raises alerts for some accounts: watches on shared listings belong to others than the prices do. */
  private async raiseFor(
    batch: Batch<typeof DealsScored>,
    deals: readonly PlacedDeal[],
    matches: readonly Match[],
  ): Promise<void> {
    const { tx, messages } = batch;
    const accounts = [...messages, ...matches].map(({ accountId }) => accountId);
    const watchIds = new Set(matches.map((match) => match.watchId));
    const productIds = new Set(matches.map((match) => deals[match.place]!.deal.productId));
    const [, channelsOf, products] = await Promise.all([
      setTenants(tx, accounts),
      this.alerts.channelsOf(tx, [...watchIds]),
      this.products.get(tx, [...productIds]),
    ]);
    const drafts = draftsOf(
      deals,
      matches.filter((match) => channelsOf.has(match.watchId)),
      new Map(products.map((product) => [product.productId, product])),
      this.clock.now(),
    );
    await this.commit(batch, drafts, channelsOf);
  }

  /** Writes alerts and what is to be delivered; everything here is all or nothing with the batch. */
  private async commit(
    batch: Batch<typeof DealsScored>,
    drafts: readonly Draft[],
    channelsOf: ReadonlyMap<string, string[]>,
  ): Promise<void> {
    if (drafts.length === 0) return;
    const ids = new Set([...channelsOf.values()].flat().filter((channel) => channel !== 'inbox'));
    const channels = await this.channels.getMany(batch.tx, [...ids]);
    const known = new Map(channels.map((channel) => [channel.id, channel]));
    // From here on the positions are locked: as little as possible until commit.
    const raised = await this.alerts.insert(batch.tx, drafts);
    const distributed = raised.map(({ draft, alert }) => ({
      draft,
      alert,
      ...distribute(draft, channelsOf.get(alert.watchId)!, known, batch.traceparentOf(draft.cause)),
    }));
    await this.deliveries.insert(
      batch.tx,
      distributed.flatMap(({ intents }) => intents),
    );
    for (const { draft, alert, inbox } of distributed) {
      const { accountId, cause } = draft;
      // One account's alerts keep the order of their commits.
      const options = { causedBy: cause, key: accountId, accountId };
      batch.publish(AlertRaised, alert, options);
      batch.keepTrace(cause);
      if (inbox === undefined) continue;
      batch.publish(
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
