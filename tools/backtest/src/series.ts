import { parseAmount } from '@souk/money';
import type { HistoryRow } from '@souk/replay';
import { DAY_MS, seedOf } from '@souk/scoring/judging';

/** One observed price of an offer. Minor units; `listMinor` is NaN where none was claimed. */
export interface Observed {
  atMs: number;
  priceMinor: number;
  listMinor: number;
  inStock: boolean | undefined;
  /** It waited until a later reading agreed: it counts from its own time on, but was nobody's to act on at that time. */
  heardLate?: true;
}

/** All prices of one offer in one currency, oldest first, one for each time. */
export interface Series {
  key: string;
  source: string;
  product: string;
  title: string;
  brand: string;
  category: string;
  currency: string;
  /** What the service takes for one offer: the same of all its currencies. */
  offer: string;
  observed: Observed[];
}

/**
 * Whether a product is one of those that settings may be chosen on: half of them, by a hash of their names. Figures
 * about forecasts are quoted of the other half.
 */
export const isForChoosing = ({ product }: Pick<Series, 'product'>): boolean => seedOf(product) % 2 === 0;

export interface History {
  series: Series[];
  rows: number;
  /** Rows that gave no price, by why not. */
  skipped: Map<string, number>;
  /** Where the first of them stands (`file:line`), by why it gave none. */
  firstSkippedAt: Map<string, string>;
}

/** Nobody collected prices of shops before: such a date is a mistake, as one of a day to come is. */
const EARLIEST_MS = Date.UTC(1990, 0, 1);
const LATEST_AHEAD_MS = DAY_MS;

interface Line {
  source?: unknown;
  product?: unknown;
  price?: unknown;
  currency?: unknown;
  observedAt?: unknown;
  listPrice?: unknown;
  availability?: unknown;
  seller?: unknown;
  condition?: unknown;
  title?: unknown;
  brand?: unknown;
  category?: unknown;
}

/**
 * Sorts the rows of any reader into series, one for each source, product, seller, condition and currency. The first
 * price told for a time stays, as the service does it. Bounded by the history alone: about 60 bytes a price.
 */
export async function collectSeries(
  rows: AsyncIterable<HistoryRow>,
  onProgress: (rows: number) => void = () => undefined,
): Promise<History> {
  const byKey = new Map<string, Series>();
  const history: History = { series: [], rows: 0, skipped: new Map(), firstSkippedAt: new Map() };
  const latestMs = Date.now() + LATEST_AHEAD_MS;
  const skip = (reason: string, at?: string): void => {
    history.skipped.set(reason, (history.skipped.get(reason) ?? 0) + 1);
    if (at !== undefined && !history.firstSkippedAt.has(reason)) history.firstSkippedAt.set(reason, at);
  };
  for await (const row of rows) {
    history.rows += 1;
    if (history.rows % 100_000 === 0) onProgress(history.rows);
    if ('skipped' in row) skip(row.skipped, row.at);
    else {
      const problem = take(byKey, 'line' in row ? parsedLine(row.line) : row.observation, latestMs);
      if (problem !== undefined) skip(problem, row.at);
    }
  }
  for (const series of byKey.values()) {
    sortByTime(series.observed);
    const before = series.observed.length;
    series.observed = series.observed.filter(
      ({ atMs }, index, all) => index === 0 || all[index - 1]!.atMs !== atMs,
    );
    for (let gone = before - series.observed.length; gone > 0; gone -= 1) skip('same time told twice');
  }
  history.series = [...byKey.values()].toSorted((one, other) => (one.key < other.key ? -1 : 1));
  return history;
}

/** `2 rows skipped: implausible date, the first at prices.ndjson:7`, one for each reason. */
export const skippedSentences = ({ skipped, firstSkippedAt }: History): string[] =>
  [...skipped].map(([reason, count]) => {
    const at = firstSkippedAt.get(reason);
    const rows = `${count.toLocaleString('en-US')} ${count === 1 ? 'row' : 'rows'}`;
    return `${rows} skipped: ${reason}${at === undefined ? '' : `, the first at ${at}`}`;
  });

/** From the first price of all series to the last one; infinite of none. */
export function spanOf(series: readonly Series[]): { firstMs: number; lastMs: number } {
  let [firstMs, lastMs] = [Infinity, -Infinity];
  for (const { observed } of series) {
    firstMs = Math.min(firstMs, observed[0]!.atMs);
    lastMs = Math.max(lastMs, observed.at(-1)!.atMs);
  }
  return { firstMs, lastMs };
}

function sortByTime(observed: Observed[]): void {
  const sorted = observed.every(({ atMs }, index) => index === 0 || observed[index - 1]!.atMs <= atMs);
  if (!sorted) observed.sort((one, other) => one.atMs - other.atMs);
}

function parsedLine(line: string): Line | undefined {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return undefined;
  }
}

/** Files an observation into its series; tells why when it cannot. */
function take(byKey: Map<string, Series>, line: Line | undefined, latestMs: number): string | undefined {
  if (typeof line?.source !== 'string' || typeof line.product !== 'string') return 'unreadable row';
  if (typeof line.currency !== 'string') return 'no currency';
  const atMs = typeof line.observedAt === 'string' ? Date.parse(line.observedAt) : Number.NaN;
  if (Number.isNaN(atMs)) return 'unreadable date';
  if (atMs < EARLIEST_MS || atMs > latestMs) return 'implausible date';
  const priceMinor = minorOf(line.price, line.currency);
  if (Number.isNaN(priceMinor)) return 'unreadable price';
  const { source, product, currency } = line;
  const offer = [source, product, textOf(line.seller), textOf(line.condition)].join('|');
  const key = `${offer}|${currency}`;
  let series = byKey.get(key);
  if (!series) {
    const title = textOf(line.title) || product;
    const category = Array.isArray(line.category) ? textOf(line.category[0]) : '';
    const brand = textOf(line.brand);
    series = { key, source, product, title, brand, category, currency, offer, observed: [] };
    byKey.set(key, series);
  }
  const listMinor = minorOf(line.listPrice, currency);
  series.observed.push({ atMs, priceMinor, listMinor, inStock: stockOf(line.availability) });
  return undefined;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function minorOf(value: unknown, currency: string): number {
  if (typeof value !== 'string' && typeof value !== 'number') return Number.NaN;
  const amount = parseAmount(String(value), currency);
  return 'minor' in amount ? amount.minor : Number.NaN;
}

function stockOf(value: unknown): boolean | undefined {
  if (value === undefined || value === 'unknown') return undefined;
  return value !== 'out_of_stock';
}
