import { z } from 'zod';
import { AccountId, Currency, Instant, MinorAmount, ProductCode, ProductId, SourceName } from './ids.ts';
import { query } from './query.ts';

/** Something that a person marked as bought, with what it usually cost on that day. */
export const Purchase = z.object({
  id: z.uuid(),
  productId: ProductId,
  source: SourceName,
  product: ProductCode,
  title: z.string().nullable(),
  alertId: z.uuid().nullable(),
  /** Who marked it, in a chat. */
  person: z.string().nullable(),
  paidMinor: MinorAmount,
  currency: Currency,
  /** Time-weighted median of the 90 days before; null while too little was known. */
  usualPriceMinor: MinorAmount.nullable(),
  boughtAt: Instant,
});
export type Purchase = z.infer<typeof Purchase>;

export const MarkBought = query('alerting.mark-bought', {
  summary: 'Note that something was bought, at the price of an alert, of right now, or one that is given.',
  request: z.object({
    accountId: AccountId,
    /** Made from the command, so that a repeated one notes one purchase; an alert is bought once anyway. */
    purchaseId: z.uuid(),
    alertId: z.uuid().optional(),
    productId: ProductId.optional(),
    /** Exact decimal amount; the price of the alert, or the current one, unless given. */
    price: z.string().min(1).max(32).optional(),
    currency: Currency.optional(),
    person: z.string().max(100).optional(),
  }),
  response: z.object({ purchase: Purchase }),
});

export const UndoPurchase = query('alerting.undo-purchase', {
  summary: 'Forget a purchase that was noted by mistake; its alert can be marked as bought again.',
  request: z.object({ accountId: AccountId, purchaseId: z.uuid() }),
  /** What is forgotten. */
  response: z.object({ purchase: Purchase }),
});

export const GetSavings = query('alerting.get-savings', {
  summary: 'What was saved on what was bought in a time, against the usual prices of those days.',
  request: z.object({
    accountId: AccountId,
    from: Instant.optional(),
    /** Exclusive. */
    until: Instant.optional(),
    person: z.string().max(100).optional(),
  }),
  response: z.object({
    totals: z
      .array(
        z.object({
          currency: Currency,
          purchases: z.int().positive(),
          paidMinor: MinorAmount,
          /** Usual minus paid, of purchases whose usual price is known; negative when they were dearer. */
          savedMinor: z.int(),
          /** Purchases whose usual price is not known: they count as nothing saved. */
          unknown: z.int().nonnegative(),
        }),
      )
      .max(200),
    /** The newest ones. */
    purchases: z.array(Purchase).max(100),
  }),
});
