import { ChannelType } from '@souk/contracts';
import { z } from 'zod';
import { cursorQuery, pageOf, Time } from '../http/shapes.ts';

const name = z.string().min(1).max(100).optional();

export const CreateChannelBody = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('webhook'),
    url: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .max(2_048)
      .meta({ description: 'Gets POSTs signed as Standard Webhooks say.' }),
    name,
  }),
  z.strictObject({ type: z.literal('telegram'), name }),
  z.strictObject({ type: z.literal('inbox'), name }),
]);
export type CreateChannelBody = z.infer<typeof CreateChannelBody>;

export const ChannelView = z
  .object({
    id: z.uuid(),
    type: ChannelType,
    name: z.string().nullable(),
    state: z.enum(['ready', 'waiting-for-link', 'failing']),
    target: z.string().nullable().meta({ description: 'Where it delivers, without secrets.' }),
    createdAt: Time,
  })
  .meta({ id: 'Channel' });

export const CreatedChannel = ChannelView.extend({
  signingSecret: z.string().optional().meta({ description: 'Of a webhook; shown this once.' }),
  link: z
    .object({ url: z.string().nullable(), code: z.string(), expiresAt: Time })
    .optional()
    .meta({ description: 'Of Telegram: open the link, or send `/start <code>` to the bot.' }),
}).meta({ id: 'CreatedChannel' });

export const ChannelPage = pageOf(ChannelView).meta({ id: 'ChannelPage' });
export const ChannelsQuery = cursorQuery({});
export type ChannelsQuery = z.infer<typeof ChannelsQuery>;

export const ChannelTest = z
  .object({ delivered: z.boolean(), detail: z.string() })
  .meta({ id: 'ChannelTest' });
