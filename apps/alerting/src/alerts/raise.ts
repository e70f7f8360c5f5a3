import type { Message } from '@souk/bus';
import type { Alert, AlertReason, DealsScored, ScoredDeal } from '@souk/contracts';
import type { DayRates } from '@souk/money';
import { v5 as uuidV5 } from 'uuid';
import type { StoredChannel } from '../channels/channel.store.ts';
import type { Intent } from '../delivery/delivery.store.ts';
import { urgencyOf } from '../speaking/urgency.ts';
import type { KnownProduct } from '../watches/product.store.ts';
import type { Leaf } from '../watches/rule.ts';
import { standingOf } from '../watches/standing.ts';
import type { Crossing } from './crossings.ts';
import { reasonOf } from './reasons.ts';

const ALERT_NAMESPACE = '5a9d6a3c-9f44-5c8e-9f3d-0b6e6f1f7a03';

/** An alert before it has its place in the order of commits. */
export interface Draft {
  alert: Omit<Alert, 'position'>;
  accountId: string;
  cause: Message<typeof DealsScored>;
  /** How urgent it is to tell of it. */
  urgency: number;
}

/** One alert for each watch and price: what came true with it first, then what holds as well. */
export function draftsOf(
  crossings: readonly Crossing[],
  products: ReadonlyMap<string, KnownProduct>,
  rates: DayRates | undefined,
  raisedAt: Date,
): Draft[] {
  return crossings.map(({ placed: { message, source, deal }, watch, crossed, holding }) => {
    const product = products.get(deal.productId);
    return {
      accountId: watch.accountId,
      cause: message,
      urgency: urgencyOf(deal),
      alert: {
        id: alertIdOf(watch.id, deal),
        watchId: watch.id,
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
        reasons: [
          ...crossed.map((leaf) => reasonOf(leaf, deal, rates)),
          ...holding.map((leaf) => holdingReason(leaf, deal, rates)),
        ],
        traceId: message.traceId,
      },
    };
  });
}

/** There is only ever one alert of a watch for a price of an offer. */
const alertIdOf = (watchId: string, { offerId, observedAt }: ScoredDeal): string =>
  uuidV5(`${watchId}\n${offerId}\n${observedAt}`, ALERT_NAMESPACE);

function holdingReason(leaf: Leaf, deal: ScoredDeal, rates: DayRates | undefined): AlertReason {
  const { sentence, said, inputs } = standingOf(leaf, deal, rates);
  return { kind: leaf.kind, sentence, said, inputs, crossed: false };
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
  { alert, accountId, urgency }: Draft,
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
      productId: alert.productId,
      urgency,
      traceparent,
      createdAt: new Date(alert.raisedAt),
    });
  }
  return distribution;
}
