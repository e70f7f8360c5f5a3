import type { Readable, Transform } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { Problem } from '../http/problem.ts';

/** Largest window a zstd body may ask for: 8 MiB, what RFC 8878 recommends to support. */
const ZSTD_WINDOW_LOG_MAX = 23;

/** The body as it was before compression; only as much of it is made as is read. */
export function decoded(body: Readable, encoding: string | undefined): AsyncIterable<Buffer> {
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return body;
    case 'gzip':
    case 'x-gzip':
      return through(body, createGunzip());
    case 'zstd':
      return through(
        body,
        createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX } }),
      );
    default:
      throw new Problem('unsupported-media-type', 'Content-Encoding may be gzip, zstd or absent.', {
        headers: { 'accept-encoding': 'gzip, zstd' },
      });
  }
}

/** Unlike a pipeline, it leaves the request and its connection alone when the decoder fails: there is an answer to give. */
function through(body: Readable, decoder: Transform): AsyncIterable<Buffer> {
  body.once('error', (error) => decoder.destroy(error));
  body.once('close', () => {
    if (!body.readableEnded) decoder.destroy(new Error('the body broke off'));
  });
  decoder.once('error', () => body.resume());
  return body.pipe(decoder);
}
