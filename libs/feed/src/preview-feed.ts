import { cellReaders, checkHeaderless } from './columns.ts';
import type { FeedRow } from './csv-rows.ts';
import { FeedProblem } from './feed-problem.ts';
import type { FeedLayout, FeedMapping } from './feed-settings.ts';
import { type ProposedMapping, proposeMapping } from './propose-mapping.ts';
import { type FeedLimits, type FoundLayout, openFeed, type RowOptions } from './read-feed.ts';
import { type FeedItem, readRow } from './read-row.ts';

/** How a feed would be read, told from its first rows. */
export interface FeedPreview {
  layout: FoundLayout;
  /** Columns in their order with what stands in the first rows. */
  columns: { name: string; examples: string[] }[];
  proposed: ProposedMapping;
  /** Why nothing can be read: columns that are gone, a proposal without product or price, no rows. */
  problem: string | null;
  items: FeedItem[];
}

export const PREVIEW_ROWS = 20;
const EXAMPLES = 3;
const MAX_EXAMPLE_CHARACTERS = 120;
const MAX_COLUMNS = 200;

/** Reads the first rows only, by the mapping or else by the proposed one. Throws FeedProblem when it is no feed. */
export async function previewFeed(
  bytes: AsyncIterable<Uint8Array>,
  layout: FeedLayout,
  mapping: FeedMapping | undefined,
  options: RowOptions & FeedLimits,
): Promise<FeedPreview> {
  const feed = await openFeed(bytes, layout, options);
  const rows = await firstOf(feed.rows);
  const table = tableOf(feed.header, rows);
  const proposed = proposeMapping(table.isNamed ? table.names : null, table.cells);
  const preview = {
    layout: feed.layout(),
    columns: table.names.slice(0, MAX_COLUMNS).map((name, index) => ({
      name,
      examples: table.cells
        .flatMap((cells) => cells[index]?.trim().slice(0, MAX_EXAMPLE_CHARACTERS) || [])
        .slice(0, EXAMPLES),
    })),
    proposed,
  };
  try {
    const items = itemsOf(rows, feed.header, preview.layout, mapping ?? whole(proposed), options);
    return { ...preview, problem: items.length === 0 ? nothingIn(rows) : null, items };
  } catch (error) {
    if (!(error instanceof FeedProblem)) throw error;
    return { ...preview, problem: error.message, items: [] };
  }
}

const nothingIn = (rows: readonly FeedRow[]): string =>
  rows.length === 0
    ? 'the file has columns and no rows'
    : 'none of the first rows has a product or a price in the columns of the mapping';

function itemsOf(
  rows: readonly FeedRow[],
  header: string[] | null,
  { format, hasHeader }: FoundLayout,
  mapping: FeedMapping,
  { now, baseUrl }: RowOptions,
): FeedItem[] {
  const isTable = format === 'csv' || format === 'tsv';
  if (isTable && !hasHeader) checkHeaderless(mapping);
  const readers = cellReaders(mapping, header);
  const first = rows[0]?.cells;
  const width = header?.length ?? (Array.isArray(first) ? first.length : undefined);
  return rows.flatMap((row) => readRow(row, { mapping, readers, width, now, baseUrl }) ?? []);
}

async function firstOf(rows: AsyncGenerator<FeedRow>): Promise<FeedRow[]> {
  const first: FeedRow[] = [];
  for await (const row of rows) {
    first.push(row);
    if (first.length === PREVIEW_ROWS) break;
  }
  return first;
}

function tableOf(
  header: readonly string[] | null,
  rows: readonly FeedRow[],
): { names: string[]; isNamed: boolean; cells: string[][] } {
  const objects = rows.flatMap(({ cells }) => (Array.isArray(cells) ? [] : [cells]));
  if (objects.length > 0) {
    const names = [...new Set(objects.flatMap((cells) => pathsOf(cells)))];
    const readers = names.map((name) =>
      cellReaders({ columns: { product: name } } as FeedMapping, null).get('product')!,
    );
    const cells = rows.map((row) => readers.map((read) => read(row) ?? ''));
    return { names, isNamed: true, cells };
  }
  const cells = rows.map((row) => row.cells as string[]);
  const width = Math.max(0, ...cells.map((row) => row.length));
  return header
    ? { names: header.map((name) => name.trim()), isNamed: true, cells }
    : { names: Array.from({ length: width }, (_, index) => String(index + 1)), isNamed: false, cells };
}

/** Members and those of inner objects, two levels deep; of a list of objects those of its first. */
function pathsOf(cells: Record<string, unknown>, prefix = '', depth = 0): string[] {
  return Object.entries(cells).flatMap(([name, value]) => {
    const path = `${prefix}${name}`;
    const isList = Array.isArray(value);
    const inner: unknown = isList ? (value as unknown[])[0] : value;
    if (typeof inner !== 'object' || inner === null) return [path];
    return depth < 2
      ? pathsOf(inner as Record<string, unknown>, `${path}.${isList ? '0.' : ''}`, depth + 1)
      : [];
  });
}

function whole(proposed: ProposedMapping): FeedMapping {
  const { product, price, salePrice } = proposed.columns;
  const missing = [
    product === undefined && 'product',
    price === undefined && salePrice === undefined && 'price',
  ];
  const named = missing.filter((field) => field !== false);
  if (named.length > 0)
    throw new FeedProblem(`no column looks like ${named.join(' or ')}: say in a mapping which it is`);
  return { categorySeparator: '>', availability: {}, dateFormat: 'iso', ...proposed };
}
