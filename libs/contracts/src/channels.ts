import { z } from 'zod';
import { AccountId, Currency, Instant, MinorAmount, ProductId } from './ids.ts';
import { Language } from './preferences.ts';
import { query } from './query.ts';

export const ChannelType = z.enum(['inbox', 'webhook', 'telegram', 'slack', 'email']);
export type ChannelType = z.infer<typeof ChannelType>;

const ByAccount = z.object({ accountId: AccountId });
const Page = ByAccount.extend({ limit: z.int().min(1).max(200), cursor: z.string().max(500).optional() });

export const Channel = z.object({
  id: z.uuid(),
  type: ChannelType,
  name: z.string().nullable(),
  state: z.enum(['ready', 'waiting-for-link', 'failing']),
  /** Where it delivers, without secrets: a webhook's address, a chat's title. */
  target: z.string().nullable(),
  /** Why it is failing, once that is known. */
  pausedReason: z.string().nullable().optional(),
  createdAt: Instant,
});
export type Channel = z.infer<typeof Channel>;

export const CreateChannel = query('alerting.create-channel', {
  summary: 'Make a channel; a webhook answers its signing secret once, Telegram a one-time link and code.',
  request: ByAccount.extend({
    channelId: z.uuid(),
    name: z.string().max(100).optional(),
    /** Of what people read there; they can change it. */
    language: Language.optional(),
    channel: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('webhook'), url: z.url({ protocol: /^https?$/ }).max(2_048) }),
      z.strictObject({ type: z.literal('telegram') }),
      z.strictObject({ type: z.literal('slack') }),
      z.strictObject({ type: z.literal('email'), address: z.email().max(254) }),
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

export const ConfirmChannel = query('alerting.confirm-channel', {
  summary: 'Confirm the address of an e-mail channel with the code that was sent there.',
  request: ByAccount.extend({ channelId: z.uuid(), code: z.string().max(64) }),
  response: z.object({ channel: Channel }),
});

export const EnableChannel = query('alerting.enable-channel', {
  summary: 'Switch a paused channel on again, without a test.',
  request: ByAccount.extend({ channelId: z.uuid() }),
  response: z.object({ channel: Channel }),
});

export const EndMail = query('alerting.end-mail', {
  summary: 'Stop a channel by the link in its mails; whoever has the mail may.',
  request: z.object({ token: z.string().max(500) }),
  response: z.object({ address: z.string() }),
});

/** An alert or a digest on its way to a channel, or where that ended. */
export const Delivery = z.object({
  id: z.uuid(),
  /** Null for a digest. */
  alertId: z.uuid().nullable(),
  /** What a digest said, in the channel's language, and what it showed at which prices; null for an alert. */
  digest: z
    .object({
      text: z.string(),
      products: z
        .array(z.object({ productId: ProductId, priceMinor: MinorAmount, currency: Currency }))
        .max(50),
    })
    .nullable(),
  channelId: z.uuid(),
  state: z.enum(['waiting', 'sending', 'delivered', 'failed', 'cancelled', 'withheld', 'merged']),
  /** Begun since it was raised, or sent again by hand. */
  attempts: z.int().nonnegative(),
  /** What the last attempt came to. */
  reason: z.string().nullable(),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
  nextAttemptAt: Instant.nullable(),
  /** The last attempts, oldest first. */
  log: z.array(z.object({ at: Instant, outcome: z.string(), detail: z.string().optional() })).max(20),
});
export type Delivery = z.infer<typeof Delivery>;

export const ListDeliveries = query('alerting.list-deliveries', {
  summary: 'Deliveries to a channel, newest first, with what each attempt came to.',
  request: Page.extend({ channelId: z.uuid() }),
  response: z.object({ deliveries: z.array(Delivery), next: z.string().nullable() }),
});

export const ResendDelivery = query('alerting.resend-delivery', {
  summary:
    'Send an alert or a digest to a channel again, under the same id; one that waits is tried at once.',
  request: ByAccount.extend({ channelId: z.uuid(), deliveryId: z.uuid() }),
  response: z.object({ delivery: Delivery }),
});
