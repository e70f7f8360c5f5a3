import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/** No price and no sentence is as long; the rest of such a line is not kept. */
const MAX_LINE_LENGTH = 1_000_000;

export interface LineAnswers {
  /** Makes the output line; throws an Error that says what is wrong with the line. */
  answer(line: string): string;
  /** Written for a line that cannot be read, so that the n-th line out always belongs to the n-th line in. */
  unreadable: string;
}

/**
 * Reads lines until the input ends and writes one for each, in order; those that cannot be read are named on
 * `problems` with their number as well. Blank lines are passed over. Answers how many could not be read. A slow
 * reader is waited for.
 */
export async function answerLines(
  input: Readable,
  output: Writable,
  problems: Writable,
  { answer, unreadable }: LineAnswers,
): Promise<number> {
  let number = 0;
  let bad = 0;
  for await (const line of linesOf(input)) {
    number += 1;
    if (line.trim() === '') continue;
    let answered = unreadable;
    try {
      if (line.length > MAX_LINE_LENGTH) throw new Error(`is longer than ${MAX_LINE_LENGTH} characters`);
      answered = answer(line);
    } catch (error) {
      bad += 1;
      problems.write(`line ${number}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
    if (!output.write(`${answered}\n`)) await once(output, 'drain');
  }
  return bad;
}

/**
 * Lines end with LF or CR LF and with nothing else: JSON may hold the separators U+2028 and U+2029 within a text. A
 * byte order mark is no part of the first one. Of a line that is too long a little more than the limit is kept.
 */
async function* linesOf(input: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of input as AsyncIterable<string | Uint8Array>) {
    const parts = (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })).split('\n');
    for (const [index, part] of parts.entries()) {
      if (index > 0) {
        yield withoutEnd(rest);
        rest = '';
      }
      if (rest.length <= MAX_LINE_LENGTH) rest += part;
    }
  }
  yield withoutEnd(rest + decoder.decode());
}

const withoutEnd = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);
