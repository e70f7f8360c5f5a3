import { LinkedBy } from '@souk/contracts';
import { z } from 'zod';
import { Amount, CurrencyCode } from '../http/shapes.ts';
import { OfferView } from '../products/product.schemas.ts';

const Difference = z.object({
  amount: z.string().meta({ description: 'Minus this listing’s price; with a sign.', example: '-2.50' }),
  percent: z.number(),
});

/** One listing of the item. */
export const ListingOffer = z
  .object({
    productId: z.uuid(),
    source: z.string(),
    product: z.string(),
    title: z.string().nullable(),
    shared: z.boolean(),
    linkedBy: LinkedBy.nullable().meta({
      description: 'What both listings have in common; null for the listing that was asked for.',
    }),
    offer: OfferView.nullable().meta({ description: 'Its current offer; null while there is none.' }),
    ageSeconds: z.int().nullable().meta({ description: 'Since the price was observed.' }),
    difference: Difference.nullable().meta({
      description:
        'From the listing that was asked for; null in another currency or condition, which is not converted.',
    }),
  })
  .meta({ id: 'ListingOffer' });
export type ListingOffer = z.infer<typeof ListingOffer>;

export const Disagreement = z
  .object({
    currency: CurrencyCode,
    lowest: Amount,
    highest: Amount,
    spread: Amount,
    spreadPercent: z.number().meta({ description: 'Of the lowest.' }),
    agree: z.boolean(),
    sources: z.array(z.object({ source: z.string(), price: Amount })).meta({ description: 'Lowest first.' }),
  })
  .meta({ id: 'Disagreement' });
export type Disagreement = z.infer<typeof Disagreement>;

export const OfferList = z
  .object({
    items: z.array(OfferView).meta({ description: 'Of this listing, newest first.' }),
    listings: z
      .array(ListingOffer)
      .meta({ description: 'This listing and those of the same item elsewhere, by exact identifiers.' }),
    disagreement: Disagreement.nullable().meta({
      description: 'Among comparable offers that can be bought; null while there are fewer than two.',
    }),
    next: z.null(),
  })
  .meta({ id: 'OfferList' });
export type OfferList = z.infer<typeof OfferList>;
