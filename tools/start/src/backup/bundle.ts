import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

/** The database's archive within a bundle, in pg_dump's custom format. */
export const ARCHIVE = 'database.dump';
const MANIFEST = 'manifest.json';

/** What a bundle says of itself, and the secrets without which its data is of no use. */
export const Manifest = z.object({
  format: z.literal('souk-backup/1'),
  takenAt: z.iso.datetime(),
  secrets: z.object({ operatorKey: z.string(), livePageKey: z.string(), server: z.string() }),
});
export type Manifest = z.infer<typeof Manifest>;

/** Packs the folder's archive and the manifest into one file, readable by its owner only; never half a file. */
export async function pack(folder: string, manifest: Manifest, file: string): Promise<void> {
  writeFileSync(join(folder, MANIFEST), JSON.stringify(manifest), { mode: 0o600 });
  const part = `${resolve(file)}.part`;
  try {
    writeFileSync(part, '', { mode: 0o600 });
    chmodSync(part, 0o600);
    await run('tar', ['-cf', part, '-C', folder, MANIFEST, ARCHIVE]);
    renameSync(part, resolve(file));
  } finally {
    rmSync(part, { force: true });
  }
}

/** Unpacks a bundle into a folder. @throws when the file is none of ours */
export async function unpack(file: string, folder: string): Promise<Manifest> {
  if (!existsSync(file)) throw new Error(`there is no file ${file}`);
  try {
    await run('tar', ['-xf', resolve(file), '-C', folder, MANIFEST, ARCHIVE]);
  } catch (error) {
    throw new Error(`${file} is not a backup of Souk`, { cause: error });
  }
  const manifest = Manifest.safeParse(JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')));
  if (!manifest.success) throw new Error(`${file} is not a backup that this version can read`);
  return manifest.data;
}
