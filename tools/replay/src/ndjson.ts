import type { HistoryRow } from './history-row.ts';

/** A line longer than this is reported instead of posted; the service's own limit is far lower. */
export const maxLineBytes = 1_048_576;

const newline = 10;

/** Lines of a byte stream with their numbers; of a line that is too long only the fact comes through. */
async function* linesOf(
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<{ line: number; text: string | undefined }> {
  let line = 1;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const take = (): string | undefined => {
    const text = pendingBytes > maxLineBytes ? undefined : Buffer.concat(pending).toString();
    pending = [];
    pendingBytes = 0;
    return text;
  };
  const add = (piece: Buffer): void => {
    pendingBytes += piece.length;
    if (pendingBytes <= maxLineBytes) pending.push(piece);
    else pending = [];
  };
  for await (const chunk of bytes) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      add(chunk.subarray(from, end));
      yield { line, text: take() };
      line += 1;
      from = end + 1;
    }
    if (from < chunk.length) add(chunk.subarray(from));
  }
  if (pendingBytes > 0) yield { line, text: take() };
}

/** Lines in the public observation format, posted exactly as they stand: the service judges them. */
export async function* ndjsonRows(name: string, bytes: AsyncIterable<Buffer>): AsyncGenerator<HistoryRow> {
  for await (const { line, text } of linesOf(bytes)) {
    const at = `${name}:${line}`;
    const trimmed = text?.trim();
    if (trimmed === undefined)
      yield { at, skipped: 'line too long', detail: `more than ${maxLineBytes} bytes` };
    else if (trimmed === '') yield { at, skipped: 'empty line' };
    else yield { at, line: trimmed, lane: laneOf(trimmed) };
  }
}

/** Source and product of a line. A line that is no JSON has neither: it goes along, and the service says so. */
function laneOf(line: string): string {
  try {
    const { source, product } = JSON.parse(line) as { source?: unknown; product?: unknown };
    return `${String(source)}\n${String(product)}`;
  } catch {
    return '';
  }
}
