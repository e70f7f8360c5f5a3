import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { HistoryRow } from './history-row.ts';
import { readHistory, type HistoryKind } from './read-history.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'souk-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

const steam = {
  'steam/PriceHistory/20.csv': 'Date,Initialprice,Finalprice,Discount\n2019-04-07,4.99,4.99,0\n',
  'steam/PriceHistory/10.csv': 'Date,Initialprice,Finalprice,Discount\n2019-04-07,9.99,9.99,0\n',
  // A Latin-1 byte, as the real file has it: é
  'steam/applicationInformation.csv': Buffer.from('appid,type,name\n10,game,Caf\u00E9\n', 'latin1'),
};

async function tarOf(files: Record<string, string | Buffer>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  const path = join(folder, 'plain');
  await once(archive.pipe(createWriteStream(path)), 'finish');
  const bytes = await readFile(path);
  await rm(path);
  return bytes;
}

async function archive(name: string, bytes: Buffer): Promise<string> {
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
}

const rowsOf = (path: string, as: HistoryKind): Promise<HistoryRow[]> =>
  Array.fromAsync(readHistory(path, as));

describe('reading a history', () => {
  it('works from .tar.zst with a long window, from .tar.gz, and from a folder that holds just the archive', async () => {
    const tar = await tarOf(steam);
    const window = {
      params: { [constants.ZSTD_c_enableLongDistanceMatching]: 1, [constants.ZSTD_c_windowLog]: 27 },
    };
    const fromZstd = await rowsOf(await archive('steam.tar.zst', zstdCompressSync(tar, window)), 'steam');
    const fromFolder = await rowsOf(folder, 'steam');
    await rm(join(folder, 'steam.tar.zst'));
    const fromGzip = await rowsOf(await archive('steam.tar.gz', gzipSync(tar)), 'steam');
    expect(fromZstd).toMatchObject([
      { at: 'steam/PriceHistory/10.csv:2', observation: { title: 'Café' } },
      { at: 'steam/PriceHistory/20.csv:2', observation: { product: '20' } },
    ]);
    expect(fromFolder).toEqual(fromZstd);
    expect(fromGzip).toEqual(fromZstd);
  });

  it('leaves nothing behind, even when reading stops half-way', async () => {
    const path = await archive('steam.tar.gz', gzipSync(await tarOf(steam)));
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith('souk-replay-'));
    for await (const row of readHistory(path, 'steam')) {
      expect(row).toHaveProperty('observation');
      break;
    }
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('souk-replay-'))).toEqual(before);
  });

  it('reads days and snapshots in their order', async () => {
    const aldi = {
      'aldi/20251010/deli.csv': 'brand,name,weight,price\nA,B,1,$2.00\n',
      'aldi/20251009/deli.csv': 'brand,name,weight,price\nA,B,1,$1.00\n',
    };
    const parts = {
      'p/2024-01-20_d7c/os.json': '[{"name":"W","price":2}]',
      'p/2023-07-05_b1d/os.json': '[{"name":"W","price":1}]',
    };
    const ofAldi = await rowsOf(await archive('aldi.tar.gz', gzipSync(await tarOf(aldi))), 'aldi');
    const ofParts = await rowsOf(await archive('p.tar.gz', gzipSync(await tarOf(parts))), 'pcparts');
    for (const rows of [ofAldi, ofParts]) {
      expect(rows).toMatchObject([{ observation: { price: '1.00' } }, { observation: { price: '2.00' } }]);
    }
  });

  it.each([
    ['plain', (bytes: Buffer) => bytes],
    ['.gz', (bytes: Buffer) => gzipSync(bytes)],
    ['.zst', (bytes: Buffer) => zstdCompressSync(bytes)],
  ])('reads NDJSON as it is: %s', async (_, compress) => {
    const path = await archive('feed', compress(Buffer.from('{"source":"a","product":"b"}\n')));
    expect(await rowsOf(path, 'ndjson')).toEqual([
      { at: 'feed:1', line: '{"source":"a","product":"b"}', lane: 'a\nb' },
    ]);
  });

  it('says what is wrong with an archive that is broken, hostile or something else', async () => {
    const tar = gzipSync(await tarOf(steam));
    await expect(rowsOf(await archive('cut.tar.gz', tar.subarray(0, 100)), 'steam')).rejects.toThrow(
      /cut\.tar\.gz could not be unpacked/,
    );
    const hostile = gzipSync(await tarOf({ '../outside.csv': 'x' }));
    await expect(rowsOf(await archive('hostile.tar.gz', hostile), 'steam')).rejects.toThrow(
      /outside its own folder/,
    );
    await expect(rowsOf(await archive('notes.txt', Buffer.from('x')), 'steam')).rejects.toThrow(
      /neither a folder nor/,
    );
    await expect(
      rowsOf(await archive('other.tar.gz', gzipSync(await tarOf({ 'a/b.txt': 'x' }))), 'steam'),
    ).rejects.toThrow(/no folder with PriceHistory/);
  });
});
