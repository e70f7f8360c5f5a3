import { isCurrency } from '@souk/money';
import { z } from 'zod';
import { dateFormatProblem } from './dates.ts';

const Name = z.string().min(1).max(200);

/**
 * Where a field comes from: a column by its name (of JSON a path such as `offer.price`), a column by its number,
 * counted from 1, or a constant for all rows.
 */
export const FeedColumn = z.union([
  Name,
  z.int().min(1).max(10_000),
  z.strictObject({ constant: z.string().min(1).max(500) }),
]);
export type FeedColumn = z.infer<typeof FeedColumn>;

/** Fields of an observation, and three that only help to find its price: `salePrice` counts within `saleDates`. */
export const feedFields = [
  'product',
  'price',
  'currency',
  'salePrice',
  'saleDates',
  'listPrice',
  'memberPrice',
  'shipping',
  'availability',
  'condition',
  'observedAt',
  'title',
  'url',
  'image',
  'brand',
  'category',
  'gtin',
  'mpn',
  'seller',
  'variantOf',
  'unitQuantity',
  'rating',
  'reviewCount',
  'salesRank',
] as const;
export type FeedField = (typeof feedFields)[number];

const Columns = z
  .partialRecord(z.enum(feedFields), FeedColumn)
  .refine((columns) => columns.product !== undefined, 'names no column for product')
  .refine(
    (columns) => columns.price !== undefined || columns.salePrice !== undefined,
    'names no column for price',
  );
export type FeedColumns = Partial<Record<FeedField, FeedColumn>>;

export const feedFormats = ['csv', 'tsv', 'ndjson', 'json'] as const;
export type FeedFormat = (typeof feedFormats)[number];

/** How a file is written. What is not said is found out from its beginning. */
export const FeedLayout = z.strictObject({
  format: z.enum(feedFormats).optional(),
  /** A label of the Encoding Standard: `utf-8`, `windows-1252`, `utf-16le`. */
  charset: z.string().refine(isCharset, 'is no charset: try utf-8 or windows-1252').optional(),
  delimiter: z.string().length(1).optional(),
  hasHeader: z.boolean().optional(),
  /** Of JSON: the path of the list, such as `data.products`; the first list of objects unless given. */
  items: Name.optional(),
  /** Of an archive: the file in it. The first that may be a feed unless given. */
  file: Name.optional(),
});
export type FeedLayout = z.infer<typeof FeedLayout>;

/** How a row becomes a price. */
export const FeedMapping = z.strictObject({
  columns: Columns,
  /** Further columns that are kept with the product, by the name they get. */
  attributes: z.record(Name, FeedColumn).optional(),
  /** What tells a variant from its siblings, by the name it gets. */
  variant: z.record(Name, FeedColumn).optional(),
  /** Of prices that name none. */
  defaultCurrency: z.string().refine(isCurrency, 'is no ISO 4217 code').optional(),
  /** How decimals are written, where prices alone leave that open ("1.299"). */
  decimalSeparator: z.enum(['.', ',']).optional(),
  /** Between the names of a category's path. */
  categorySeparator: z.string().min(1).max(5).default('>'),
  /** Words of this feed beyond the usual ones. */
  availability: z
    .record(
      z.string().min(1).max(100),
      z.enum(['in_stock', 'limited', 'preorder', 'out_of_stock', 'unknown']),
    )
    .default({}),
  /** `iso`, `unix`, `unix-ms`, or a pattern of yyyy, MM, dd, HH, mm, ss such as `dd.MM.yyyy HH:mm`; in UTC. */
  dateFormat: z
    .string()
    .max(40)
    .default('iso')
    .check(({ value, issues }) => {
      const problem = dateFormatProblem(value);
      if (problem !== undefined) issues.push({ code: 'custom', message: problem, input: value });
    }),
});
export type FeedMapping = z.infer<typeof FeedMapping>;

function isCharset(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}
