import { settleMemory } from '@souk/service';
import * as fc from 'fast-check';
import { LINE_LIMITS, type LineChunk, type LineLimits } from './line-splitter.ts';
import { ObservationLines, type UnreadableLine } from './observation-lines.ts';

interface Outcome {
  chunks: LineChunk[];
  /** Line number -> text, of lines with content. */
  lines: Map<number, string>;
  unreadable: UnreadableLine[];
  isFull: boolean;
}

function read(pieces: Buffer[], options: { limits?: LineLimits; isCut?: boolean } = {}): Outcome {
  const source = new ObservationLines(options.limits ?? LINE_LIMITS);
  const chunks: LineChunk[] = [];
  for (const piece of pieces) chunks.push(...source.push(Buffer.from(piece)));
  chunks.push(...(options.isCut ? source.cut('the body broke off') : source.end()));
  const lines = new Map<number, string>();
  for (const { body, firstLine, lines: count } of chunks) {
    const texts = body.toString().split('\n');
    if (texts.at(-1) === '') texts.pop();
    expect(texts).toHaveLength(count);
    texts.forEach((text, index) => {
      if (text.trim() !== '') lines.set(firstLine + index, text.trimStart());
    });
  }
  return { chunks, lines, unreadable: source.takeUnreadable(), isFull: source.isFull };
}

/** The text, cut at arbitrary bytes (also within a character). */
const chunked = (text: fc.Arbitrary<string>): fc.Arbitrary<{ text: string; pieces: Buffer[] }> =>
  fc.tuple(text, fc.array(fc.nat(), { maxLength: 12 })).map(([whole, cuts]) => {
    const bytes = Buffer.from(whole);
    const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
    const pieces = [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length));
    return { text: whole, pieces };
  });

const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
const value = fc.jsonValue({ maxDepth: 3 });
/** A JSON array written with arbitrary space, also inside its elements. */
const arrayText = fc
  .tuple(fc.array(fc.tuple(value, fc.constantFrom(0, 2), space, space), { maxLength: 12 }), space, space)
  .map(([items, before, after]) => {
    const elements = items.map(
      ([item, indent, left, right]) => left + JSON.stringify(item, null, indent) + right,
    );
    return `${before}[${elements.join(',')}]${after}`;
  });
const lineText = fc.oneof(
  value.map((item) => JSON.stringify(item)).filter((text) => !text.startsWith('[')),
  fc.constantFrom('', '  ', '{"broken', '"lone', '}', 'é€😀'),
);
const ndjsonText = fc
  .tuple(fc.array(lineText, { maxLength: 15 }), fc.boolean(), fc.constantFrom('\n', '\r\n'))
  .map(([lines, hasEnd, newline]) => lines.join(newline) + (hasEnd ? newline : ''))
  .filter((text) => !text.trimStart().startsWith('['));

const limitsOf = (change: Partial<LineLimits>): LineLimits => ({ ...LINE_LIMITS, ...change });
const tight = fc
  .record({ maxChunkLines: fc.integer({ min: 1, max: 4 }), maxChunkBytes: fc.integer({ min: 1, max: 60 }) })
  .map(limitsOf);

describe('a posted body', () => {
  it('as an array yields exactly the elements that JSON.parse reads, wherever it is cut', () => {
    fc.assert(
      fc.property(chunked(arrayText), tight, ({ text, pieces }, limits) => {
        const { lines, unreadable } = read(pieces, { limits });
        const expected = JSON.parse(text) as unknown[];
        expect(unreadable).toEqual([]);
        expect([...lines.keys()]).toEqual(expected.map((_, index) => index + 1));
        expect([...lines.values()].map((line) => JSON.parse(line))).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('as lines yields exactly its lines with their numbers, wherever it is cut', () => {
    fc.assert(
      fc.property(chunked(ndjsonText), tight, ({ text, pieces }, limits) => {
        const { lines, chunks } = read(pieces, { limits });
        const expected = text
          .split('\n')
          .map((line, index) => [index + 1, line.trimStart()] as const)
          .filter(([, line]) => line.trim() !== '');
        expect([...lines]).toEqual(expected);
        for (const chunk of chunks) {
          expect(chunk.lines).toBeLessThanOrEqual(limits.maxChunkLines);
          if (chunk.lines > 1) expect(chunk.body.length).toBeLessThanOrEqual(limits.maxChunkBytes + 1);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('with something after an array blames what follows, not its last element', () => {
    const { lines, unreadable } = read([Buffer.from('[{"a":1}] x')]);
    expect([...lines.keys()]).toEqual([1]);
    expect(unreadable).toMatchObject([{ line: 2, problem: expect.stringMatching(/closing/) }]);
  });

  it('never yields an element of an array that JSON.parse refuses whole, as if it were valid', () => {
    const broken = fc.tuple(arrayText, fc.nat(), fc.constantFrom(',', ']', '}', '"', '[', '\n', 'x'));
    const damaged = broken.map(([text, at, what]) => {
      const place = text.indexOf('[') + 1 + (at % (text.length - text.indexOf('[')));
      return text.slice(0, place) + what + text.slice(place);
    });
    fc.assert(
      fc.property(chunked(damaged), ({ text, pieces }) => {
        const { lines, unreadable } = read(pieces);
        const isValid = isJson(text);
        const allValid = unreadable.length === 0 && [...lines.values()].every(isJson);
        expect(allValid).toBe(isValid);
      }),
      { numRuns: 2_000 },
    );
  });

  it('names a line that is too long and keeps the lines around it, wherever it is cut', () => {
    const limits = limitsOf({ maxLineBytes: 20 });
    const text = fc
      .array(fc.constantFrom('{"a":1}', `{"b":"${'x'.repeat(30)}"}`, ''), { minLength: 1, maxLength: 8 })
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(chunked(text), ({ text: whole, pieces }) => {
        const { lines, unreadable } = read(pieces, { limits });
        const all = whole.split('\n').map((line, index) => ({ number: index + 1, line }));
        const isUnfinishedLong = all.at(-1)!.line.length > 20;
        expect([...lines.keys()]).toEqual(
          all.filter(({ line }) => line !== '' && line.length <= 20).map(({ number }) => number),
        );
        expect(unreadable.map(({ line }) => line)).toEqual(
          all.filter(({ line }) => line.length > 20).map(({ number }) => number),
        );
        expect(isUnfinishedLong ? unreadable.at(-1)!.problem : 'longer').toMatch(/longer/);
      }),
    );
  });

  it('of more lines than allowed yields the allowed ones and says that it is full', () => {
    const limits = limitsOf({ maxLines: 3 });
    const within = read([Buffer.from('1\n\n2\n3\n\n')], { limits });
    expect([within.lines.size, within.isFull]).toEqual([3, false]);
    for (const text of ['1\n\n2\n3\n4', '1\n2\n3\n4\n5\n', '[1,2,3,4]']) {
      const beyond = read([Buffer.from(text)], { limits });
      expect([beyond.lines.size, beyond.isFull]).toEqual([3, true]);
    }
  });

  it('that broke off yields its whole lines and names the unfinished one', () => {
    expect(read([Buffer.from('{"a":1}\n{"b"')], { isCut: true })).toMatchObject({
      lines: new Map([[1, '{"a":1}']]),
      unreadable: [{ line: 2, problem: 'the body broke off' }],
    });
    expect(read([Buffer.from('{"a":1}\n')], { isCut: true }).unreadable).toEqual([]);
    expect(read([Buffer.from('[{"a":1},{"b"')])).toMatchObject({
      lines: new Map([[1, '{"a":1}']]),
      unreadable: [{ line: 2, problem: expect.stringMatching(/not closed/) }],
    });
    expect(read([Buffer.from('[{"a":1},')]).unreadable).toMatchObject([{ line: 2 }]);
  });

  it('may begin with a byte order mark', () => {
    const mark = Buffer.from([0xef, 0xbb, 0xbf]);
    expect(
      read([mark, Buffer.from('{"a":1}\n')])
        .lines.get(1)!
        .trim(),
    ).toBe('{"a":1}');
    expect(
      read([Buffer.concat([mark, Buffer.from('[{"a":1}]')])])
        .lines.get(1)!
        .trim(),
    ).toBe('{"a":1}');
  });

  it('of 100 MB in one line is read at constant memory', () => {
    const source = new ObservationLines();
    const piece = Buffer.alloc(64 * 1024, 'x');
    settleMemory();
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    let most = 0;
    for (let count = 0; count < 1_600; count += 1) {
      expect([...source.push(piece)]).toEqual([]);
      if (count % 400 === 0) {
        settleMemory();
        most = Math.max(most, process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before);
      }
    }
    const chunks = [...source.push(Buffer.from('\n{"good":1}\n')), ...source.end()];
    expect(chunks).toMatchObject([{ firstLine: 2, lines: 1 }]);
    expect(source.takeUnreadable()).toMatchObject([{ line: 1, problem: expect.stringMatching(/longer/) }]);
    expect(most).toBeLessThan(20 * 1024 ** 2);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
