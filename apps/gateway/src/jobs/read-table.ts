import { CsvError, parse } from 'csv-parse/sync';
import { Problem } from '../http/problem.ts';

export interface TableRow {
  /** Of the text, from 1: where the row begins. */
  line: number;
  product: string;
  source?: string;
  marketplace?: string;
  isFnsku?: boolean;
}

type Column = 'product' | 'fnsku' | 'marketplace' | 'source';

const COLUMN_OF: Readonly<Record<string, Column>> = {
  asin: 'product',
  product: 'product',
  productid: 'product',
  identifier: 'product',
  isbn: 'product',
  isbn10: 'product',
  code: 'product',
  fnsku: 'fnsku',
  marketplace: 'marketplace',
  country: 'marketplace',
  source: 'source',
  shop: 'source',
};
const COLUMNS = 'asin, product, identifier, fnsku, marketplace, source';

interface Parsed {
  record: string[];
  info: { lines: number };
}

/**
 * Rows of a table separated by commas, semicolons or tabs. Its header says which column is what; a single column
 * without a header is a list of identifiers. Further columns are ignored.
 */
export function readTable(text: string): TableRow[] {
  const records = recordsOf(text);
  const [first] = records;
  if (!first) return [];
  const columns = first.cells.map((cell) => COLUMN_OF[cell.toLowerCase().replaceAll(/[^a-z0-9]/g, '')]);
  const isList =
    columns.every((column) => column === undefined) && records.every(({ cells }) => cells.length === 1);
  if (isList) return records.map(({ line, cells }) => ({ line, product: cells[0]! }));
  if (!columns.includes('product') && !columns.includes('fnsku')) {
    const problem = `must name a column of identifiers; known are ${COLUMNS}`;
    throw new Problem('invalid', `The header ${problem}.`, { errors: [{ field: '', line: 1, problem }] });
  }
  return records.slice(1).map(({ line, cells }) => rowOf(line, cells, columns));
}

function rowOf(line: number, cells: readonly string[], columns: readonly (Column | undefined)[]): TableRow {
  const cell = (column: Column): string => {
    const index = columns.findIndex((one, at) => one === column && (cells[at] ?? '') !== '');
    return index === -1 ? '' : cells[index]!;
  };
  const [product, fnsku, source, marketplace] = [
    cell('product'),
    cell('fnsku'),
    cell('source'),
    cell('marketplace'),
  ];
  return {
    line,
    product: product || fnsku,
    ...(source && { source }),
    ...(marketplace && { marketplace }),
    ...(product === '' && fnsku !== '' && { isFnsku: true }),
  };
}

function recordsOf(text: string): { line: number; cells: string[] }[] {
  try {
    const parsed = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 10_000,
    }) as unknown as Parsed[];
    return parsed
      .map(({ record, info }) => ({ line: info.lines - linesWithin(record), cells: record }))
      .filter(({ cells }) => cells.some((cell) => cell !== ''));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    const problem = error.message.slice(0, 200);
    throw new Problem('malformed-body', `The body is no CSV: ${problem}.`, {
      errors: [{ field: '', line, problem }],
    });
  }
}

/** Line breaks within quotes: the parser tells where a record ends. */
const linesWithin = (record: readonly string[]): number =>
  record.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);

/** What the first line has most of. */
function delimiterOf(text: string): string {
  const [first = ''] = text
    .replace(/^\uFEFF/, '')
    .trimStart()
    .split(/\r\n|\n|\r/, 1);
  const count = (mark: string): number => first.split(mark).length;
  return [',', ';', '\t'].toSorted((one, other) => count(other) - count(one))[0]!;
}
