import { Injectable } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { type Alert, GetDeals, Refusal } from '@souk/contracts';
import { Database } from '@souk/service';
import { ruleOf } from '../alerts/crossings.ts';
import type { Money } from '../conversation/reply.ts';
import { WatchStore } from '../watches/watch.store.ts';
import { isStillOn } from './still-on.ts';

/** Nothing when nobody could say: then it is told as it was. */
export interface Seen {
  /** Why it is not worth telling any more. */
  gone?: string;
  /** Where it is another one than the alert tells of. */
  priceNow?: Money;
}

/** Whoever waited for the end of quiet hours does not wait for this. */
const DEADLINE_MS = 1_000;

/** Looks at the price again when an alert that waited is told at last. Remote calls: never within a transaction. */
@Injectable()
export class Release {
  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly watches: WatchStore,
  ) {}

  async look(accountId: string, alert: Alert): Promise<Seen> {
    const watch = await this.database.read([accountId], (tx) =>
      this.watches.get(tx, accountId, alert.watchId),
    );
    if (!watch) return { gone: 'the watch was deleted while the alert waited' };
    try {
      const request = { accountId, productIds: [alert.productId] };
      const { deals } = await this.bus.ask(GetDeals, request, { deadlineMs: DEADLINE_MS });
      const [deal] = deals;
      if (!deal) return {};
      if (!isStillOn(alert, deal, ruleOf(watch)))
        return { gone: 'the deal was gone when the quiet hours ended' };
      const { priceMinor: amountMinor, currency } = deal;
      const isOther = amountMinor !== alert.priceMinor && currency === alert.currency;
      return isOther ? { priceNow: { amountMinor, currency } } : {};
    } catch (error) {
      if (error instanceof Refusal) return {};
      throw error;
    }
  }
}
