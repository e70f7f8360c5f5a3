import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { SafeHttpFailure } from './failure.ts';

const decoders: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};
/** Compressed twice is rare and legal; more is only good for bombs. */
const MAX_ENCODINGS = 2;

/** What a request may say it understands. */
export const acceptEncoding = 'gzip, br, zstd, deflate';

/**
 * Reads a body to its end, decompressed. At no time more than `maxBytes` of what came or of what it becomes are held:
 * the stream is broken off there, so a small bomb costs no more than a large page. Throws SafeHttpFailure.
 */
export async function boundedBody(
  body: Readable,
  contentEncoding: string | undefined,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(boundedChunks(body, contentEncoding, maxBytes, signal)));
}

/** The same piece by piece, read only as fast as they are taken; who takes no more ends the call. */
export async function* boundedChunks(
  body: Readable,
  contentEncoding: string | undefined,
  maxBytes: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const encodings = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  const unknown = encodings.find((name) => !(name in decoders));
  if (unknown !== undefined || encodings.length > MAX_ENCODINGS) {
    body.on('error', () => undefined).destroy();
    throw new SafeHttpFailure(
      'encoding',
      `the page came compressed as "${contentEncoding}", which is not understood`,
    );
  }
  const last = counted(maxBytes);
  const stages = [counted(maxBytes), ...encodings.toReversed().map((name) => decoders[name]!()), last];
  // An error reaches the reader by the last stage, which pipeline hands it on to.
  pipeline([body, ...stages], { ...(signal && { signal }) }).catch(() => undefined);
  try {
    for await (const chunk of last as AsyncIterable<Buffer>) yield chunk;
  } catch (error) {
    throw isCorrupt(error)
      ? new SafeHttpFailure('encoding', `the page says it is compressed as ${contentEncoding}, and is not`)
      : error;
  }
}

/** Passes bytes on, up to a number. */
function counted(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        done(
          new SafeHttpFailure(
            'too-large',
            `the page is larger than the ${maxBytes} bytes that are read of one`,
          ),
        );
        return;
      }
      done(null, chunk);
    },
  });
}

/** Codes of zlib, Brotli and Zstandard for bytes that are not theirs, or end too early. */
function isCorrupt(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^(?:Z_|ZSTD_|ERR__ERROR_|ERR_BROTLI|ERR_ZSTD|ERR_PADDING)/u.test(code);
}
