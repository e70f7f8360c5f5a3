import type { Message } from '@souk/bus';
import { type Alert, type DealsScored, type ScoredDeal, type SourceName } from '@souk/contracts';
import { v5 as uuidV5 } from 'uuid';
import type { z } from 'zod';
import type { StoredChannel } from '../channels/channel.store.ts';
import type { Intent } from '../delivery/delivery.store.ts';
import type { KnownProduct } from '../watches/product.store.ts';
import type { Match, PlacedProbe } from './match.store.ts';
import { probesOf } from './probes.ts';
import { reasonOf } from './reasons.ts';

const ALERT_NAMESPACE = '5a9d6a3c-9f44-5c8e-9f3d-0b6e6f1f7a03';

/** A price of a batch with the message it came in. */
export interface PlacedDeal {
  message: Message<typeof DealsScored>;
  source: z.infer<typeof SourceName>;
  deal: ScoredDeal;
}

/** An alert before it has its place in the order of commits. */
export interface Draft {
  alert: Omit<Alert, 'position'>;
  accountId: string;
  cause: Message<typeof DealsScored>;
}

/** The prices of a batch; those of a backfill, and of sources that forbid alerts, raise nothing. */
export function dealsOf(messages: readonly Message<typeof DealsScored>[]): PlacedDeal[] {
  return messages
    .filter(({ data }) => data.mode === 'live' && data.policy?.mayAlert !== false)
    .flatMap((message) => message.data.deals.map((deal) => ({ message, source: message.data.source, deal })));
}

/** Everything that the prices ask of the match index; `place` is the price's place in the list. */
export function placedProbesOf(deals: readonly PlacedDeal[]): PlacedProbe[] {
  return deals.flatMap(({ message, deal }, place) =>
    probesOf(deal).map((probe) => ({
      ...probe,
      place,
      productId: deal.productId,
      owner: message.accountId,
      currency: deal.currency,
    })),
  );
}

/** One alert for each watch and price, with every condition that became true. */
export function draftsOf(
  deals: readonly PlacedDeal[],
  matches: readonly Match[],
  products: ReadonlyMap<string, KnownProduct>,
  raisedAt: Date,
): Draft[] {
  const drafts = new Map<string, Draft>();
  for (const { place, watchId, accountId, kind, threshold } of matches) {
    const { message, source, deal } = deals[place]!;
    const id = uuidV5(`${watchId}\n${deal.offerId}\n${deal.observedAt}`, ALERT_NAMESPACE);
    const reason = reasonOf(kind, threshold, deal);
    const known = drafts.get(id);
    if (known) {
      known.alert.reasons.push(reason);
      continue;
    }
    const product = products.get(deal.productId);
    drafts.set(id, {
      accountId,
      cause: message,
      alert: {
        id,
        watchId,
        productId: deal.productId,
        offerId: deal.offerId,
        source,
        product: deal.product,
        title: product?.title ?? null,
        url: product?.url ?? null,
        image: product?.image ?? null,
        seller: deal.seller ?? null,
        condition: deal.condition ?? null,
        priceMinor: deal.priceMinor,
        previousPriceMinor: deal.previousPriceMinor ?? null,
        currency: deal.currency,
        observedAt: deal.observedAt,
        raisedAt: raisedAt.toISOString(),
        score: deal.score ?? null,
        reasons: [reason],
        traceId: message.traceId,
      },
    });
  }
  return [...drafts.values()];
}

/** Id of the delivery of an alert to a channel: there is only ever one. */
export const deliveryIdOf = (alertId: string, channelId: string): string => uuidV5(channelId, alertId);

/** How an alert reaches its account: the inbox by the commit itself, other channels through the queue. */
export interface Distribution {
  /** The channel that stands for the inbox, if the watch names one. */
  inbox: string | undefined;
  intents: Intent[];
}

export function distribute(
  { alert, accountId }: Draft,
  channels: readonly string[],
  known: ReadonlyMap<string, StoredChannel>,
  traceparent: string | null,
): Distribution {
  const distribution: Distribution = { inbox: channels.find((channel) => channel === 'inbox'), intents: [] };
  for (const id of channels) {
    const channel = known.get(id);
    if (!channel || channel.accountId !== accountId) continue;
    if (channel.type === 'inbox') {
      distribution.inbox ??= id;
      continue;
    }
    distribution.intents.push({
      id: deliveryIdOf(alert.id, id),
      alertId: alert.id,
      accountId,
      channelId: id,
      lane: channel.type,
      traceparent,
      createdAt: new Date(alert.raisedAt),
    });
  }
  return distribution;
}
