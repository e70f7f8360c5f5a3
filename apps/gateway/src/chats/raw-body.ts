import { Problem } from '../http/problem.ts';

/**
 * The whole body, byte for byte, as signatures are made of it. One that trickles in is given up: whoever sends it has
 * shown no key, and holds a place that others wait for.
 */
export async function readRaw(body: unknown, maxBytes: number, withinMs: number): Promise<Buffer> {
  if (!isStream(body)) return Buffer.alloc(0);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(tooSlow(withinMs)), withinMs);
  try {
    return await Promise.race([collect(body, maxBytes), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function collect(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of body) {
      bytes += piece.length;
      if (bytes > maxBytes) throw new Problem('too-large', `The body is larger than ${maxBytes} bytes.`);
      pieces.push(piece);
    }
  } catch (error) {
    throw error instanceof Problem ? error : new Problem('incomplete-body', 'The body broke off.');
  }
  return Buffer.concat(pieces);
}

// What still comes of the body is not waited for.
const tooSlow = (withinMs: number): Problem =>
  new Problem('timeout', `The body did not arrive within ${withinMs / 1_000} s.`, {
    headers: { connection: 'close' },
  });

const isStream = (body: unknown): body is AsyncIterable<Buffer> =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
