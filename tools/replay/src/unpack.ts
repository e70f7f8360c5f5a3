import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { extract } from 'tar-stream';

/** Nothing that is replayed comes near; a hostile archive must not fill the disk. */
const maxUnpackedBytes = 8 * 2 ** 30;

const magic = { zstd: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), gzip: Buffer.from([0x1f, 0x8b]) };

export const isArchive = (path: string): boolean => /\.(tar\.zst|tar\.gz|tgz|tar)$/.test(path);

/** The bytes of a stream, decompressed when they begin as zstd or gzip does. Windows up to 128 MiB (`--long=27`). */
export async function decompressed(source: Readable): Promise<Readable> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const held: Buffer[] = [];
  let head = Buffer.alloc(0);
  while (head.length < 4) {
    const next = await chunks.next();
    if (next.done) break;
    held.push(next.value);
    head = Buffer.concat([head, next.value]);
  }
  const rest = Readable.from(
    (async function* () {
      yield* held;
      yield* { [Symbol.asyncIterator]: () => chunks };
    })(),
    { objectMode: false },
  );
  const startsWith = (sign: Buffer): boolean => head.subarray(0, sign.length).equals(sign);
  let decoder;
  if (startsWith(magic.zstd))
    decoder = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 27 } });
  else if (startsWith(magic.gzip)) decoder = createGunzip();
  else return rest;
  // A broken archive has to fail the reader, not the process: pipeline hands the error on to the decoder.
  pipeline(rest, decoder).catch(() => undefined);
  return decoder;
}

/** Unpacks a tar archive into a folder of its own below the system's temporary one; `remove`, or the end of the process, deletes it. */
export async function unpacked(archive: string): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'souk-replay-'));
  const removeAtExit = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeAtExit);
  const remove = async (): Promise<void> => {
    process.off('exit', removeAtExit);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const entries = extract();
    let bytes = 0;
    const written = (async () => {
      for await (const entry of entries) {
        const { name, type, size } = entry.header;
        const target = normalize(join(folder, name));
        if (!target.startsWith(folder + sep))
          throw new Error(`${archive} contains ${name}, outside its own folder`);
        bytes += size;
        if (bytes > maxUnpackedBytes)
          throw new Error(`${archive} unpacks to more than ${maxUnpackedBytes} bytes`);
        if (type === 'file') {
          await mkdir(dirname(target), { recursive: true });
          await pipeline(entry, createWriteStream(target));
        } else entry.resume();
      }
    })();
    await Promise.all([pipeline(await decompressed(createReadStream(archive)), entries), written]);
    return { folder, remove };
  } catch (error) {
    await remove();
    throw new Error(
      `${archive} could not be unpacked: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}
