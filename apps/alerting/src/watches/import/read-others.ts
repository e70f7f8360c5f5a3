import { readInput } from '@souk/contracts';
import { z } from 'zod';
import { addProblems, noFile, readDraft, type ReadFile } from './draft.ts';

const Loose = z.union([z.number(), z.string()]).nullish();

/** One watch of changedetection.io, of `watching` in its url-watches.json or of its API. */
const ChangeWatch = z.looseObject({
  url: z.string(),
  title: z.string().nullish(),
  paused: z.boolean().nullish(),
  tag: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  restock: z.looseObject({ currency: z.string().nullish() }).nullish(),
  restock_settings: z
    .looseObject({
      price_change_min: Loose,
      price_change_max: Loose,
      price_change_threshold_percent: Loose,
      in_stock_processing: z.string().nullish(),
    })
    .nullish(),
});
const ChangeFile = z.looseObject({
  watching: z.record(z.string(), z.unknown()),
  settings: z
    .looseObject({
      application: z
        .looseObject({ tags: z.record(z.string(), z.looseObject({ title: z.string() })).nullish() })
        .nullish(),
    })
    .nullish(),
});

/** A watch that was on any change is on changes that matter. */
const ANY_CHANGE = { dropPercent: 1, backInStock: true };

/** Its url-watches.json, an answer of its API, or its plain list of addresses. */
export function readChangedetection(text: string): ReadFile {
  const file: ReadFile = { drafts: [], problems: [] };
  const json = jsonOf(text);
  if (json === undefined) {
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      const [url] = line.trim().split(/\s+/);
      if (url) readDraft(index + 1, { url, when: ANY_CHANGE }, file);
    }
    return file;
  }
  const whole = ChangeFile.safeParse(json);
  const watching = whole.success ? whole.data.watching : json;
  if (typeof watching !== 'object' || watching === null)
    return noFile('is neither a url-watches.json nor a list of addresses');
  const tags = new Map(
    Object.entries(whole.data?.settings?.application?.tags ?? {}).map(([id, { title }]) => [id, title]),
  );
  for (const [index, value] of Object.values(watching).entries()) {
    const line = index + 1;
    const watch = readInput(ChangeWatch, value);
    if (watch.problems) {
      addProblems(line, watch.problems, file, 'watch');
      continue;
    }
    const { url, title, paused, tag, tags: ids, restock, restock_settings: settings } = watch.data;
    const named = [...(tag?.split(',') ?? []), ...(ids ?? []).flatMap((id) => tags.get(id) ?? [])];
    readDraft(
      line,
      {
        url,
        name: shortened(title),
        tags: named.map((name) => name.trim()).filter((name) => name !== ''),
        paused: paused ?? undefined,
        when: changeConditions(settings, restock?.currency),
      },
      file,
    );
  }
  return file;
}

type RestockSettings = z.infer<typeof ChangeWatch>['restock_settings'];

function changeConditions(settings: RestockSettings, currency: string | null | undefined) {
  const percent = amountOf(settings?.price_change_threshold_percent);
  const limits = {
    priceBelow: amountOf(settings?.price_change_min),
    priceAbove: amountOf(settings?.price_change_max),
  };
  const hasLimit = limits.priceBelow !== undefined || limits.priceAbove !== undefined;
  const when = {
    ...limits,
    ...(percent !== undefined && { dropPercent: Number(percent), priceRisePercent: Number(percent) }),
    ...(settings?.in_stock_processing?.startsWith('in_stock') && { backInStock: true }),
    ...(hasLimit && /^[A-Z]{3}$/.test(currency ?? '') && { currency }),
  };
  return Object.values(when).some((value) => value !== undefined) ? when : ANY_CHANGE;
}

/** One product of PriceBuddy with its shops. */
const BuddyProduct = z.looseObject({
  title: z.string().nullish(),
  notify_price: Loose,
  notify_percent: Loose,
  price_cache: z.array(z.unknown()).nullish(),
  urls: z.array(z.unknown()).nullish(),
  tags: z.array(z.union([z.string(), z.looseObject({ name: z.string() })])).nullish(),
});
const BuddyUrl = z.looseObject({ url: z.string(), currency: z.string().nullish() });

/** Answers of its API (`GET /api/products`), one or many; a watch for each shop of a product. */
export function readPriceBuddy(text: string): ReadFile {
  const json = jsonOf(text);
  if (json === undefined) return noFile('is no JSON: save what GET /api/products answers');
  const file: ReadFile = { drafts: [], problems: [] };
  for (const [index, value] of productsIn(json).entries()) {
    const line = index + 1;
    const product = readInput(BuddyProduct, value);
    if (product.problems) {
      addProblems(line, product.problems, file, 'product');
      continue;
    }
    const { title, notify_price: price, notify_percent: percent, price_cache: cache, urls } = product.data;
    const shops = cache ?? urls ?? [];
    if (shops.length === 0)
      file.problems.push({ line, field: 'price_cache', problem: 'names no address of a shop' });
    for (const shop of shops) {
      const read = BuddyUrl.safeParse(shop);
      if (!read.success) {
        file.problems.push({ line, field: 'price_cache.url', problem: 'is missing' });
        continue;
      }
      const limit = amountOf(price);
      const currency = read.data.currency?.toUpperCase();
      const when = {
        priceBelow: limit,
        dropPercent: amountOf(percent) === undefined ? undefined : Number(amountOf(percent)),
        ...(limit !== undefined && /^[A-Z]{3}$/.test(currency ?? '') && { currency }),
      };
      const hasCondition = when.priceBelow !== undefined || when.dropPercent !== undefined;
      const tags = product.data.tags?.map((tag) => (typeof tag === 'string' ? tag : tag.name));
      readDraft(
        line,
        { url: read.data.url, name: shortened(title), tags, when: hasCondition ? when : ANY_CHANGE },
        file,
      );
    }
  }
  return file;
}

/** Watches as they are exported as JSON. */
export function readWatchJson(text: string): ReadFile {
  const json = jsonOf(text);
  if (!Array.isArray(json)) return noFile('is no JSON list of watches');
  const file: ReadFile = { drafts: [], problems: [] };
  for (const [index, value] of json.entries()) readDraft(index + 1, value, file);
  return file;
}

function productsIn(json: unknown): unknown[] {
  const data = typeof json === 'object' && json !== null && 'data' in json ? json.data : json;
  const list = Array.isArray(data) ? data : [data];
  return list.flatMap((one: unknown) =>
    typeof one === 'object' && one !== null && 'data' in one && Array.isArray(one.data)
      ? (one.data as unknown[])
      : [one],
  );
}

/** A positive decimal as text, or undefined; 0 is how these tools write that there is none. */
function amountOf(value: string | number | null | undefined): string | undefined {
  const number = Number(value ?? 0);
  return Number.isFinite(number) && number > 0 ? String(number) : undefined;
}

const shortened = (title: string | null | undefined): string | undefined =>
  title?.trim().slice(0, 100).trim() || undefined;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    return undefined;
  }
}
