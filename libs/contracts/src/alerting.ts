import { z } from 'zod';
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

/** When a watch speaks. Several conditions in one watch: any of them raises the alert, and it names all that did. */
export const WatchConditions = z
  .strictObject({
    /** Fires when the price falls below this decimal amount. */
    priceBelow: z.string().min(1).max(32).optional(),
    /** Currency of `priceBelow`; without it the currency of the offer. */
    currency: Currency.optional(),
    /** Fires when (previous - price) x 100 >= dropPercent x previous. */
    dropPercent: z.number().gt(0).max(100).optional(),
    /** Fires when the price is lower than every earlier one. */
    allTimeLow: z.literal(true).optional(),
    /** Fires when an offer that was out of stock can be bought again. */
    backInStock: z.literal(true).optional(),
    /** Fires when the deal score rises to this or above. */
    scoreAtLeast: z.number().min(1).max(100).optional(),
  })
  .refine(
    (when) =>
      when.priceBelow !== undefined ||
      when.dropPercent !== undefined ||
      when.allTimeLow !== undefined ||
      when.backInStock !== undefined ||
      when.scoreAtLeast !== undefined,
    { message: 'name at least one of priceBelow, dropPercent, allTimeLow, backInStock, scoreAtLeast' },
  );
export type WatchConditions = z.infer<typeof WatchConditions>;

export const CONDITION_KINDS = [
  'priceBelow',
  'dropPercent',
  'allTimeLow',
  'backInStock',
  'scoreAtLeast',
] as const;
export const ConditionKind = z.enum(CONDITION_KINDS);
export type ConditionKind = z.infer<typeof ConditionKind>;

export const Watch = z.object({
  id: z.uuid(),
  product: z.object({ source: SourceName, product: ProductCode }),
  /** The listing it is bound to; null while the product is unknown. */
  productId: ProductId.nullable(),
  when: WatchConditions,
  /** Channel ids, or `inbox`. */
  channels: z.array(z.string()),
  paused: z.boolean(),
  createdAt: Instant,
});
export type Watch = z.infer<typeof Watch>;

/** Tells ingestion what is worth tracking, and the account's other views that something changed. */
export const WatchChanged = event('alerting.watch-changed.v1', {
  summary: 'A watch was made, changed or deleted.',
  data: z.object({
    watchId: z.uuid(),
    change: z.enum(['created', 'updated', 'deleted']),
    source: SourceName,
    product: ProductCode,
    productIds: z.array(ProductId),
  }),
  orderKeys: (data) => [data.watchId],
});

/** Why an alert fired: the rule, what it saw, and one plain sentence. */
export const AlertReason = z.object({
  kind: ConditionKind,
  sentence: z.string(),
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
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

export const ChannelType = z.enum(['inbox', 'webhook', 'telegram']);
export type ChannelType = z.infer<typeof ChannelType>;

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

const ByAccount = z.object({ accountId: AccountId });
const Page = ByAccount.extend({ limit: z.int().min(1).max(200), cursor: z.string().max(500).optional() });

export const CreateWatch = query('alerting.create-watch', {
  summary: 'Make a watch; says at once which of its conditions are already true.',
  request: ByAccount.extend({
    /** Made from the Idempotency-Key, so that a repeated command makes one watch. */
    watchId: z.uuid(),
    product: z.object({ source: SourceName, product: ProductCode }).optional(),
    productId: ProductId.optional(),
    when: WatchConditions,
    channels: z.array(z.string().max(64)).min(1).max(20),
  }),
  response: z.object({ watch: Watch, alreadyTrue: z.array(AlertReason) }),
});

export const ListWatches = query('alerting.list-watches', {
  summary: 'Watches of an account, newest first.',
  request: Page,
  response: z.object({ watches: z.array(Watch), next: z.string().nullable() }),
});

export const GetWatch = query('alerting.get-watch', {
  summary: 'One watch.',
  request: ByAccount.extend({ watchId: z.uuid() }),
  response: z.object({ watch: Watch }),
});

export const UpdateWatch = query('alerting.update-watch', {
  summary: 'Change conditions, channels or pause of a watch.',
  request: ByAccount.extend({
    watchId: z.uuid(),
    when: WatchConditions.optional(),
    channels: z.array(z.string().max(64)).min(1).max(20).optional(),
    paused: z.boolean().optional(),
  }),
  response: z.object({ watch: Watch }),
});

export const DeleteWatch = query('alerting.delete-watch', {
  summary: 'Delete a watch; its alerts stay.',
  request: ByAccount.extend({ watchId: z.uuid() }),
  response: z.object({}),
});

export const ListAlerts = query('alerting.list-alerts', {
  summary: 'Alerts of an account, newest first, or after a position, oldest first.',
  request: ByAccount.extend({
    limit: z.int().min(1).max(1_000),
    cursor: z.string().max(500).optional(),
    /** Only alerts with a greater position, oldest first: what a reconnecting stream has missed. */
    afterPosition: z.int().nonnegative().optional(),
    watchId: z.uuid().optional(),
  }),
  response: z.object({ alerts: z.array(Alert), next: z.string().nullable() }),
});

export const Channel = z.object({
  id: z.uuid(),
  type: ChannelType,
  name: z.string().nullable(),
  state: z.enum(['ready', 'waiting-for-link', 'failing']),
  /** Where it delivers, without secrets: a webhook's address, a chat's title. */
  target: z.string().nullable(),
  createdAt: Instant,
});
export type Channel = z.infer<typeof Channel>;

export const CreateChannel = query('alerting.create-channel', {
  summary: 'Make a channel; a webhook answers its signing secret once, Telegram a one-time link and code.',
  request: ByAccount.extend({
    channelId: z.uuid(),
    name: z.string().max(100).optional(),
    channel: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('webhook'), url: z.url({ protocol: /^https?$/ }).max(2_048) }),
      z.strictObject({ type: z.literal('telegram') }),
      z.strictObject({ type: z.literal('inbox') }),
    ]),
  }),
  response: z.object({
    channel: Channel,
    signingSecret: z.string().optional(),
    link: z.object({ url: z.string().nullable(), code: z.string(), expiresAt: Instant }).optional(),
  }),
});

export const ListChannels = query('alerting.list-channels', {
  summary: 'Channels of an account.',
  request: Page,
  response: z.object({ channels: z.array(Channel), next: z.string().nullable() }),
});

export const DeleteChannel = query('alerting.delete-channel', {
  summary: 'Delete a channel; watches that name it no longer deliver there.',
  request: ByAccount.extend({ channelId: z.uuid() }),
  response: z.object({}),
});

export const TestChannel = query('alerting.test-channel', {
  summary: 'Send a test message through a channel and say how it went.',
  deadlineMs: 20_000,
  request: ByAccount.extend({ channelId: z.uuid() }),
  response: z.object({ delivered: z.boolean(), detail: z.string() }),
});
