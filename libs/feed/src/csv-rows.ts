import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { parse as parseAtOnce } from 'csv-parse/sync';

/** One row as it stands in the file; the line is that of its beginning, counted from 1. */
export interface FeedRow {
  line: number;
  /** Cells of a table, or the members of an object. */
  cells: string[] | Record<string, unknown>;
  /** Why it cannot be read at all. */
  problem?: string;
}

/** No product needs more; a quote that is never closed must not swallow the memory. */
const MAX_RECORD_CHARACTERS = 1_000_000;
export const DELIMITERS = [',', ';', '\t', '|'] as const;

const options = (delimiter: string) => ({
  delimiter,
  info: true as const,
  relax_column_count: true,
  relax_quotes: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  max_record_size: MAX_RECORD_CHARACTERS,
});

interface Parsed {
  record: string[];
  info: { lines: number };
}

/**
 * Rows of a table (RFC 4180 with any delimiter): quoted cells may hold delimiters and line breaks, rows may be of any
 * length, blank lines are passed over. A quote that is never closed ends the file there, as a row with that problem.
 */
export async function* csvRows(chunks: AsyncIterable<string>, delimiter: string): AsyncGenerator<FeedRow> {
  const parser = Readable.from(chunks).compose(parse(options(delimiter))) as AsyncIterable<Parsed>;
  let line = 1;
  try {
    for await (const { record, info } of parser) {
      const starts = line;
      line = info.lines + 1;
      if (record.some((cell) => cell.trim() !== '')) yield { line: starts, cells: record };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    yield { line, cells: [], problem: problemOf(error) };
  }
}

function problemOf({ code, message }: CsvError): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE')
    return 'opens a quote that is not closed; what follows cannot be read';
  return `is not CSV: ${message}`;
}

/** The delimiter that cuts the first rows into the most, and evenly many, cells; undefined when none does. */
export function delimiterIn(head: string): string | undefined {
  let best: { delimiter: string; score: number } | undefined;
  for (const delimiter of DELIMITERS) {
    const widths = widthsOf(head, delimiter);
    const counts = Map.groupBy(widths, (width) => width);
    const [width, alike] = [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [1, []];
    const score = width < 2 ? 0 : (alike.length / widths.length) ** 2 * Math.log2(width + 1);
    if (score > 0 && (best === undefined || score > best.score)) best = { delimiter, score };
  }
  return best?.delimiter;
}

function widthsOf(head: string, delimiter: string): number[] {
  try {
    const rows: string[][] = parseAtOnce(head, {
      ...options(delimiter),
      info: false,
      to: 30,
      skip_empty_lines: true,
    });
    return rows.map((row) => row.length);
  } catch {
    return [];
  }
}
