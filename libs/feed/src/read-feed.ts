import { feedText } from './charset.ts';
import { cellReaders, checkHeaderless } from './columns.ts';
import { csvRows, delimiterIn, type FeedRow } from './csv-rows.ts';
import { FeedProblem } from './feed-problem.ts';
import type { FeedFormat, FeedLayout, FeedMapping } from './feed-settings.ts';
import { fieldsIn } from './header-words.ts';
import { jsonRows, ndjsonRows } from './json-rows.ts';
import { type FeedItem, readRow } from './read-row.ts';
import { unpacked } from './unpack.ts';

/** How a file turned out to be written. */
export interface FoundLayout {
  format: FeedFormat;
  charset: string;
  delimiter: string | null;
  hasHeader: boolean;
}

/** A feed that was opened: its layout is known, its rows come one by one. */
export interface OpenFeed {
  layout(): FoundLayout;
  /** The names in its first line; null where there are none, or where rows are objects. */
  header: string[] | null;
  rows: AsyncGenerator<FeedRow>;
}

export interface FeedLimits {
  /** Unpacked. */
  maxBytes: number;
}

export interface RowOptions {
  now: Date;
  baseUrl?: string | undefined;
}

const HEAD_CHARACTERS = 32_768;

/** Opens a feed of any size, holding one chunk and one row of it at a time. Throws FeedProblem. */
export async function openFeed(
  bytes: AsyncIterable<Uint8Array>,
  layout: FeedLayout,
  limits: FeedLimits,
): Promise<OpenFeed> {
  const text = feedText(unpacked(bytes, { maxBytes: limits.maxBytes, file: layout.file }), layout.charset);
  const { head, all } = await withHead(text.chunks);
  if (head.trim() === '') throw new FeedProblem('it is empty');
  const format = layout.format ?? formatOf(head, layout.delimiter);
  if (format === 'json' || format === 'ndjson') {
    const rows = format === 'json' ? jsonRows(all, layout.items) : ndjsonRows(all);
    return {
      layout: () => ({ format, charset: text.charset(), delimiter: null, hasHeader: false }),
      header: null,
      rows,
    };
  }
  const delimiter = layout.delimiter ?? (format === 'tsv' ? '\t' : (delimiterIn(head) ?? ','));
  const rows = csvRows(all, delimiter);
  const first = await rows.next();
  const second = await rows.next();
  const given = [first, second].flatMap(({ done, value }) => (done ? [] : [value]));
  const hasHeader = layout.hasHeader ?? isHeader(cellsOf(given[0]), cellsOf(given[1]));
  if (hasHeader && given[0]?.problem !== undefined)
    throw new FeedProblem(`its first line ${given[0].problem}`);
  return {
    layout: () => ({ format, charset: text.charset(), delimiter, hasHeader }),
    header: hasHeader ? cellsOf(given[0]) : null,
    rows: following(hasHeader ? given.slice(1) : given, rows),
  };
}

/** The items of a feed, read by a mapping. Throws FeedProblem, at once when columns of the mapping are gone. */
export async function* readFeed(
  feed: OpenFeed,
  mapping: FeedMapping,
  options: RowOptions,
): AsyncGenerator<FeedItem> {
  const { format, hasHeader } = feed.layout();
  const isTable = format === 'csv' || format === 'tsv';
  if (isTable && !hasHeader) checkHeaderless(mapping);
  const readers = cellReaders(mapping, feed.header);
  let width = feed.header?.length;
  const { now, baseUrl } = options;
  for await (const row of feed.rows) {
    if (isTable && width === undefined && Array.isArray(row.cells)) width = row.cells.length;
    const item = readRow(row, { mapping, readers, width, now, baseUrl });
    if (item) yield item;
  }
}

const cellsOf = (row: FeedRow | undefined): string[] => (Array.isArray(row?.cells) ? row.cells : []);

async function* following(given: readonly FeedRow[], rows: AsyncGenerator<FeedRow>): AsyncGenerator<FeedRow> {
  try {
    yield* given;
    yield* rows;
  } finally {
    await rows.return(undefined);
  }
}

function formatOf(head: string, delimiter: string | undefined): FeedFormat {
  const text = head.trimStart();
  if (/^<(?:!doctype|html|\?xml|rss|feed)/i.test(text))
    throw new FeedProblem('it is HTML or XML, not a feed of CSV, TSV, NDJSON or JSON');
  if (text.startsWith('[')) return 'json';
  if (text.startsWith('{')) return /^\{.*\}\s*?\n\s*\{/.test(text) || isOneObject(text) ? 'ndjson' : 'json';
  return (delimiter ?? delimiterIn(head)) === '\t' ? 'tsv' : 'csv';
}

/** A file of a single line with an object that holds no list of objects: one product. */
function isOneObject(text: string): boolean {
  const line = text.trimEnd();
  return !line.includes('\n') && !/\[\s*[{\]]/.test(line);
}

/** Names are words; below them stand other things. */
function isHeader(first: readonly string[], second: readonly string[]): boolean {
  const names = first.map((cell) => cell.trim());
  if (Object.keys(fieldsIn(names)).length >= 2 && !names.some(isValue)) return true;
  const isWords =
    names.length > 0 && names.every((name) => name !== '' && !/\d/.test(name) && !isValue(name));
  return isWords && new Set(names).size === names.length && second.some((cell) => /\d/.test(cell));
}

const isValue = (cell: string): boolean =>
  /^(?:https?:\/\/|\p{Sc}?\s?[\d.,]+\s?(?:\p{Sc}|[A-Z]{3})?$)/u.test(cell);

async function withHead(
  chunks: AsyncIterable<string>,
): Promise<{ head: string; all: AsyncIterable<string> }> {
  const source = chunks[Symbol.asyncIterator]();
  let head = '';
  while (head.length < HEAD_CHARACTERS) {
    const next = await source.next();
    if (next.done) break;
    head += next.value;
  }
  const all = (async function* () {
    try {
      yield head;
      for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
    } finally {
      await source.return?.();
    }
  })();
  return { head: head.slice(0, HEAD_CHARACTERS), all };
}
