import { AlertReason } from '@souk/contracts';
import { z } from 'zod';
import { Amount, CurrencyCode, cursorQuery, pageOf, Time } from '../http/shapes.ts';

/** In English, as all of the API; wordings are for those who write other languages. */
export const ReasonView = AlertReason.omit({ said: true });

export const AlertView = z
  .object({
    id: z.uuid(),
    watchId: z.uuid(),
    product: z.object({
      source: z.string(),
      product: z.string(),
      id: z.uuid(),
      title: z.string().nullable(),
      url: z.string().nullable(),
      image: z.string().nullable(),
    }),
    seller: z.string().nullable(),
    condition: z.string().nullable(),
    price: Amount,
    currency: CurrencyCode,
    previousPrice: Amount.nullable(),
    observedAt: Time,
    raisedAt: Time,
    score: z.number().nullable(),
    reason: z.string().meta({
      description: 'Why it fired, in words.',
      example: 'The price fell by 33.4 %, from 14.99 to 9.99 USD.',
    }),
    reasons: z.array(ReasonView).meta({ description: 'Each rule that fired, with what it saw.' }),
    traceId: z.string().meta({ description: 'The whole way of the price, from the shop to this alert.' }),
    position: z
      .int()
      .meta({ description: 'Place in the order of the account’s alerts; the id in the stream.' }),
  })
  .meta({ id: 'Alert' });
export type AlertView = z.infer<typeof AlertView>;

export const AlertsQuery = cursorQuery({ watchId: z.uuid().optional() });
export type AlertsQuery = z.infer<typeof AlertsQuery>;
export const AlertPage = pageOf(AlertView).meta({ id: 'AlertPage' });

export const StreamQuery = z.strictObject({
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a position, as in `id:` of the stream')
    .transform(Number)
    .optional()
    .meta({ description: 'Send what came after this position first; the header Last-Event-ID goes before.' }),
});
export type StreamQuery = z.infer<typeof StreamQuery>;
