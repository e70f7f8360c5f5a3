import { z } from 'zod';
import { AccountId, Instant } from './ids.ts';
import { query } from './query.ts';

export const ChannelType = z.enum(['inbox', 'webhook', 'telegram']);
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
