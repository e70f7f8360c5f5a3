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
import { WatchStore } from '../watches/watch.store.ts';
import { AlertStore } from './alert.store.ts';
import { crossingsOf, dealsOf, needsRates, type PlacedDeal, placedProbesOf, ruleOf } from './crossings.ts';
import { type Candidate, MatchStore } from './match.store.ts';
import { deliveryIdOf, distribute, type Draft, draftsOf } from './raise.ts';
import { RateStore } from './rate.store.ts';
import { AlertRestraint } from './alert-restraint.ts';

/** Raises alerts for prices that crossed what somebody waits for, and lists them. */
@Controller()
export class AlertHandlers {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly matches: MatchStore,
    private readonly alerts: AlertStore,
    private readonly watches: WatchStore,
    private readonly products: ProductStore,
    private readonly rates: RateStore,
    private readonly restraint: AlertRestraint,
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
    const candidates = await this.matches.find(batch.tx, probes);
    for (const part of byTenants(candidates)) await this.raiseFor(batch, deals, part);
    if (candidates.length > 0) batch.afterCommit(() => this.worker.wake());
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
    candidates: readonly Candidate[],
  ): Promise<void> {
    const { tx, messages } = batch;
    const accounts = [...messages, ...candidates].map(({ accountId }) => accountId);
    const productIds = new Set(candidates.map(({ place }) => deals[place]!.deal.productId));
    const [, watches, known] = await Promise.all([
      setTenants(tx, accounts),
      this.watches.speaking(tx, [...new Set(candidates.map(({ watchId }) => watchId))]),
      this.products.get(tx, [...productIds]),
    ]);
    const rules = new Map(watches.map((watch) => [watch.id, { watch, rule: ruleOf(watch) }]));
    const products = new Map(known.map((product) => [product.productId, product]));
    const rates = needsRates(rules, candidates, deals) ? await this.rates.get(tx) : undefined;
    const crossings = crossingsOf(deals, candidates, rules, products, rates);
    const now = this.clock.now();
    const raised = await this.restraint.apply(tx, watches, crossings, deals, now);
    const channelsOf = new Map(watches.map(({ id, channels }) => [id, channels]));
    await this.commit(batch, draftsOf(raised, products, rates, now), channelsOf);
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
