import type { FeedRow } from './csv-rows.ts';
import { FeedProblem } from './feed-problem.ts';
import type { FeedColumn, FeedMapping } from './feed-settings.ts';
import { fieldsIn } from './header-words.ts';

/** The text of a mapped column in a row; undefined when it is empty or not there. */
export type CellReader = (row: FeedRow) => string | undefined;

const MAX_NAMES_TOLD = 30;

/** All columns of a mapping with the names of their fields. */
export const mappedColumns = ({
  columns,
  attributes,
  variant,
}: FeedMapping): [field: string, FeedColumn][] => [
  ...Object.entries(columns),
  ...Object.entries(attributes ?? {}).map(
    ([name, column]) => [`attributes.${name}`, column] as [string, FeedColumn],
  ),
  ...Object.entries(variant ?? {}).map(
    ([name, column]) => [`variant.${name}`, column] as [string, FeedColumn],
  ),
];

/** How each mapped field is found. Throws FeedProblem when the file has not all the columns that the mapping names. */
export function cellReaders(mapping: FeedMapping, header: readonly string[] | null): Map<string, CellReader> {
  const mapped = mappedColumns(mapping);
  const gone = mapped.filter(([, column]) => header !== null && isGone(column, header));
  if (gone.length > 0) throw new FeedProblem(goneSentence(gone, header!));
  return new Map(mapped.map(([field, column]) => [field, readerOf(column, header)]));
}

/** Throws FeedProblem for names in the mapping of a table that has no line with names. */
export function checkHeaderless(mapping: FeedMapping): void {
  const named = mappedColumns(mapping).find(([, column]) => typeof column === 'string');
  if (named)
    throw new FeedProblem(
      `its first line holds no column names any more, but ${named[0]} is to come from the column ${quoted(named[1])}: ` +
        'give the numbers of the columns, or set hasHeader',
    );
}

const isGone = (column: FeedColumn, header: readonly string[]): boolean =>
  typeof column === 'number'
    ? column > header.length
    : typeof column === 'string' && indexIn(header, column) < 0;

/** By the name as it stands, else without regard to case and outer blanks. */
function indexIn(header: readonly string[], name: string): number {
  const exact = header.indexOf(name);
  if (exact >= 0) return exact;
  const plain = name.trim().toLowerCase();
  return header.findIndex((one) => one.trim().toLowerCase() === plain);
}

function goneSentence(gone: readonly [string, FeedColumn][], header: readonly string[]): string {
  const likely = fieldsIn(header);
  const parts = gone.map(([field, column]) => {
    const index = (likely as Record<string, number | undefined>)[field];
    const instead = index === undefined ? '' : `, perhaps it is ${quoted(header[index]!.trim())} now`;
    return `the column ${quoted(column)} (${field}) is not there${instead}`;
  });
  const told = header.slice(0, MAX_NAMES_TOLD).map((name) => name.trim() || '(no name)');
  const more = header.length > told.length ? ` and ${header.length - told.length} more` : '';
  return `its columns changed: ${parts.join('; ')}. It has ${told.join(', ')}${more}`.slice(0, 450);
}

const quoted = (column: FeedColumn): string =>
  typeof column === 'number' ? String(column) : `"${typeof column === 'string' ? column : column.constant}"`;

function readerOf(column: FeedColumn, header: readonly string[] | null): CellReader {
  if (typeof column === 'object') return () => column.constant;
  const index = typeof column === 'number' ? column - 1 : header === null ? -1 : indexIn(header, column);
  return ({ cells }) => {
    if (Array.isArray(cells)) return textOf(cells[index]);
    return textOf(typeof column === 'string' ? memberAt(cells, column) : Object.values(cells)[index]);
  };
}

/** The member of that name, else the one at that path: `variants.0.price`. */
function memberAt(cells: Record<string, unknown>, path: string): unknown {
  if (Object.hasOwn(cells, path)) return cells[path];
  let value: unknown = cells;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** A list is told as its texts with commas; an object is no text. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() || undefined;
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map((one) => textOf(one) ?? '').join(',') || undefined;
  return undefined;
}
