import { z } from 'zod';

/** Shapes that many routes share. */
export const Amount = z.string().meta({ description: 'Exact decimal amount.', example: '14.99' });
export const CurrencyCode = z.string().meta({ description: 'ISO 4217 code.', example: 'USD' });
/** A currency as clients write it. */
export const CurrencyInput = CurrencyCode.regex(/^[A-Z]{3}$/, 'use a three-letter ISO 4217 code such as USD');
export const Time = z.iso.datetime().meta({ example: '2026-06-01T00:00:00.000Z' });
export const IdParams = z.object({ id: z.uuid('must be a UUID').toLowerCase() });
export type IdParams = z.infer<typeof IdParams>;

const DEFAULT_LIMIT = 50;

/** `limit` and `cursor` of a list, with its own filters. */
export function cursorQuery<Shape extends z.ZodRawShape>(shape: Shape, maxLimit = 200) {
  return z.strictObject({
    ...shape,
    limit: z.coerce.number().int().min(1).max(maxLimit).default(DEFAULT_LIMIT),
    cursor: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .meta({ description: '`next` of the page before, unchanged.' }),
  });
}

/** A page: `next` is the cursor of the following one, null at the end. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

/** An instant as clients write it: with any offset, or a date alone; made into UTC with milliseconds. */
export const InstantInput = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: 'must be a time such as 2026-06-01T00:00:00Z',
  })
  .transform((text) => new Date(text).toISOString())
  // Offsets lead over the ends of the years that a time is written with; the year 0 is none in a database.
  .refine((text) => /^(?!0000)\d{4}-/.test(text), 'must lie between the years 1 and 9999')
  .meta({ example: '2026-06-01T00:00:00Z' });
