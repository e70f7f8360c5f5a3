import { marketplaceIn } from '@souk/amazon';
import { isCurrency } from '@souk/money';
import { z } from 'zod';
import { Amount, CurrencyCode } from '../http/shapes.ts';
import { OfferView } from '../products/product.schemas.ts';

const MAX_MARKETPLACES = 22;

const Country = z
  .string()
  .transform((text) => text.trim().toUpperCase())
  .refine((text) => marketplaceIn(text) !== undefined, 'is no marketplace such as IN, US or DE')
  .transform((text) => marketplaceIn(text)!.country);

export const CompareQuery = z.strictObject({
  marketplaces: z
    .string()
    .max(200)
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(Country).min(1).max(MAX_MARKETPLACES))
    .meta({ description: 'Countries, separated by commas.', example: 'IN,US,DE' }),
  currency: z
    .string()
    .transform((text) => text.toUpperCase())
    .refine(isCurrency, 'is no ISO 4217 code')
    .meta({ description: 'What all prices are converted to.', example: 'INR' }),
  shipTo: Country.optional().meta({ description: 'Where it is to be sent: duties are estimated for it.' }),
});
export type CompareQuery = z.infer<typeof CompareQuery>;

const Rate = z.object({
  from: CurrencyCode,
  to: CurrencyCode,
  rate: z.string().meta({ description: 'Units of `to` for one of `from`.' }),
  day: z.iso.date().meta({ description: 'Published for: the day of the price, or the last before it.' }),
  origin: z.string(),
});

const Duties = z.object({
  isEstimate: z.literal(true),
  asOf: z.iso.date(),
  amount: Amount.nullable().meta({ description: 'In the currency asked for; null: not to be told.' }),
  rule: z.string(),
  source: z.string().nullable(),
});

export const ComparedLine = z
  .object({
    marketplace: z.string(),
    productId: z.uuid().nullable(),
    source: z.string().nullable(),
    product: z.string().nullable(),
    match: z.enum(['this', 'linked', 'same-code']).nullable().meta({
      description: '`same-code`: the same ASIN there, which is mostly the same item but not surely.',
    }),
    offer: OfferView.nullable().meta({ description: 'As the marketplace has it.' }),
    ageSeconds: z.int().nullable(),
    converted: z
      .object({
        price: Amount,
        shipping: Amount.nullable().meta({ description: 'Null: not known.' }),
        total: Amount.meta({ description: 'With shipping where that is known, without duties.' }),
        currency: CurrencyCode,
        rate: Rate.nullable().meta({ description: 'Null: it is in that currency already.' }),
      })
      .nullable(),
    duties: Duties.nullable().meta({ description: 'With `shipTo`; null where no border is crossed.' }),
    problem: z.object({ reason: z.string(), detail: z.string() }).nullable(),
  })
  .meta({ id: 'ComparedLine' });
export type ComparedLine = z.infer<typeof ComparedLine>;

export const Comparison = z
  .object({
    currency: CurrencyCode,
    items: z.array(ComparedLine).meta({ description: 'In the order of `marketplaces`.' }),
    cheapest: z.string().nullable().meta({ description: 'The marketplace with the lowest total.' }),
    next: z.null(),
  })
  .meta({ id: 'Comparison' });
export type Comparison = z.infer<typeof Comparison>;
