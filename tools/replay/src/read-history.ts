import { createReadStream } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { unzipSync } from 'fflate';
import { aldiRows, isAldiPriceFile } from './aldi.ts';
import { type Backup, changedetectionRows } from './changedetection.ts';
import type { HistoryFile, HistoryRow } from './history-row.ts';
import { keepaRows } from './keepa.ts';
import { ndjsonRows } from './ndjson.ts';
import { paapi5Rows } from './paapi5.ts';
import { pcpartsRows } from './pcparts.ts';
import { pricebuddyRows } from './pricebuddy.ts';
import { steamRows, steamTitles } from './steam.ts';
import { decompressed, isArchive, unpacked } from './unpack.ts';

export const historyKinds = [
  'steam',
  'aldi',
  'pcparts',
  'keepa',
  'paapi5',
  'changedetection',
  'pricebuddy',
  'ndjson',
] as const;
export type HistoryKind = (typeof historyKinds)[number];

export interface HistoryOptions {
  /** When the answers of `paapi5` were recorded: they do not say so themselves. ISO 8601. */
  observedAt?: string | undefined;
}

/** Saved answers are parsed whole. */
const maxAnswerBytes = 256 * 2 ** 20;
const maxBackupBytes = 512 * 2 ** 20;

/**
 * Reads a history row by row, each product's rows oldest first, holding one day or file of it at a time. `path` is
 * the unpacked folder, the archive (.tar.zst, .tar.gz), or a folder with just the archive in it; for ndjson a file
 * (plain, .gz, .zst) or `-` for standard input; for keepa and paapi5 a saved answer likewise, or a folder of them.
 */
export async function* readHistory(
  path: string,
  as: HistoryKind,
  options: HistoryOptions = {},
): AsyncGenerator<HistoryRow> {
  if (as === 'ndjson') {
    const source = path === '-' ? process.stdin : createReadStream(path);
    yield* ndjsonRows(path === '-' ? 'stdin' : basename(path), await decompressed(source));
    return;
  }
  if (as === 'keepa' || as === 'paapi5') {
    for await (const file of answersAt(path)) {
      yield* as === 'keepa' ? keepaRows(file) : paapi5Rows(file, options.observedAt);
    }
    return;
  }
  if (as === 'changedetection') return yield* changedetectionRows(await backupAt(path));
  if (as === 'pricebuddy') {
    for await (const file of answersAt(path, /\.(json|csv)(\.gz|\.zst)?$/)) yield* pricebuddyRows(file);
    return;
  }
  const archive = await archiveAt(path);
  const { folder, remove } =
    archive === undefined ? { folder: path, remove: undefined } : await unpacked(archive);
  try {
    yield* folderReaders[as](folder);
  } finally {
    await remove?.();
  }
}

const folderReaders: Record<
  Exclude<HistoryKind, 'ndjson' | 'keepa' | 'paapi5' | 'changedetection' | 'pricebuddy'>,
  (root: string) => AsyncGenerator<HistoryRow>
> = {
  async *steam(root) {
    const folder = await folderWith(root, 'PriceHistory', (name) => name === 'PriceHistory');
    // The names of the games are Latin-1; prices are plain ASCII.
    const information = await historyFile(root, join(folder, 'applicationInformation.csv'), 'latin1');
    const titles = steamTitles(information);
    for (const name of await namesIn(join(folder, 'PriceHistory'), (file) => file.endsWith('.csv'))) {
      yield* steamRows(await historyFile(root, join(folder, 'PriceHistory', name)), titles);
    }
  },
  async *aldi(root) {
    const isDay = (name: string): boolean => /^\d{8}$/.test(name);
    const folder = await folderWith(root, 'days such as 20251009', isDay);
    for (const day of await namesIn(folder, isDay)) {
      const names = await namesIn(join(folder, day), isAldiPriceFile);
      yield* aldiRows(
        day,
        await Promise.all(names.map((name) => historyFile(root, join(folder, day, name)))),
      );
    }
  },
  async *pcparts(root) {
    const isSnapshot = (name: string): boolean => /^\d{4}-\d{2}-\d{2}(_|$)/.test(name);
    const folder = await folderWith(root, 'snapshots such as 2023-07-05_b1d05f6', isSnapshot);
    for (const snapshot of await namesIn(folder, isSnapshot)) {
      for (const name of await namesIn(join(folder, snapshot), (file) => file.endsWith('.json'))) {
        yield* pcpartsRows(snapshot.slice(0, 10), await historyFile(root, join(folder, snapshot, name)));
      }
    }
  },
};

/** A saved answer, or all of a folder, by name. */
async function* answersAt(path: string, wanted = /\.json(\.gz|\.zst)?$/): AsyncGenerator<HistoryFile> {
  if (path === '-') return yield { name: 'stdin', text: await textOf(process.stdin) };
  const isFolder = (await stat(path)).isDirectory();
  const names = isFolder ? await namesIn(path, (name) => wanted.test(name)) : [''];
  for (const name of names) {
    yield { name: name || basename(path), text: await textOf(createReadStream(join(path, name))) };
  }
}

/** The files of a backup that tell of prices: of a zip, of the folder it was unpacked to, or of one JSON file. */
async function backupAt(path: string): Promise<Backup> {
  const isWanted = (name: string): boolean => /\.json$|history\.txt$|\.txt(\.br)?$/.test(name);
  if ((await stat(path)).isDirectory()) {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && isWanted(entry.name));
    const names = files.map((entry) => relative(path, join(entry.parentPath, entry.name)));
    return new Map(
      await Promise.all(names.map(async (name) => [name, await readFile(join(path, name))] as const)),
    );
  }
  const bytes = await readFile(path);
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return new Map([[basename(path), bytes]]);
  let total = 0;
  const files = unzipSync(bytes, {
    filter({ name, originalSize }) {
      if (!isWanted(name)) return false;
      total += originalSize;
      if (total > maxBackupBytes)
        throw new Error(`${basename(path)} unpacks to more than ${maxBackupBytes} bytes`);
      return true;
    },
  });
  return new Map(Object.entries(files));
}

async function textOf(source: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of (await decompressed(source)) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Error(`a saved answer has more than ${maxAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The archive that `path` is or, being a folder, solely holds. */
async function archiveAt(path: string): Promise<string | undefined> {
  if (!(await stat(path)).isDirectory()) {
    if (isArchive(path)) return path;
    throw new Error(`${path} is neither a folder nor a .tar.zst or .tar.gz archive`);
  }
  const archives = (await readdir(path)).filter(isArchive);
  return archives.length === 1 ? join(path, archives[0]!) : undefined;
}

/** The folder at or just below `root` that has a subfolder of the wanted kind. */
async function folderWith(
  root: string,
  wanted: string,
  isWanted: (name: string) => boolean,
): Promise<string> {
  let folders = [root];
  for (let depth = 0; depth < 3; depth += 1) {
    const below: string[] = [];
    for (const folder of folders) {
      const entries = await readdir(folder, { withFileTypes: true });
      const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
      if (names.some((name) => isWanted(name))) return folder;
      below.push(...names.map((name) => join(folder, name)));
    }
    folders = below;
  }
  throw new Error(`Nothing to replay in ${root}: found no folder with ${wanted}`);
}

async function namesIn(folder: string, isWanted: (name: string) => boolean): Promise<string[]> {
  return (await readdir(folder)).filter((name) => isWanted(name)).toSorted();
}

async function historyFile(
  root: string,
  path: string,
  encoding: 'utf8' | 'latin1' = 'utf8',
): Promise<HistoryFile> {
  return { name: relative(root, path), text: await readFile(path, encoding) };
}
