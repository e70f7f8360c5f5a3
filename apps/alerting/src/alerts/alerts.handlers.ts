import { Controller } from '@nestjs/common';
import { Answer, type Batch, Subscribe } from '@souk/bus';
import { DealsScored, ListAlerts, type ResponseOf } from '@souk/contracts';
import { Clock, Database } from '@souk/service';
import type { z } from 'zod';
import { DeliveryWorker } from '../delivery/delivery.worker.ts';
import { byTenants } from '../tenants.ts';
import { AlertStore } from './alert.store.ts';
import { CrowdStore } from './crowd.store.ts';
import { CrowdWorker } from './crowd.worker.ts';
import { ALONE_AT_MOST, CANDIDATES_AT_MOST, messageWith, partCrowds } from './crowds.ts';
import { dealsOf, type PlacedDeal, placedProbesOf } from './crossings.ts';
import { MatchStore } from './match.store.ts';
import { AlertRaising } from './raising.ts';

const AT_MOST = { ofEach: ALONE_AT_MOST + 1, inAll: CANDIDATES_AT_MOST };

/** Raises alerts for prices that crossed what somebody waits for, and lists them. */
@Controller()
export class AlertHandlers {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly matches: MatchStore,
    private readonly alerts: AlertStore,
    private readonly raising: AlertRaising,
    private readonly crowds: CrowdStore,
    private readonly crowdWorker: CrowdWorker,
    private readonly worker: DeliveryWorker,
  ) {}

  /** Most prices cross nothing: one statement finds that of a whole batch. What very many wait for is left to slices. */
  @Subscribe(DealsScored, { maxMessages: 50 })
  async raise(batch: Batch<typeof DealsScored>): Promise<void> {
    const { tx } = batch;
    const deals = dealsOf(batch.messages);
    if (deals.length === 0) return;
    const [open, { probes, found }] = await Promise.all([
      this.crowds.open(tx, () => new Set(deals.map(({ deal }) => deal.productId))),
      this.matches.find(tx, (kinds) => placedProbesOf(deals, kinds), AT_MOST),
    ]);
    const asked = new Set(probes.map(({ place }) => place));
    // All of them: what a price has to be asked may follow from what is not told yet.
    const behind = new Set(deals.keys().filter((place) => open.has(deals[place]!.deal.productId)));
    const { candidates, crowded } = partCrowds(found, asked, behind);
    if (crowded.size > 0) await this.leave(batch, deals, crowded);
    for (const part of byTenants(candidates)) await this.raising.raise(batch, { deals, candidates: part });
    if (candidates.length > 0) batch.afterCommit(() => this.worker.wake());
  }

  @Answer(ListAlerts)
  async list(request: z.output<typeof ListAlerts.request>): Promise<ResponseOf<typeof ListAlerts>> {
    const { items, next } = await this.database.read([request.accountId], (tx) =>
      this.alerts.list(tx, request),
    );
    return { alerts: items, next };
  }

  private async leave(
    batch: Batch<typeof DealsScored>,
    deals: readonly PlacedDeal[],
    crowded: ReadonlySet<number>,
  ): Promise<void> {
    const prices = [...crowded].map((place) => deals[place]!);
    const crowds = prices.map(({ message, deal }) => ({
      productId: deal.productId,
      payload: messageWith(message, deal),
    }));
    await this.crowds.add(batch.tx, crowds, this.clock.now());
    batch.afterCommit(() => this.crowdWorker.wake());
  }
}
