import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { priceLine } from './price-line.ts';

/**
 * Reads lines until the input ends and writes one for each that can be read, in order; the others are named on
 * `problems` with their number. Answers how many those were. A slow reader is waited for.
 */
export async function priceLines(
  input: Readable,
  output: Writable,
  problems: Writable,
  isoCodes: boolean,
): Promise<number> {
  let number = 0;
  let bad = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() === '') continue;
    try {
      if (!output.write(`${priceLine(line, isoCodes)}\n`)) await once(output, 'drain');
    } catch (error) {
      bad += 1;
      problems.write(`line ${number}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  return bad;
}
