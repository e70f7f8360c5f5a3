import { AlertReason, CONDITION_KINDS, Freshness, ProductCode, SourceName } from '@souk/contracts';
import { z } from 'zod';
import { Amount, CurrencyCode, cursorQuery, pageOf, Time } from '../http/shapes.ts';

const A_DECIMAL = 'must be a decimal such as "9.99"';

/** As clients write it; alerting gets the price as text, exactly as it was given. */
export const WhenInput = z
  .strictObject({
    priceBelow: z
      .union([z.string().regex(/^\d{1,15}(\.\d{1,6})?$/, A_DECIMAL), z.number().nonnegative(A_DECIMAL)], {
        error: A_DECIMAL,
      })
      .transform(String)
      .optional()
      .meta({ description: 'Fires when the price falls below this amount.', example: '9.99' }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'use a three-letter ISO 4217 code such as USD')
      .optional()
      .meta({ description: "Of priceBelow; the offer's own unless given." }),
    dropPercent: z
      .number()
      .gt(0)
      .max(100)
      .optional()
      .meta({ description: 'Fires when (previous - price) x 100 >= dropPercent x previous.', example: 30 }),
    allTimeLow: z
      .literal(true)
      .optional()
      .meta({ description: 'Fires when the price is lower than ever before.' }),
    backInStock: z.literal(true).optional().meta({ description: 'Fires when it can be bought again.' }),
    scoreAtLeast: z
      .number()
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'Fires when the deal score rises to this.' }),
  })
  .refine((when) => CONDITION_KINDS.some((kind) => when[kind] !== undefined), {
    message: `name at least one of ${CONDITION_KINDS.join(', ')}`,
  })
  .meta({ id: 'When', description: 'Any of several conditions raises the alert.' });

const Channels = z.array(z.string().min(1).max(64)).min(1).max(20);

export const CreateWatchBody = z
  .strictObject({
    product: z
      .strictObject({ source: SourceName, product: ProductCode })
      .optional()
      .meta({ description: 'May still be unknown; the watch binds to it once its first price comes.' }),
    productId: z.uuid().optional(),
    when: WhenInput,
    channels: Channels.default(['inbox']).meta({ description: 'Ids of channels, or `inbox`.' }),
  })
  .refine(({ product, productId }) => (product === undefined) !== (productId === undefined), {
    message: 'give one of product {source, product} and productId',
    path: ['product'],
  });
export type CreateWatchBody = z.infer<typeof CreateWatchBody>;

export const UpdateWatchBody = z
  .strictObject({ when: WhenInput.optional(), channels: Channels.optional(), paused: z.boolean().optional() })
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    message: 'give at least one of when, channels, paused',
  });
export type UpdateWatchBody = z.infer<typeof UpdateWatchBody>;

export const WatchView = z
  .object({
    id: z.uuid(),
    product: z.object({ source: z.string(), product: z.string() }),
    productId: z.uuid().nullable().meta({ description: 'null while the product is unknown.' }),
    when: z.object({
      priceBelow: Amount.optional(),
      currency: CurrencyCode.optional(),
      dropPercent: z.number().optional(),
      allTimeLow: z.literal(true).optional(),
      backInStock: z.literal(true).optional(),
      scoreAtLeast: z.number().optional(),
    }),
    channels: z.array(z.string()),
    paused: z.boolean(),
    createdAt: Time,
  })
  .meta({ id: 'Watch' });

export const CreatedWatch = WatchView.extend({
  alreadyTrue: z
    .array(AlertReason)
    .meta({ description: 'Conditions that hold already; they raise nothing.' }),
  freshness: Freshness.optional().meta({
    description:
      'How often the budget of its source allows to look the product up; absent when nobody could say.',
  }),
}).meta({ id: 'CreatedWatch' });

export const WatchPage = pageOf(WatchView).meta({ id: 'WatchPage' });
export const WatchesQuery = cursorQuery({});
export type WatchesQuery = z.infer<typeof WatchesQuery>;
