import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { zstdDecompressSync } from 'node:zlib';
import { extract } from 'tar-stream';

/** The files of a small tar.zst by name, without their folders. */
export async function filesIn(archive: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const entry of Readable.from([zstdDecompressSync(readFileSync(archive))]).pipe(extract())) {
    const content = await text(entry);
    if (entry.header.type === 'file') files.set(entry.header.name.replace(/^.*\//u, ''), content);
  }
  return files;
}
