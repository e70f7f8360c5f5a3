import { brotliDecompressSync } from 'node:zlib';
import { parsePriceText } from '@souk/money';
import { z } from 'zod';
import type { HistoryRow, ReplayedObservation } from './history-row.ts';

/** A backup of changedetection.io, unpacked: bytes by the names that its files have in the archive. */
export type Backup = ReadonlyMap<string, Uint8Array>;

const Price = z.union([z.number(), z.string()]).nullish();

/** One watch, of `watching` in url-watches.json (or changedetection.json) or a watch.json of its own. */
export const Watch = z.looseObject({
  url: z.string().min(1),
  title: z.string().nullish(),
  page_title: z.string().nullish(),
  paused: z.boolean().nullish(),
  last_checked: z.coerce.number().nullish(),
  restock: z
    .looseObject({ price: Price, currency: z.string().nullish(), in_stock: z.boolean().nullish() })
    .nullish(),
});
export type Watch = z.infer<typeof Watch>;

const MAX_SNAPSHOT_BYTES = 1_000_000;
/** What its restock detector keeps of a page, in every version so far. */
const SNAPSHOT = /^\s*In Stock: (True|False|None)(?: - Price: ?(.*?))?\s*$/;

/** The watches of a backup by their ids, or of url-watches.json alone. Throws when it holds none. */
export function watchesOf(backup: Backup): Map<string, unknown> {
  const watches = new Map<string, unknown>();
  for (const [name, bytes] of backup) {
    const own = /^(?:.*\/)?([0-9a-f-]{36})\/watch\.json$/i.exec(name)?.[1];
    if (own !== undefined) watches.set(own, jsonOf(name, bytes));
    else if (/(?:^|\/)(?:url-watches|changedetection)[^/]*\.json$/.test(name) || backup.size === 1) {
      const index = z
        .looseObject({ watching: z.record(z.string(), z.unknown()).default({}) })
        .safeParse(jsonOf(name, bytes));
      for (const [id, watch] of Object.entries(index.data?.watching ?? {}))
        if (!watches.has(id)) watches.set(id, watch);
    }
  }
  if (watches.size === 0)
    throw new Error(
      'This is no backup of changedetection.io: it holds no watches (url-watches.json, watch.json)',
    );
  return watches;
}

/** The prices of a backup, each watch's oldest first: of its snapshots, and the last one that its index knows. */
export function* changedetectionRows(backup: Backup): Generator<HistoryRow> {
  for (const [id, raw] of watchesOf(backup)) {
    const watch = Watch.safeParse(raw);
    if (watch.success) yield* rowsOf(id, watch.data, backup);
    else
      yield {
        at: id,
        skipped: 'unreadable row',
        detail: `its ${watch.error.issues[0]!.path.join('.') || 'form'}`,
      };
  }
}

function* rowsOf(id: string, watch: Watch, backup: Backup): Generator<HistoryRow> {
  if (!/^https?:\/\//.test(watch.url) || !URL.canParse(watch.url)) {
    yield { at: id, skipped: 'unreadable row', detail: 'its address is no http or https address' };
    return;
  }
  let last = 0;
  for (const { line, seconds, file } of historyOf(id, backup)) {
    last = Math.max(last, seconds);
    yield rowOf(`${id}/history.txt:${line}`, watch, seconds, snapshotOf(id, file, backup));
  }
  const { restock, last_checked: checked } = watch;
  if (restock?.price === null || restock?.price === undefined || !checked || checked <= last) return;
  const stock = restock.in_stock === null || restock.in_stock === undefined ? undefined : restock.in_stock;
  yield rowOf(id, watch, checked, { price: String(restock.price), inStock: stock });
}

interface Snapshot {
  price: string;
  inStock: boolean | undefined;
}

function rowOf(at: string, watch: Watch, seconds: number, snapshot: Snapshot | { why: string }): HistoryRow {
  if ('why' in snapshot) return { at, skipped: 'no price', detail: snapshot.why };
  if (snapshot.price === '') return { at, skipped: 'no price' };
  const price = parsePriceText(snapshot.price, {
    currencyText: watch.restock?.currency,
    decimalSeparator: '.',
  });
  if ('problem' in price) return { at, skipped: 'unreadable price', detail: price.problem };
  if (price.currency === undefined)
    return {
      at,
      skipped: 'unreadable price',
      detail: 'the watch names no currency; check the page once more',
    };
  const title = (watch.title || watch.page_title)?.slice(0, 500);
  const observation: ReplayedObservation = {
    source: 'page',
    product: watch.url,
    url: watch.url,
    price: price.amount,
    currency: price.currency,
    observedAt: new Date(seconds * 1_000).toISOString(),
    ...(title && { title }),
    ...(snapshot.inStock !== undefined && { availability: snapshot.inStock ? 'in_stock' : 'out_of_stock' }),
  };
  return { at, observation };
}

/** Lines of history.txt: `epoch seconds,name of a snapshot`, older ones with a folder, newer ones with a third part. */
function historyOf(id: string, backup: Backup): { line: number; seconds: number; file: string }[] {
  const text = fileOf(id, 'history.txt', backup);
  if (!text) return [];
  return Buffer.from(text)
    .toString('utf8')
    .split('\n')
    .flatMap((entry, index) => {
      const [seconds, path] = entry.trim().split(',');
      if (!/^\d{9,11}$/.test(seconds ?? '') || path === undefined) return [];
      return [{ line: index + 1, seconds: Number(seconds), file: path.replace(/^.*[/\\]/, '') }];
    })
    .toSorted((a, b) => a.seconds - b.seconds);
}

function snapshotOf(id: string, file: string, backup: Backup): Snapshot | { why: string } {
  const plain = file.replace(/\.br$/, '');
  const bytes = fileOf(id, plain, backup) ?? unpacked(fileOf(id, `${plain}.br`, backup));
  if (!bytes) return { why: 'its snapshot is not in the backup' };
  const match = SNAPSHOT.exec(Buffer.from(bytes).toString('utf8'));
  if (!match) return { why: 'a text, not a price: the watch was not for prices' };
  return { price: match[2]?.trim() ?? '', inStock: match[1] === 'None' ? undefined : match[1] === 'True' };
}

function unpacked(bytes: Uint8Array | undefined): Uint8Array | undefined {
  if (!bytes) return undefined;
  try {
    return brotliDecompressSync(bytes, { maxOutputLength: MAX_SNAPSHOT_BYTES });
  } catch {
    return undefined;
  }
}

const fileOf = (id: string, name: string, backup: Backup): Uint8Array | undefined =>
  backup.get(`${id}/${name}`);

function jsonOf(name: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(
      Buffer.from(bytes)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    );
  } catch {
    throw new Error(`${name} is not JSON`);
  }
}
