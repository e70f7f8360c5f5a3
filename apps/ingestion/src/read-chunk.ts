import type { FieldProblem } from '@souk/contracts';
import type { ReadLine } from './group-observations.ts';
import { readObservation, type TimeLimits } from './read-observation.ts';

interface RejectedLine {
  line: number;
  problems: FieldProblem[];
}

export interface Chunk {
  accepted: ReadLine[];
  rejected: RejectedLine[];
}

/** The shortest line that can be good has some 90 bytes, so that a chunk of 512 KiB holds fewer good ones. */
export const MAX_LINES_PER_CHUNK = 6_000;

/** The answer must fit into one message of the broker: past this, a line is still named, with its first field only. */
const MAX_PROBLEM_BYTES = 350_000;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const NEWLINE = 10;

/**
 * Reads the lines of a chunk, the first one being the client's line `firstLine`. Blank lines count but are
 * neither accepted nor rejected. Answers undefined when there are more lines than one answer could tell of.
 */
export function readChunk(body: Uint8Array, firstLine: number, limits: TimeLimits): Chunk | undefined {
  const accepted: ReadLine[] = [];
  const rejected: RejectedLine[] = [];
  let line = firstLine - 1;
  for (const text of linesOf(body)) {
    line += 1;
    if (text !== undefined && /^\s*$/.test(text)) continue;
    if (accepted.length + rejected.length === MAX_LINES_PER_CHUNK) return undefined;
    const reading = text === undefined ? notUtf8 : readObservation(text, limits);
    if ('problems' in reading) rejected.push({ line, problems: reading.problems });
    else accepted.push({ ...reading, characters: text!.length });
  }
  return { accepted, rejected: shortened(rejected) };
}

const notUtf8 = { problems: [{ field: '', problem: 'is not UTF-8 text' }] };

/** The texts of the lines; undefined where the bytes are no text. */
function linesOf(body: Uint8Array): (string | undefined)[] {
  return decoded(body)?.split('\n') ?? splitBytes(body).map(decoded);
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function splitBytes(body: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let end = body.indexOf(NEWLINE); end >= 0; end = body.indexOf(NEWLINE, start)) {
    lines.push(body.subarray(start, end));
    start = end + 1;
  }
  return [...lines, body.subarray(start)];
}

function shortened(rejected: RejectedLine[]): RejectedLine[] {
  let bytes = 0;
  return rejected.map(({ line, problems }) => {
    bytes += Buffer.byteLength(JSON.stringify(problems));
    if (bytes <= MAX_PROBLEM_BYTES) return { line, problems };
    return { line, problems: [{ field: problems[0]!.field.split('.')[0]!, problem: 'is wrong' }] };
  });
}
