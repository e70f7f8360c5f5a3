import type { Purchase } from '@souk/contracts';
import { formatAmount } from '@souk/money';
import { z } from 'zod';
import { Amount, checkSpan, CurrencyCode, CurrencyInput, PriceTime, Time } from '../http/shapes.ts';

const A_DECIMAL = 'must be a decimal such as "9.99"';

export const PurchaseBody = z
  .strictObject({
    alertId: z.uuid('must be a UUID').optional().meta({ description: 'What an alert told of was bought.' }),
    productId: z.uuid('must be a UUID').optional(),
    price: z
      .string()
      .regex(/^\d{1,15}(\.\d{1,6})?$/, A_DECIMAL)
      .optional()
      .meta({
        description: "What was paid; the alert's or the current price unless given.",
        example: '9.99',
      }),
    currency: CurrencyInput.optional(),
  })
  .refine(({ alertId, productId }) => (alertId === undefined) !== (productId === undefined), {
    message: 'give one of alertId and productId',
    path: ['productId'],
  })
  .refine(({ price, currency }) => price !== undefined || currency === undefined, {
    message: 'is of no use without a price: name what was paid',
    path: ['currency'],
  });
export type PurchaseBody = z.infer<typeof PurchaseBody>;

export const SavingsQuery = z
  .strictObject({
    from: PriceTime.optional(),
    until: PriceTime.optional().meta({ description: 'Exclusive.' }),
  })
  .check(checkSpan('until'));
export type SavingsQuery = z.infer<typeof SavingsQuery>;

export const PurchaseView = z
  .object({
    id: z.uuid(),
    product: z.object({
      id: z.uuid(),
      source: z.string(),
      product: z.string(),
      title: z.string().nullable(),
    }),
    alertId: z.uuid().nullable(),
    paid: Amount,
    currency: CurrencyCode,
    usualPrice: Amount.nullable().meta({
      description: 'Median of the 90 days before; null while too little was known.',
    }),
    saved: z.string().nullable().meta({
      description: 'Usual price minus what was paid; negative when it was dearer.',
      example: '5.00',
    }),
    boughtAt: Time,
  })
  .meta({ id: 'Purchase' });

export const SavingsView = z
  .object({
    totals: z.array(
      z.object({
        currency: CurrencyCode,
        purchases: z.int(),
        paid: Amount,
        saved: z.string().meta({ description: 'Against usual prices; may be negative.', example: '12.50' }),
        unknown: z
          .int()
          .meta({ description: 'Purchases without a usual price; they count as nothing saved.' }),
      }),
    ),
    purchases: z.array(PurchaseView).meta({ description: 'The newest, at most 100.' }),
  })
  .meta({ id: 'Savings' });

/** A purchase as clients see it. */
export function purchaseView(purchase: Purchase): z.infer<typeof PurchaseView> {
  const { id, productId, source, product, title, alertId, paidMinor, usualPriceMinor, currency } = purchase;
  const decimal = (minor: number): string => formatAmount(minor, currency);
  return {
    id,
    product: { id: productId, source, product, title },
    alertId,
    paid: decimal(paidMinor),
    currency,
    usualPrice: usualPriceMinor === null ? null : decimal(usualPriceMinor),
    saved: usualPriceMinor === null ? null : decimal(usualPriceMinor - paidMinor),
    boughtAt: purchase.boughtAt,
  };
}
