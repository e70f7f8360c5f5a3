import { Problem } from '../http/problem.ts';

/** The whole body, byte for byte, as signatures are made of it. */
export async function readRaw(body: unknown, maxBytes: number): Promise<Buffer> {
  if (!isStream(body)) return Buffer.alloc(0);
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

const isStream = (body: unknown): body is AsyncIterable<Buffer> =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
