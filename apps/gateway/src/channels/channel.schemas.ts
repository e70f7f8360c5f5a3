import { ChannelType, type Delivery, Language } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import { z } from 'zod';
import { Amount, CurrencyCode, cursorQuery, IdParams, pageOf, Time } from '../http/shapes.ts';

const name = z.string().min(1).max(100).optional();
const language = Language.optional().meta({
  description: 'Of what people read there; see preferences.',
  example: 'de',
});

export const CreateChannelBody = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('webhook'),
    url: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .max(2_048)
      .meta({ description: 'Gets POSTs signed as Standard Webhooks say.' }),
    name,
  }),
  z.strictObject({ type: z.literal('telegram'), name, language }),
  z.strictObject({ type: z.literal('slack'), name, language }),
  z.strictObject({
    type: z.literal('email'),
    address: z
      .email()
      .max(254)
      .meta({ description: 'Gets a code; nothing else comes before it is confirmed.' }),
    name,
    language,
  }),
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
    pausedReason: z.string().nullable().optional().meta({ description: 'Why it is failing.' }),
    createdAt: Time,
  })
  .meta({ id: 'Channel' });

export const CreatedChannel = ChannelView.extend({
  signingSecret: z.string().optional().meta({ description: 'Of a webhook; shown this once.' }),
  link: z.object({ url: z.string().nullable(), code: z.string(), expiresAt: Time }).optional().meta({
    description:
      'Of Telegram: open the link, or send `/start <code>` to the bot. Of Slack: say `/souk link <code>`; the link installs the app.',
  }),
}).meta({ id: 'CreatedChannel' });

export const ChannelPage = pageOf(ChannelView).meta({ id: 'ChannelPage' });
export const ChannelsQuery = cursorQuery({});
export type ChannelsQuery = z.infer<typeof ChannelsQuery>;

export const ChannelTest = z
  .object({ delivered: z.boolean(), detail: z.string() })
  .meta({ id: 'ChannelTest' });

export const ConfirmChannelBody = z.strictObject({ code: z.string().min(1).max(64) });
export type ConfirmChannelBody = z.infer<typeof ConfirmChannelBody>;

export const DeliveryParams = IdParams.extend({ deliveryId: z.uuid('must be a UUID').toLowerCase() });
export type DeliveryParams = z.infer<typeof DeliveryParams>;

export const DeliveryView = z
  .object({
    id: z.uuid(),
    alertId: z.uuid().nullable().meta({ description: 'Null for a digest.' }),
    digest: z
      .object({
        text: z.string().meta({ description: "What it says, in the channel's language." }),
        products: z.array(z.object({ id: z.uuid(), price: Amount, currency: CurrencyCode })),
      })
      .nullable()
      .meta({ description: 'Null for an alert.' }),
    channelId: z.uuid(),
    state: z.enum(['waiting', 'sending', 'delivered', 'failed', 'cancelled', 'withheld', 'merged']),
    attempts: z.int(),
    reason: z.string().nullable().meta({ description: 'What the last attempt came to.' }),
    createdAt: Time,
    finishedAt: Time.nullable(),
    nextAttemptAt: Time.nullable(),
    log: z
      .array(z.object({ at: Time, outcome: z.string(), detail: z.string().optional() }))
      .meta({ description: 'The last attempts, oldest first.' }),
  })
  .meta({ id: 'Delivery' });
export const DeliveryPage = pageOf(DeliveryView).meta({ id: 'DeliveryPage' });

/** A delivery as clients see it. */
export const deliveryView = ({ digest, ...delivery }: Delivery): z.infer<typeof DeliveryView> => ({
  ...delivery,
  digest: digest && {
    text: digest.text,
    products: digest.products.map(({ productId: id, priceMinor, currency }) => ({
      id,
      price: formatAmount(priceMinor, currency),
      currency,
    })),
  },
});
