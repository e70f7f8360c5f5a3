import { cleanFloatNoise, formatAmount, isCurrency } from '@souk/money';
import { z } from 'zod';
import { csvRecords } from './csv.ts';
import type { HistoryFile, HistoryRow } from './history-row.ts';

const Amount = z.union([z.number(), z.string()]);

/** One shop's part of a product, of `price_cache` in the answers of its API and in its table of products. */
export const PricedUrl = z.looseObject({
  url: z.string().min(1),
  store_name: z.string().nullish(),
  currency: z.string().nullish(),
  availability: z.string().nullish(),
  last_scrape: z.string().nullish(),
  /** Lowest price of each day; an empty one is written as a list. */
  history: z.union([z.record(z.string(), Amount), z.array(z.unknown()).max(0)]).default({}),
});
export const TrackedProduct = z.looseObject({
  title: z.string().nullish(),
  image: z.string().nullish(),
  price_cache: z.array(z.unknown()).nullish(),
});

const DAY_MS = 86_400_000;

/**
 * Prices of an export of PriceBuddy: an answer of its API (`GET /api/products`, one product or a page of them), a list of
 * those, or a CSV of its prices joined with their urls. Throws when it is none of them.
 */
export function* pricebuddyRows(file: HistoryFile): Generator<HistoryRow> {
  const text = file.text.replace(/^\uFEFF/, '');
  if (!/^\s*[[{]/.test(text)) return yield* csvRows({ ...file, text });
  for (const [index, raw] of productsIn(file.name, JSON.parse(text)).entries()) {
    const at = `${file.name}:${index + 1}`;
    const product = TrackedProduct.safeParse(raw);
    if (!product.success)
      yield { at, skipped: 'unreadable row', detail: product.error.issues[0]!.path.join('.') };
    else for (const entry of product.data.price_cache ?? []) yield* urlRows(entry, product.data, at);
  }
}

function productsIn(name: string, value: unknown): unknown[] {
  const isObject = typeof value === 'object' && value !== null;
  const inner: unknown = isObject && 'data' in value ? value.data : value;
  const products: unknown[] = Array.isArray(inner) ? inner : [inner];
  const flat = products.flatMap((one) =>
    one !== null && typeof one === 'object' && 'data' in one && Array.isArray(one.data)
      ? (one.data as unknown[])
      : [one],
  );
  if (flat.some((one) => typeof one === 'object' && one !== null && 'price_cache' in one)) return flat;
  throw new Error(`${name} is no export of PriceBuddy: its products have no price_cache`);
}

function* urlRows(raw: unknown, product: z.infer<typeof TrackedProduct>, at: string): Generator<HistoryRow> {
  const entry = PricedUrl.safeParse(raw);
  if (!entry.success) {
    yield { at, skipped: 'unreadable row', detail: `price_cache ${entry.error.issues[0]!.path.join('.')}` };
    return;
  }
  const { url, store_name: seller, currency } = entry.data;
  const days = Object.entries(entry.data.history).toSorted(([a], [b]) => a.localeCompare(b));
  for (const [index, [day, amount]] of days.entries()) {
    if (index === 0 && isInvented(days))
      yield { at, skipped: 'duplicate', detail: `${day} was never observed` };
    else
      yield rowOf(at, {
        url,
        seller,
        currency,
        title: product.title,
        image: product.image,
        amount,
        time: day,
      });
  }
}

/** Of a single price PriceBuddy makes two, the first a day earlier, to have a line to draw. */
function isInvented(days: readonly (readonly [string, unknown])[]): boolean {
  const [first, second] = days;
  return (
    days.length === 2 &&
    String(first![1]) === String(second![1]) &&
    Date.parse(second![0]) - Date.parse(first![0]) === DAY_MS
  );
}

/** Columns url, price, currency and created_at, in any order; title and store_name where they are. */
function* csvRows(file: HistoryFile): Generator<HistoryRow> {
  const [header, ...records] = csvRecords(file.text);
  const names = header?.fields.map((name) => name.trim().toLowerCase()) ?? [];
  const column = (...wanted: string[]): number => names.findIndex((name) => wanted.includes(name));
  const at = {
    url: column('url', 'buy_url'),
    price: column('price'),
    time: column('created_at', 'date', 'observed_at'),
    currency: column('currency'),
    title: column('title', 'product_title', 'product'),
    seller: column('store_name', 'store'),
  };
  const missing = [
    at.url < 0 && 'url',
    at.price < 0 && 'price',
    at.time < 0 && 'created_at',
    at.currency < 0 && 'currency',
  ];
  if (missing.some(Boolean))
    throw new Error(
      `${file.name} has no column ${missing.filter(Boolean).join(', ')}: export the prices joined with their urls`,
    );
  for (const { line, fields } of records) {
    const text = (index: number): string => fields[index]?.trim() ?? '';
    yield rowOf(`${file.name}:${line}`, {
      url: text(at.url),
      seller: text(at.seller),
      currency: text(at.currency),
      title: text(at.title),
      amount: text(at.price),
      time: text(at.time),
    });
  }
}

interface Point {
  url: string;
  seller?: string | null | undefined;
  currency?: string | null | undefined;
  title?: string | null | undefined;
  image?: string | null | undefined;
  amount: unknown;
  time: string;
}

function rowOf(at: string, { url, seller, currency, title, image, amount, time }: Point): HistoryRow {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    return { at, skipped: 'unreadable row', detail: 'url' };
  const observedAt = Date.parse(
    /^\d{4}-\d\d-\d\d$/.test(time) ? time : `${time.replace(' ', 'T').replace(/Z?$/, '')}Z`,
  );
  if (Number.isNaN(observedAt)) return { at, skipped: 'unreadable date', detail: time.slice(0, 40) };
  const code = currency?.toUpperCase() ?? '';
  if (!isCurrency(code)) return { at, skipped: 'unreadable price', detail: 'names no currency' };
  const price = cleanFloatNoise(String(amount), code);
  if ('problem' in price) return { at, skipped: 'unreadable price', detail: price.problem };
  // Nothing is sold for 0: it is how a failed look at the page is noted.
  if (price.minor === 0) return { at, skipped: 'no price' };
  return {
    at,
    observation: {
      source: 'page',
      product: url,
      url,
      price: formatAmount(price.minor, code),
      currency: code,
      observedAt: new Date(observedAt).toISOString(),
      ...(title && { title: title.slice(0, 500) }),
      ...(seller && { shop: { name: seller.slice(0, 200) } }),
      ...(image && URL.canParse(image) && /^https?:/.test(image) && image.length <= 2_048 && { image }),
    },
  };
}
