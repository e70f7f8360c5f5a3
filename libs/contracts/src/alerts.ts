import { z } from 'zod';
import { ChannelType } from './channels.ts';
import { ConditionKind } from './conditions.ts';
import { event } from './event.ts';
import {
  AccountId,
  Condition,
  Currency,
  Instant,
  MinorAmount,
  ProductCode,
  ProductId,
  SourceName,
} from './ids.ts';
import { query } from './query.ts';
import { Wording } from './wording.ts';

/** Why an alert fired: the rule, what it saw, and one plain sentence. Those that became true come first. */
export const AlertReason = z.object({
  kind: ConditionKind,
  sentence: z.string(),
  /** The sentence for other languages; alerts of older versions have none. */
  said: Wording.optional(),
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** False: it holds as well, but did so before; absent: it became true with this price. */
  crossed: z.literal(false).optional(),
});
export type AlertReason = z.infer<typeof AlertReason>;

export const Alert = z.object({
  id: z.uuid(),
  /** Place in commit order; grows within an account, and is the id of the event in its stream. */
  position: z.int().positive(),
  watchId: z.uuid(),
  productId: ProductId,
  offerId: z.uuid(),
  source: SourceName,
  product: ProductCode,
  title: z.string().nullable(),
  url: z.string().nullable(),
  image: z.string().nullable(),
  seller: z.string().nullable(),
  condition: Condition.nullable(),
  priceMinor: MinorAmount,
  previousPriceMinor: MinorAmount.nullable(),
  currency: Currency,
  observedAt: Instant,
  raisedAt: Instant,
  score: z.number().nullable(),
  reasons: z.array(AlertReason).min(1),
  traceId: z.string(),
});
export type Alert = z.infer<typeof Alert>;

export const AlertRaised = event('alerting.alert-raised.v1', {
  summary: 'A watch fired.',
  data: Alert,
  orderKeys: (data) => [data.watchId],
});

export const AlertDelivered = event('alerting.alert-delivered.v1', {
  summary: 'An alert was handed over to a channel.',
  data: z.object({
    alertId: z.uuid(),
    watchId: z.uuid(),
    deliveryId: z.uuid(),
    channelId: z.string(),
    channelType: ChannelType,
    attempts: z.int().positive(),
    /** The outcome of an earlier attempt is unknown: the person may have got it twice. */
    possibleRepeat: z.boolean(),
    deliveredAt: Instant,
    traceId: z.string(),
  }),
  orderKeys: (data) => [data.deliveryId],
});

export const AlertFailed = event('alerting.alert-failed.v1', {
  summary: 'An alert could not be handed over to a channel, for good.',
  data: z.object({
    alertId: z.uuid(),
    deliveryId: z.uuid(),
    channelId: z.string(),
    channelType: ChannelType,
    attempts: z.int().positive(),
    reason: z.string(),
    traceId: z.string(),
  }),
  orderKeys: (data) => [data.deliveryId],
});

export const ListAlerts = query('alerting.list-alerts', {
  summary: 'Alerts of an account, newest first, or after a position, oldest first.',
  request: z.object({ accountId: AccountId }).extend({
    limit: z.int().min(1).max(1_000),
    cursor: z.string().max(500).optional(),
    /** Only alerts with a greater position, oldest first: what a reconnecting stream has missed. */
    afterPosition: z.int().nonnegative().optional(),
    watchId: z.uuid().optional(),
  }),
  response: z.object({ alerts: z.array(Alert), next: z.string().nullable() }),
});
