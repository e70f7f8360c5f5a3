import { Controller } from '@nestjs/common';
import { Answer } from '@souk/bus';
import {
  type Alert,
  type Deal,
  GetSavings,
  MarkBought,
  type Product,
  Refusal,
  type ResponseOf,
  UndoPurchase,
} from '@souk/contracts';
import { parseAmount } from '@souk/money';
import { Clock, Database } from '@souk/service';
import type { z } from 'zod';
import { AlertStore } from '../alerts/alert.store.ts';
import { invalid } from '../invalid.ts';
import { Listings } from '../watches/listings.ts';
import { PurchaseStore } from './purchase.store.ts';

type Request = z.output<typeof MarkBought.request>;

/** Notes what people bought, and what that saved them. */
@Controller()
export class PurchaseHandlers {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly alerts: AlertStore,
    private readonly purchases: PurchaseStore,
    private readonly listings: Listings,
  ) {}

  @Answer(MarkBought)
  async mark(request: Request): Promise<ResponseOf<typeof MarkBought>> {
    const { accountId, alertId } = request;
    if ((alertId === undefined) === (request.productId === undefined))
      throw invalid({ field: 'productId', problem: 'name either an alertId or a productId' });
    const alert = alertId === undefined ? undefined : await this.alertOf(accountId, alertId);
    const productId = alert?.productId ?? request.productId!;
    const [products, deal] = await Promise.all([
      this.listings.get(accountId, [productId]),
      this.listings.deal(accountId, productId),
    ]);
    const product = products.get(productId);
    const item = alert ?? product;
    if (!item) throw invalid({ field: 'productId', problem: 'no such product' });
    const paid = paidFor(request, alert, deal, product);
    const purchase = await this.database.transaction([accountId], (tx) =>
      this.purchases.note(tx, accountId, {
        id: request.purchaseId,
        productId,
        source: item.source,
        product: item.product,
        title: alert?.title ?? product?.facts.title ?? null,
        alertId: alertId ?? null,
        person: request.person ?? null,
        ...paid,
        usualPriceMinor: usualPrice(deal, paid.currency),
        boughtAt: this.clock.now().toISOString(),
      }),
    );
    if (!purchase) throw new Refusal('conflict', 'this id is taken; use another Idempotency-Key');
    return { purchase };
  }

  @Answer(UndoPurchase)
  async undo({
    accountId,
    purchaseId,
  }: z.output<typeof UndoPurchase.request>): Promise<ResponseOf<typeof UndoPurchase>> {
    const purchase = await this.database.transaction([accountId], (tx) =>
      this.purchases.forget(tx, accountId, purchaseId),
    );
    if (!purchase) throw new Refusal('not-found', 'no such purchase');
    return { purchase };
  }

  @Answer(GetSavings)
  async savings({
    accountId,
    from,
    until,
    person,
  }: z.output<typeof GetSavings.request>): Promise<ResponseOf<typeof GetSavings>> {
    return this.database.read([accountId], async (tx) => ({
      totals: await this.purchases.totals(tx, accountId, { from, until, person }),
      purchases: await this.purchases.newest(tx, accountId, { from, until, person }),
    }));
  }

  private async alertOf(accountId: string, alertId: string): Promise<Alert> {
    const [alert] = await this.database.read([accountId], (tx) => this.alerts.getMany(tx, [alertId]));
    if (!alert) throw invalid({ field: 'alertId', problem: 'no such alert' });
    return alert;
  }
}

/** What is given counts, then the price that the alert told of, then the current one. */
function paidFor(
  { price, currency }: Request,
  alert: Alert | undefined,
  deal: Deal | undefined,
  product: Product | undefined,
): { paidMinor: number; currency: string } {
  const known = alert ?? deal ?? product?.offers[0];
  if (price === undefined) {
    if (known) return { paidMinor: known.priceMinor, currency: known.currency };
    throw invalid({ field: 'price', problem: 'is not known; say what was paid' });
  }
  const paidIn = currency ?? known?.currency;
  if (paidIn === undefined) throw invalid({ field: 'currency', problem: 'is not known; name it' });
  const paid = parseAmount(price, paidIn);
  if ('problem' in paid) throw invalid({ field: 'price', problem: paid.problem });
  return { paidMinor: paid.minor, currency: paidIn };
}

/** The median of 90 days, which a single sale hardly moves; of all that is known, where that is less. */
function usualPrice(deal: Deal | undefined, currency: string): number | null {
  if (!deal || deal.currency !== currency) return null;
  const windows = deal.statistics;
  const usual =
    windows.find(({ window }) => window === '90d') ?? windows.find(({ window }) => window === 'all');
  return usual?.medianMinor ?? null;
}
