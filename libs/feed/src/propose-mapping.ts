import { currencySignIn, isCurrency, parsePriceText } from '@souk/money';
import type { FeedColumn, FeedColumns, FeedField, FeedMapping } from './feed-settings.ts';
import { fieldsIn } from './header-words.ts';

/** A mapping that may be taken as it is, or changed; `product` and `price` may be missing from it. */
export type ProposedMapping = Partial<Omit<FeedMapping, 'columns'>> & { columns: FeedColumns };

const PRICE = /^\p{Sc}?\s?-?\d[\d.,' ]*(?:[.,]\d{2})\s?(?:\p{Sc}|[A-Z]{3})?$/u;

/** By the names of the columns, or without names by what stands in them; with what the first rows tell of prices. */
export function proposeMapping(
  header: readonly string[] | null,
  rows: readonly (readonly string[])[],
): ProposedMapping {
  const found = header === null ? byContent(rows) : fieldsIn(header);
  // A column of that name that holds no prices is none: "amount" may be a number of pieces.
  const columns: FeedColumns = {};
  for (const [field, index] of Object.entries(found) as [FeedField, number][])
    columns[field] = nameOf(header, index);
  const prices = ['price', 'salePrice', 'listPrice'].flatMap((field) => {
    const index = found[field as FeedField];
    return index === undefined ? [] : rows.map((row) => row[index] ?? '');
  });
  const currency = found.currency === undefined ? currencyOf(header?.[found.price ?? -1], prices) : undefined;
  const decimalSeparator = decimalSeparatorIn(prices);
  return {
    columns,
    ...(currency !== undefined && { defaultCurrency: currency }),
    ...(decimalSeparator !== undefined && { decimalSeparator }),
  };
}

const nameOf = (header: readonly string[] | null, index: number): FeedColumn => {
  const name = header?.[index]?.trim();
  return name !== undefined && name !== '' && header!.indexOf(header![index]!) === index ? name : index + 1;
};

/** Named by the price's column ("Preis (EUR)"), and only where the prices themselves name none. */
function currencyOf(name: string | undefined, prices: readonly string[]): string | undefined {
  if (name === undefined || prices.some((price) => currencySignIn(price) !== undefined)) return undefined;
  const read = parsePriceText('1', { currencyText: name.replaceAll(/[()[\]_]/g, ' ').toUpperCase() });
  return 'problem' in read || read.currency === undefined || !isCurrency(read.currency)
    ? undefined
    : read.currency;
}

/** The separator before one or two last digits, when all prices agree on it. */
function decimalSeparatorIn(prices: readonly string[]): '.' | ',' | undefined {
  const seen = new Set(
    prices.flatMap((price) => /[.,](?=\d{1,2}(?!\d)(?:\D*)$)/.exec(price.trim())?.[0] ?? []),
  );
  const [only] = seen;
  return seen.size === 1 ? (only as '.' | ',') : undefined;
}

function byContent(rows: readonly (readonly string[])[]): Partial<Record<FeedField, number>> {
  const found: Partial<Record<FeedField, number>> = {};
  const width = Math.max(0, ...rows.map((row) => row.length));
  const columnsOf = Array.from({ length: width }, (_, index) =>
    rows.map((row) => row[index]?.trim() ?? '').filter((cell) => cell !== ''),
  );
  const take = (field: FeedField, isIt: (cells: string[]) => boolean): void => {
    const index = columnsOf.findIndex(
      (cells, column) => cells.length > 0 && !Object.values(found).includes(column) && isIt(cells),
    );
    if (index >= 0) found[field] = index;
  };
  const all = (pattern: RegExp) => (cells: string[]) => cells.every((cell) => pattern.test(cell));
  take('image', all(/^https?:\/\/\S+\.(?:jpe?g|png|webp|gif)(?:\?\S*)?$/i));
  take('url', all(/^https?:\/\//i));
  take('gtin', all(/^(?:\d{8}|\d{12,14})$/));
  take('price', all(PRICE));
  take('currency', (cells) => cells.every((cell) => isCurrency(cell)));
  take('product', (cells) => new Set(cells).size === rows.length && all(/^[\w./-]{1,40}$/)(cells));
  take(
    'title',
    (cells) => cells.every((cell) => /\p{L}{2}/u.test(cell)) && cells.some((cell) => cell.includes(' ')),
  );
  return found;
}
