import { CONDITION_KINDS, type FieldProblem } from '@souk/contracts';
import { parse } from 'csv-parse/sync';
import { addProblems, noFile, readDraft, type ReadFile } from './draft.ts';

const CONDITION_COLUMNS = [...CONDITION_KINDS, 'currency', 'landed', 'against'] as const;

/** Columns of the own format; any of them may be missing, and `when` says what the columns of conditions cannot. */
export const CSV_COLUMNS = [
  'name',
  'tags',
  'source',
  'product',
  'productId',
  'url',
  'query',
  'category',
  'variants',
  'when',
  ...CONDITION_COLUMNS,
  'channels',
  'paused',
  'cooldownSeconds',
  'hysteresisPercent',
  'dailyCap',
  'snoozedUntil',
  'expiresAt',
] as const;
type Column = (typeof CSV_COLUMNS)[number];

/** As a product: every one of the source. */
const WHOLE_SOURCE = '*';
const SUBJECTS = ['product', 'productId', 'url', 'query', 'category', 'variants'] as const;

const NUMBERS = new Set<string>([
  'dropPercent',
  'priceRisePercent',
  'lowOfDays',
  'scoreAtLeast',
  'realDiscountAtLeast',
]);
const FLAGS = new Set<string>(['allTimeLow', 'backInStock', 'landed']);

/** Reads watches of a CSV in the own format: a header, then a watch a line; lists are separated by `|`. */
export function readWatchCsv(text: string): ReadFile {
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, {
      info: true,
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as typeof records;
  } catch (error) {
    return noFile(`is no CSV: ${error instanceof Error ? error.message : String(error)}`);
  }
  const [header, ...rows] = records;
  const columns = header?.record.map((name) => columnOf(name.trim())) ?? [];
  const problem = headerProblem(columns);
  if (problem) return noFile(problem.problem, problem.field);
  const file: ReadFile = { drafts: [], problems: [] };
  let line = (header?.info.lines ?? 1) + 1;
  for (const { record, info } of rows) {
    const cells = new Map(
      columns.map((name, place) => [name as Column, unmarked(record[place]?.trim() ?? '')]),
    );
    const value = record.slice(columns.length).some((cell) => cell.trim() !== '')
      ? { field: 'line', problem: `has ${record.length} cells, but there are ${columns.length} columns` }
      : draftOf((column) => cells.get(column) || undefined);
    if ('problem' in value) addProblems(line, [value], file);
    else readDraft(line, value.draft, file);
    line = info.lines + 1;
  }
  return file;
}

/** Spreadsheets write semicolons or tabs where the decimal sign is a comma; the header says which. */
function delimiterOf(text: string): string {
  const [header = ''] = text.split(/\r?\n/u, 1);
  return [';', '\t'].find((sign) => header.includes(sign) && !header.includes(',')) ?? ',';
}

/** "Price Below" and "price_below" are priceBelow. */
const columnOf = (name: string): string => {
  const plain = (text: string): string => text.replaceAll(/[\s_-]/gu, '').toLowerCase();
  return CSV_COLUMNS.find((column) => plain(column) === plain(name)) ?? name;
};

/** A column that is not known, or there twice, would be left out in silence. */
function headerProblem(columns: readonly string[]): FieldProblem | undefined {
  const unknown = columns.find((name) => !(CSV_COLUMNS as readonly string[]).includes(name));
  if (unknown !== undefined)
    return {
      field: unknown === '' ? 'content' : unknown.slice(0, 100),
      problem: `is no column; there are ${CSV_COLUMNS.join(', ')}`,
    };
  const twice = columns.find((name, place) => columns.indexOf(name) !== place);
  return twice === undefined ? undefined : { field: twice, problem: 'is there as a column twice' };
}

/** A text that an export marked as none, so that no spreadsheet takes it for a formula. */
const unmarked = (text: string): string => text.replace(/^'(?=[=+\-@])/, '');

type Cell = (column: Column) => string | undefined;

function draftOf(cell: Cell): { draft: unknown } | FieldProblem {
  for (const column of ['when', 'variants'] as const) {
    const text = cell(column);
    if (text !== undefined && jsonOf(text) === undefined) return { field: column, problem: 'is no JSON' };
  }
  // An empty cell must not turn a line into a watch on everything.
  if (cell('source') !== undefined && SUBJECTS.every((column) => cell(column) === undefined))
    return { field: 'product', problem: `is empty; ${WHOLE_SOURCE} is every product of the source` };
  const own = CONDITION_COLUMNS.find((column) => cell(column) !== undefined);
  if (cell('when') !== undefined && own !== undefined)
    return { field: own, problem: 'is given beside `when`: put all conditions into one of both' };
  const number = (column: Column): unknown => {
    const text = cell(column);
    return text === undefined ? undefined : Number.isNaN(Number(text)) ? text : Number(text);
  };
  const list = (column: Column): string[] | undefined =>
    cell(column)
      ?.split('|')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  const paused = cell('paused');
  const draft = {
    ...subjectOf(cell),
    name: cell('name'),
    tags: list('tags'),
    when: cell('when') === undefined ? conditionsOf(cell, number) : jsonOf(cell('when')!),
    channels: list('channels'),
    paused: paused === undefined ? undefined : (flagOf(paused) ?? paused),
    cooldownSeconds: number('cooldownSeconds'),
    hysteresisPercent: number('hysteresisPercent'),
    dailyCap: number('dailyCap'),
    snoozedUntil: instantOf(cell('snoozedUntil')),
    expiresAt: instantOf(cell('expiresAt')),
  };
  return { draft };
}

/** All that a line names, also more than the one thing that it may: that is told, not guessed. */
function subjectOf(cell: Cell): Record<string, unknown> {
  const source = cell('source');
  const of = source === undefined ? {} : { source };
  const [query, category, product, variants] = [
    cell('query'),
    cell('category'),
    cell('product'),
    cell('variants'),
  ];
  const named = {
    ...(query !== undefined && { query: { text: query, ...of } }),
    ...(category !== undefined && { category: { name: category, ...of } }),
    ...(variants !== undefined && { variantsOf: { ...of, product, attributes: jsonOf(variants) } }),
    ...(variants === undefined &&
      product !== undefined &&
      product !== WHOLE_SOURCE && { product: { ...of, product } }),
  };
  const takesSource = Object.keys(named).length > 0;
  return {
    ...named,
    ...(cell('productId') !== undefined && { productId: cell('productId') }),
    ...(cell('url') !== undefined && { url: cell('url') }),
    ...(!takesSource && of),
    // Every product of a source beside anything else is two things.
    ...(product === WHOLE_SOURCE && of),
  };
}

function conditionsOf(cell: Cell, number: (column: Column) => unknown): Record<string, unknown> {
  const values = CONDITION_COLUMNS.map((column) => {
    const text = cell(column);
    if (FLAGS.has(column))
      return [column, text === undefined || flagOf(text) === false ? undefined : (flagOf(text) ?? text)];
    return [column, NUMBERS.has(column) ? number(column) : text];
  });
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Record<string, unknown>;
}

function flagOf(text: string): boolean | undefined {
  if (/^(?:true|yes|1|x)$/i.test(text)) return true;
  return /^(?:false|no|0)$/i.test(text) ? false : undefined;
}

const instantOf = (text: string | undefined): string | undefined =>
  text === undefined || Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString();

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
