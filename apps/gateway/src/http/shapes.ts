import { InstantInput } from '@souk/contracts';
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

/** A moment that prices can be asked of: beyond these years there are none, and a year before or a week after is none. */
export const PriceTime = InstantInput.refine(
  (text) => text >= '1970' && text < '2200',
  'must lie between the years 1970 and 2199',
);

/** A span that ends before it begins is refused everywhere, rather than be empty here and an error there. */
export const checkSpan =
  (end: 'to' | 'until') =>
  (context: z.core.ParsePayload<{ [name in 'from' | 'to' | 'until']?: string | undefined }>): void => {
    const { from, [end]: last } = context.value;
    if (from === undefined || last === undefined || from <= last) return;
    const message = `must not be after \`${end}\``;
    context.issues.push({ code: 'custom', message, path: ['from'], input: from });
  };
