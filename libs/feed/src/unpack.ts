import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { Unzip, UnzipInflate } from 'fflate';
import { FeedProblem } from './feed-problem.ts';

type Bytes = AsyncIterable<Uint8Array>;

const FEED_FILE = /\.(?:csv|tsv|tab|txt|json|ndjson|jsonl)$/i;
/** Small, so that what one push inflates to stays small as well. */
const ZIP_STEP_BYTES = 16_384;
/** Windows beyond 8 MiB are for archives of disks. */
const ZSTD_WINDOW_LOG = 23;

/**
 * The bytes of a feed, unpacked when they begin as gzip, Zstandard or zip does; never more than `maxBytes` of them.
 * Of a zip one file is read: the one that is named, or the first that may be a feed. Throws FeedProblem.
 */
export async function* unpacked(bytes: Bytes, limits: { maxBytes: number; file?: string | undefined }) {
  const { head, all } = await withHead(bytes, 4);
  let total = 0;
  for await (const chunk of unpackedBy(head, all, limits.file)) {
    total += chunk.length;
    if (total > limits.maxBytes)
      throw new FeedProblem(`it is larger than the ${limits.maxBytes} bytes that are read of a feed`);
    yield chunk;
  }
}

async function* unpackedBy(
  head: Uint8Array,
  all: Bytes,
  file: string | undefined,
): AsyncGenerator<Uint8Array> {
  if (startsWith(head, 0x1f, 0x8b)) yield* through(all, createGunzip(), 'gzip');
  else if (startsWith(head, 0x28, 0xb5, 0x2f, 0xfd)) {
    const params = { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG };
    yield* through(all, createZstdDecompress({ params }), 'Zstandard');
  } else if (startsWith(head, 0x50, 0x4b, 3, 4)) yield* unzipped(all, file);
  else yield* all;
}

const startsWith = (head: Uint8Array, ...sign: number[]): boolean =>
  sign.every((byte, index) => head[index] === byte);

async function withHead(bytes: Bytes, length: number): Promise<{ head: Uint8Array; all: Bytes }> {
  const chunks = bytes[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let have = 0;
  while (have < length) {
    const next = await chunks.next();
    if (next.done) break;
    held.push(next.value);
    have += next.value.length;
  }
  const all = (async function* () {
    try {
      yield* held;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    } finally {
      await chunks.return?.();
    }
  })();
  return { head: Buffer.concat(held).subarray(0, length), all };
}

async function* through(
  bytes: Bytes,
  decoder: ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>,
  name: string,
): AsyncGenerator<Uint8Array> {
  // A broken archive reaches the reader by the decoder, which pipeline hands the error on to.
  pipeline(Readable.from(bytes, { objectMode: false }), decoder).catch(() => undefined);
  try {
    for await (const chunk of decoder as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    throw error instanceof FeedProblem
      ? error
      : new FeedProblem(`its ${name} compression is broken or cut off`);
  }
}

async function* unzipped(bytes: Bytes, wanted: string | undefined): AsyncGenerator<Uint8Array> {
  const names: string[] = [];
  let out: Uint8Array[] = [];
  let state: 'looking' | 'reading' | 'read' = 'looking';
  const unzip = new Unzip((entry) => {
    names.push(entry.name);
    if (state !== 'looking' || !(wanted === undefined ? FEED_FILE.test(entry.name) : entry.name === wanted))
      return;
    state = 'reading';
    entry.ondata = (error, chunk, isLast) => {
      if (error) throw error;
      out.push(chunk);
      if (isLast) state = 'read';
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  for await (const chunk of bytes) {
    for (let start = 0; start < chunk.length; start += ZIP_STEP_BYTES) {
      push(unzip, chunk.subarray(start, start + ZIP_STEP_BYTES));
      yield* out;
      out = [];
      if ((state as string) === 'read') return;
    }
  }
  push(unzip, new Uint8Array(0), true);
  yield* out;
  if ((state as string) === 'looking')
    throw new FeedProblem(
      `the archive holds no ${wanted ?? 'CSV, TSV or JSON file'}, only ${names.slice(0, 10).join(', ') || 'nothing'}`,
    );
  if ((state as string) === 'reading') throw new FeedProblem('the archive is cut off');
}

function push(unzip: Unzip, chunk: Uint8Array, isLast = false): void {
  try {
    unzip.push(chunk, isLast);
  } catch (error) {
    throw new FeedProblem(
      `the zip archive is broken: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
