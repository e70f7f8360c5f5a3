import {
  ChannelsInput,
  checkSubject,
  Freshness,
  newWatchInput,
  TagInput,
  WatchAdvice,
  watchSettingsInput,
  WatchState,
  WhenInput,
} from '@souk/contracts';
import { z } from 'zod';
import { ReasonView } from '../alerts/alert.schemas.ts';
import { cursorQuery, pageOf, Time } from '../http/shapes.ts';
import { WhenView } from './when.schemas.ts';

export const CreateWatchBody = z
  .strictObject({
    ...newWatchInput,
    channels: ChannelsInput.default(['inbox']).meta({ description: 'Ids of channels, or `inbox`.' }),
  })
  .check(checkSubject);
export type CreateWatchBody = z.infer<typeof CreateWatchBody>;

export const change = {
  ...watchSettingsInput,
  when: WhenInput.optional(),
  channels: ChannelsInput.optional(),
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
  .array(WatchAdvice.omit({ said: true }))
  .meta({ description: 'What would keep it silent for ever, or make it speak all the time.' });

export const CreatedWatch = WatchView.extend({
  alreadyTrue: z.array(ReasonView).meta({ description: 'Conditions that hold already; they raise nothing.' }),
  advice,
  freshness: Freshness.optional().meta({
    description:
      'How often the budget of its source allows to look the product up; of a watch on many, what is looked up for it, ' +
      'and the slowest of that. Absent when nobody could say.',
  }),
}).meta({ id: 'CreatedWatch' });
export const UpdatedWatch = WatchView.extend({ advice }).meta({ id: 'UpdatedWatch' });

export const WatchPage = pageOf(WatchView).meta({ id: 'WatchPage' });
export const WatchesQuery = cursorQuery({
  tag: TagInput.optional(),
  state: WatchState.optional(),
  productId: z.uuid().toLowerCase().optional(),
});
export type WatchesQuery = z.infer<typeof WatchesQuery>;
