import { Readable } from 'node:stream';
import type { HistoryRow } from './history-row.ts';
import { maxLineBytes, ndjsonRows } from './ndjson.ts';

/** The rows of a text that arrives in pieces of so many bytes. */
async function rowsOf(text: string, pieceBytes: number): Promise<HistoryRow[]> {
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
  return Array.fromAsync(ndjsonRows('feed', Readable.from(pieces)));
}

describe('lines in the public format', () => {
  const text = '{"source":"a","product":"é","price":1.10}\r\n\n{"source":"a","product":"b"}\nno json';

  it.each([1, 7, 1000])('are passed on as they stand, in pieces of %d bytes', async (pieceBytes) => {
    expect(await rowsOf(text, pieceBytes)).toEqual([
      { at: 'feed:1', line: '{"source":"a","product":"é","price":1.10}', lane: 'a\né' },
      { at: 'feed:2', skipped: 'empty line' },
      { at: 'feed:3', line: '{"source":"a","product":"b"}', lane: 'a\nb' },
      { at: 'feed:4', line: 'no json', lane: '' },
    ]);
  });

  it('are reported instead of held when they are too long, and the next line is read', async () => {
    const rows = await rowsOf(
      `${'x'.repeat(maxLineBytes + 1)}\n{"product":1}\n${'y'.repeat(maxLineBytes * 3)}`,
      65_536,
    );
    expect(rows).toMatchObject([
      { at: 'feed:1', skipped: 'line too long' },
      { at: 'feed:2' },
      { at: 'feed:3', skipped: 'line too long' },
    ]);
  });
});
