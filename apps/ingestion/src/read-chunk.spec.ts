import { MAX_LINES_PER_CHUNK, readChunk } from './read-chunk.ts';

const limits = { nowMs: Date.UTC(2026, 0, 1), maxFutureMs: 600_000 };
const line = (product: string): string =>
  JSON.stringify({ source: 's', product, price: '1', currency: 'USD', observedAt: '2025-01-01T00:00:00Z' });
const read = (text: string, firstLine = 1) => readChunk(Buffer.from(text), firstLine, limits)!;

describe('a chunk of lines', () => {
  it('numbers lines as the client did, blank ones included, and keeps good lines around bad ones', () => {
    const { accepted, rejected } = read(`${line('a')}\n\nnonsense\r\n  \n${line('b')}\r\n`, 41);
    expect(accepted.map(({ observation }) => observation.product)).toEqual(['a', 'b']);
    expect(rejected.map((entry) => entry.line)).toEqual([43]);
  });

  it('reads a last line without a newline, and an empty body as no lines', () => {
    expect(read(line('a')).accepted).toHaveLength(1);
    expect(read('')).toEqual({ accepted: [], rejected: [] });
  });

  it('refuses only the line whose bytes are no UTF-8', () => {
    const body = Buffer.concat([
      Buffer.from(`${line('a')}\n`),
      Buffer.from([0x22, 0xff, 0x0a]),
      Buffer.from(line('b')),
    ]);
    const { accepted, rejected } = readChunk(body, 1, limits)!;
    expect(accepted).toHaveLength(2);
    expect(rejected).toEqual([{ line: 2, problems: [{ field: '', problem: 'is not UTF-8 text' }] }]);
  });

  it('answers within one message of the broker however many lines are bad, each of them named', () => {
    const bad = JSON.stringify({ title: 'é', attributes: { ['é'.repeat(60)]: [] } });
    const { rejected } = read(Array.from({ length: MAX_LINES_PER_CHUNK }, () => bad).join('\n'));
    expect(rejected).toHaveLength(MAX_LINES_PER_CHUNK);
    expect(rejected.every(({ problems }) => problems.length > 0)).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(rejected))).toBeLessThan(1_000_000);
  });

  it('declines more lines than it could tell of', () => {
    expect(readChunk(Buffer.from('x\n'.repeat(MAX_LINES_PER_CHUNK + 1)), 1, limits)).toBeUndefined();
  });
});
