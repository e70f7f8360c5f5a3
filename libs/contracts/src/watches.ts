import { z } from 'zod';
import { AlertReason } from './alerts.ts';
import { event } from './event.ts';
import { AccountId, Currency, Instant, ProductCode, ProductId, SourceName } from './ids.ts';
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
