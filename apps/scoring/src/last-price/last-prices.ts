import { Injectable } from '@nestjs/common';
import type { Batch } from '@souk/bus';
import type { OffersAccepted } from '@souk/contracts';
import { Clock } from '@souk/service';
import type { AcceptedMessage } from '../incoming-price.ts';
import type { Outcome } from '../price-history.ts';
import { followPrice } from './follow-price.ts';
import { type KeptPrice, LastPriceStore } from './last-price.store.ts';

/** Whether the prices of a message may be kept in the history. */
export const mayStoreHistory = ({ data }: AcceptedMessage): boolean => data.policy?.mayStoreHistory ?? true;

/**
 * Prices of sources that forbid a history. Where alerts are allowed, the last price of each offer is remembered to
 * compare the next one with; where they are not either, nothing is.
 */
@Injectable()
export class LastPrices {
  constructor(
    private readonly store: LastPriceStore,
    private readonly clock: Clock,
  ) {}

  async follow(
    tx: Batch<typeof OffersAccepted>['tx'],
    messages: readonly AcceptedMessage[],
  ): Promise<Outcome[]> {
    const compared = messages.filter(mayAlert).flatMap(({ data }) => data.offers);
    const ids = [...new Set(compared.map(({ offerId }) => offerId))];
    const last = ids.length === 0 ? new Map() : await this.store.get(tx, ids, this.clock.now());
    const kept = new Map<string, KeptPrice>();
    const outcomes = messages.map((message): Outcome => {
      const deals = message.data.offers.flatMap((offer) => {
        const followed = followPrice(offer, last.get(offer.offerId));
        if (!followed) return [];
        if (mayAlert(message)) {
          const { accountId } = message;
          last.set(offer.offerId, followed.last);
          kept.set(offer.offerId, {
            ...followed.last,
            offerId: offer.offerId,
            accountId,
            expiresAt: expiryOf(message),
          });
        }
        return [followed.deal];
      });
      return { message, deals, conflicts: [] };
    });
    await this.store.save(tx, [...kept.values()]);
    return outcomes;
  }
}

const mayAlert = ({ data }: AcceptedMessage): boolean => data.policy?.mayAlert ?? true;

function expiryOf({ data }: AcceptedMessage): Date | null {
  const lifetimeMs = data.policy?.cacheLifetimeMs;
  return lifetimeMs ? new Date(Date.parse(data.collectedAt) + lifetimeMs) : null;
}
