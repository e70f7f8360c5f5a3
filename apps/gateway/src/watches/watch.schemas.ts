import { AlertReason, Freshness, ProductCode, SourceName, WatchAdvice, WatchState } from '@souk/contracts';
import { z } from 'zod';
import { cursorQuery, InstantInput, pageOf, Time } from '../http/shapes.ts';
import { WhenInput, WhenView } from './when.schemas.ts';

export const Channels = z.array(z.string().min(1).max(64)).min(1).max(20);
export const Tag = z.string().trim().min(1).max(40);
const Named = z.strictObject({ source: SourceName, product: ProductCode });
const Attributes = z
  .record(z.string().min(1).max(100), z.string().min(1).max(200))
  .refine((attributes) => Object.keys(attributes).length <= 10, 'at most ten attributes')
  .default({});

/** What a watch may be on; a new one names exactly one of them. */
const subject = {
  product: Named.optional().meta({
    description: 'May still be unknown; the watch binds to it once its first price comes.',
  }),
  productId: z.uuid().optional(),
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .max(2_048)
    .optional()
    .meta({ description: 'A link to the product in its shop.' }),
  variantsOf: z
    .union([
      z.strictObject({ source: SourceName, product: ProductCode, attributes: Attributes }),
      z.strictObject({ productId: z.uuid(), attributes: Attributes }),
    ])
    .optional()
    .meta({
      description: 'Variations of a product that have these attributes, whatever else they are.',
      example: { source: 'shop', product: 'shirt', attributes: { size: 'M' } },
    }),
  query: z
    .strictObject({ text: z.string().trim().min(2).max(200), source: SourceName.optional() })
    .optional()
    .meta({ description: 'Products whose titles have all these words, also new ones.' }),
  category: z
    .strictObject({ name: z.string().trim().min(1).max(200), source: SourceName.optional() })
    .optional()
    .meta({ description: 'Products of a category, at any level, also new ones.' }),
  source: SourceName.optional().meta({ description: 'Every product of a source.' }),
} as const;
const SUBJECTS = Object.keys(subject) as (keyof typeof subject)[];

/** Null takes a setting back. */
const settings = {
  name: z.string().trim().min(1).max(100).nullable().optional(),
  tags: z.array(Tag).max(20).optional(),
  cooldownSeconds: z
    .int()
    .min(1)
    .max(31_536_000)
    .nullable()
    .optional()
    .meta({ description: 'No other alert of the watch for so long.' }),
  hysteresisPercent: z.number().gt(0).max(100).nullable().optional().meta({
    description: 'The next alert of an offer comes only once its price has moved away by so many percent.',
  }),
  dailyCap: z
    .int()
    .min(1)
    .max(1_000)
    .nullable()
    .optional()
    .meta({ description: 'Alerts within any 24 hours at most.' }),
  snoozedUntil: InstantInput.nullable().optional(),
  expiresAt: InstantInput.nullable().optional(),
} as const;

export const CreateWatchBody = z
  .strictObject({
    ...subject,
    ...settings,
    when: WhenInput,
    channels: Channels.default(['inbox']).meta({ description: 'Ids of channels, or `inbox`.' }),
  })
  .refine((body) => SUBJECTS.filter((name) => body[name] !== undefined).length === 1, {
    message: `give one of ${SUBJECTS.join(', ')}`,
    path: ['product'],
  });
export type CreateWatchBody = z.infer<typeof CreateWatchBody>;

export const change = {
  ...settings,
  when: WhenInput.optional(),
  channels: Channels.optional(),
  paused: z.boolean().optional(),
} as const;

export const UpdateWatchBody = z
  .strictObject(change)
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    message: `give at least one of ${Object.keys(change).join(', ')}`,
  });
export type UpdateWatchBody = z.infer<typeof UpdateWatchBody>;

export const WatchView = z
  .object({
    id: z.uuid(),
    name: z.string().nullable(),
    tags: z.array(z.string()),
    product: z
      .object({ source: z.string(), product: z.string() })
      .nullable()
      .meta({ description: 'null when it is on many products, see target.' }),
    target: z
      .object({
        kind: z.enum(['product', 'variants', 'query', 'category', 'source']),
        source: z.string().optional(),
        product: z.string().optional(),
        attributes: z.record(z.string(), z.string()).optional(),
        text: z.string().optional(),
        category: z.string().optional(),
      })
      .meta({ id: 'WatchTarget' }),
    productId: z
      .uuid()
      .nullable()
      .meta({ description: 'null while the product is unknown, and of watches on many.' }),
    when: WhenView,
    channels: z.array(z.string()),
    paused: z.boolean(),
    state: WatchState.meta({ description: 'waiting: nobody knows its product yet.' }),
    cooldownSeconds: z.number().nullable(),
    hysteresisPercent: z.number().nullable(),
    dailyCap: z.number().nullable(),
    snoozedUntil: Time.nullable(),
    expiresAt: Time.nullable(),
    createdAt: Time,
  })
  .meta({ id: 'Watch' });
export type WatchView = z.infer<typeof WatchView>;

export const advice = z
  .array(WatchAdvice)
  .meta({ description: 'What would keep it silent for ever, or make it speak all the time.' });

export const CreatedWatch = WatchView.extend({
  alreadyTrue: z
    .array(AlertReason)
    .meta({ description: 'Conditions that hold already; they raise nothing.' }),
  advice,
  freshness: Freshness.optional().meta({
    description:
      'How often the budget of its source allows to look the product up; absent when nobody could say.',
  }),
}).meta({ id: 'CreatedWatch' });
export const UpdatedWatch = WatchView.extend({ advice }).meta({ id: 'UpdatedWatch' });

export const WatchPage = pageOf(WatchView).meta({ id: 'WatchPage' });
export const WatchesQuery = cursorQuery({
  tag: Tag.optional(),
  state: WatchState.optional(),
  productId: z.uuid().toLowerCase().optional(),
});
export type WatchesQuery = z.infer<typeof WatchesQuery>;
