import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/**
 * Reads lines until the input ends and writes one for each that can be read, in order; the others are named on
 * `problems` with their number. Blank lines are passed over. Answers how many could not be read. A slow reader is
 * waited for.
 * @param answer makes the output line; throws an Error that says what is wrong with the line
 */
export async function answerLines(
  input: Readable,
  output: Writable,
  problems: Writable,
  answer: (line: string) => string,
): Promise<number> {
  let number = 0;
  let bad = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() === '') continue;
    try {
      if (!output.write(`${answer(line)}\n`)) await once(output, 'drain');
    } catch (error) {
      bad += 1;
      problems.write(`line ${number}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  return bad;
}
