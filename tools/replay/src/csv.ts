import { parse } from 'csv-parse/sync';

/** A record of a CSV file with the line it begins on; the header is line 1. */
export interface CsvRecord {
  line: number;
  fields: string[];
}

/** All records of a CSV text (RFC 4180), header included; records of any length, for the reader to judge. */
export function csvRecords(text: string): CsvRecord[] {
  // Quotes are rare in these files; without any, a line is a record and splitting is ten times as fast.
  if (!text.includes('"')) return plainRecords(text);
  const parsed = parse(text, {
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    bom: true,
  }) as unknown as {
    record: string[];
    info: { lines: number };
  }[];
  let line = 1;
  return parsed.map(({ record, info }) => {
    const starts = line;
    line = info.lines + 1;
    return { line: starts, fields: record };
  });
}

function plainRecords(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let line = 0;
  for (const raw of text.split('\n')) {
    line += 1;
    const row = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (row !== '')
      records.push({ line, fields: (line === 1 ? row.replace(/^\uFEFF/, '') : row).split(',') });
  }
  return records;
}

/** Throws when a file does not begin with the columns that its reader knows. */
export function checkHeader(file: string, records: CsvRecord[], expected: readonly string[]): void {
  const found = records[0]?.fields.join(',') ?? '';
  if (!found.startsWith(expected.join(','))) {
    throw new Error(`${file} has the columns "${found.slice(0, 200)}", not "${expected.join(',')}"`);
  }
}
