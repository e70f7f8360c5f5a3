import { isCurrency, parsePriceText } from '@souk/money';
import type { CellReader } from './columns.ts';
import type { FeedRow } from './csv-rows.ts';
import { readDate } from './dates.ts';
import type { FeedMapping } from './feed-settings.ts';
import { availabilityOf, conditionOf } from './words.ts';

/** A row as an observation to be posted, without source; or with the first thing that is wrong with it. */
export interface FeedItem {
  line: number;
  /** The mapped cells as they stand. */
  raw: Record<string, string>;
  posted: Record<string, unknown>;
  problem?: { field: string; problem: string };
}

export interface RowContext {
  mapping: FeedMapping;
  readers: ReadonlyMap<string, CellReader>;
  /** Columns of the table; undefined for objects, which have no order. */
  width: number | undefined;
  /** Sale prices count now or not. */
  now: Date;
  /** What relative addresses in the feed belong to. */
  baseUrl: string | undefined;
}

class RowProblem extends Error {
  readonly field: string;

  constructor(field: string, problem: string) {
    super(problem);
    this.field = field;
  }
}

const TEXTS = ['title', 'brand', 'mpn', 'seller', 'variantOf', 'unitQuantity'] as const;
const AMOUNTS = ['listPrice', 'memberPrice', 'shipping'] as const;
const WHOLE_NUMBERS = ['reviewCount', 'salesRank'] as const;

/** Undefined for rows of neither product nor price: pictures and blank rows among products. */
export function readRow(row: FeedRow, context: RowContext): FeedItem | undefined {
  const { line } = row;
  const raw: Record<string, string> = {};
  for (const [field, read] of context.readers) {
    const text = read(row);
    if (text !== undefined) raw[field] = text;
  }
  const product = raw.product ?? '';
  try {
    if (row.problem !== undefined) throw new RowProblem('', row.problem);
    checkWidth(row, context.width);
    if (product === '' && raw.price === undefined && raw.salePrice === undefined) return undefined;
    if (product === '') throw new RowProblem('product', 'is empty');
    return { line, raw, posted: { product, ...prices(raw, context), ...facts(raw, context) } };
  } catch (error) {
    if (!(error instanceof RowProblem)) throw error;
    return { line, raw, posted: { product }, problem: { field: error.field, problem: error.message } };
  }
}

/** More cells than columns: some cell was cut in two, and the price might be read from the wrong one. */
function checkWidth({ cells }: FeedRow, width: number | undefined): void {
  if (width === undefined || !Array.isArray(cells) || cells.length <= width) return;
  if (cells.slice(width).some((cell) => cell.trim() !== ''))
    throw new RowProblem(
      '',
      `has ${cells.length} cells where there are ${width} columns: is a delimiter in a text without quotes?`,
    );
}

function prices(raw: Record<string, string>, context: RowContext): Record<string, unknown> {
  const isSale = raw.salePrice !== undefined && isWithin(raw.saleDates, context.now);
  const main = isSale || raw.price === undefined ? 'salePrice' : 'price';
  const text = raw[main];
  if (text === undefined) throw new RowProblem('price', 'is empty');
  const { amount, currency } = money('price', text, raw, context.mapping);
  const posted: Record<string, unknown> = { price: amount, currency };
  const before = isSale ? raw.price : undefined;
  for (const field of AMOUNTS) {
    const written = field === 'listPrice' ? (raw.listPrice ?? before) : raw[field];
    if (written === undefined) continue;
    const other = money(field, written, { ...raw, currency }, context.mapping);
    if (other.currency !== currency)
      throw new RowProblem(field, `is in ${other.currency}, the price in ${currency}`);
    // A list price that is not above the price says nothing; exports write 0 or the price again.
    if (field !== 'listPrice' || Number(other.amount) > Number(amount)) posted[field] = other.amount;
  }
  return posted;
}

function money(
  field: string,
  text: string,
  raw: { currency?: string },
  { defaultCurrency, decimalSeparator }: FeedMapping,
): { amount: string; currency: string } {
  // Google's shipping is COUNTRY:REGION:SERVICE:PRICE, of several countries the first.
  const price = field === 'shipping' ? text.split(',')[0]!.split(':').at(-1)! : text;
  const read =
    plainPrice(price, raw.currency) ??
    parsePriceText(price, { currencyText: raw.currency, decimalSeparator });
  if ('problem' in read) throw new RowProblem(field, `${read.problem}: "${text.slice(0, 60)}"`);
  if (read.sign === undefined && read.currency === undefined && isOtherText(price))
    throw new RowProblem(field, `is no price: "${text.slice(0, 60)}"`);
  const currency = read.currency ?? (read.sign === undefined ? defaultCurrency : undefined);
  if (currency === undefined)
    throw new RowProblem(
      'currency',
      read.sign === undefined
        ? 'is not named: map a column to it, or set defaultCurrency'
        : `cannot be told from "${read.sign}": map a column to it`,
    );
  return { amount: read.amount, currency };
}

/** Where columns moved, titles and codes with a number in them stand in the place of prices. */
const isOtherText = (text: string): boolean =>
  /\d/.test(text) &&
  /\p{L}/u.test(
    text.replace(/(?<=\d\s?)(?:rb|ribu|jt|juta|lakh|mio|k|万)\b|^(?:from|ab|dari|mulai)\b/iu, ''),
  );

/** `14.99` and `14.99 EUR`, as most feeds write: the same as all the work of `parsePriceText`, at a thousandth of it. */
function plainPrice(
  text: string,
  currencyText: string | undefined,
): { amount: string; currency?: string; sign?: string } | undefined {
  const plain = /^(\d{1,12}(?:\.\d{1,2})?)(?: ([A-Z]{3}))?$/.exec(text);
  const amount = plain?.[1];
  const code = plain?.[2] ?? currencyText;
  if (amount === undefined || (code !== undefined && !isCurrency(code))) return undefined;
  return code === undefined ? { amount } : { amount, currency: code };
}

/** Google's `sale_price_effective_date`: two times with a slash between. */
function isWithin(dates: string | undefined, now: Date): boolean {
  if (dates === undefined) return true;
  const [from, to] = dates.split('/').map((text) => Date.parse(readDate(text.trim(), 'iso') ?? ''));
  if (from === undefined || to === undefined || Number.isNaN(from) || Number.isNaN(to))
    throw new RowProblem('saleDates', `are not two times with a slash between: "${dates.slice(0, 60)}"`);
  return from <= now.getTime() && now.getTime() <= to;
}

function facts(raw: Record<string, string>, { mapping, baseUrl }: RowContext): Record<string, unknown> {
  const posted: Record<string, unknown> = {};
  for (const field of TEXTS) if (raw[field] !== undefined) posted[field] = raw[field];
  for (const field of ['url', 'image'] as const) {
    if (raw[field] !== undefined) posted[field] = addressOf(field, raw[field], baseUrl);
  }
  if (raw.gtin !== undefined) posted.gtin = gtinOf(raw.gtin);
  if (raw.category !== undefined) posted.category = categoryOf(raw.category, mapping.categorySeparator);
  if (raw.availability !== undefined)
    posted.availability = known(
      'availability',
      raw.availability,
      availabilityOf(raw.availability, mapping.availability),
    );
  if (raw.condition !== undefined)
    posted.condition = known('condition', raw.condition, conditionOf(raw.condition));
  if (raw.observedAt !== undefined)
    posted.observedAt = known('observedAt', raw.observedAt, readDate(raw.observedAt, mapping.dateFormat));
  if (raw.rating !== undefined) posted.rating = numberOf('rating', raw.rating.replace(',', '.'));
  for (const field of WHOLE_NUMBERS)
    if (raw[field] !== undefined) posted[field] = numberOf(field, raw[field].replaceAll(/[\s.,]/g, ''));
  for (const group of ['attributes', 'variant'] as const) {
    const members = Object.keys(mapping[group] ?? {}).flatMap((name) => {
      const text = raw[`${group}.${name}`];
      return text === undefined ? [] : [[name, text] as const];
    });
    if (members.length > 0) posted[group] = Object.fromEntries(members);
  }
  return posted;
}

function known<Value>(field: string, text: string, value: Value | undefined): Value {
  if (value !== undefined) return value;
  const hint = {
    availability: 'say under `availability` what it means',
    observedAt: 'set dateFormat',
    condition: 'leave the column out, or have it written as new, used or refurbished',
  }[field];
  throw new RowProblem(field, `is not understood: "${text.slice(0, 60)}"; ${hint}`);
}

/** The first address of a list, made absolute. */
function addressOf(field: string, text: string, baseUrl: string | undefined): string {
  const first = text.split(/[,|]\s*(?=https?:)/)[0]!.trim();
  if (URL.canParse(first, baseUrl)) return new URL(first, baseUrl).href;
  throw new RowProblem(field, `is no address: "${first.slice(0, 60)}"`);
}

/** Bar codes come with blanks and dashes, and with an apostrophe that keeps Excel from counting with them. */
function gtinOf(text: string): string {
  const digits = text.replaceAll(/[\s'-]/g, '');
  if (/^\d[\d.,]*e\+?\d+$/i.test(digits))
    throw new RowProblem('gtin', `was made a number by a spreadsheet and is lost: "${text}"`);
  return digits;
}

const categoryOf = (text: string, separator: string): string[] =>
  text
    .split(separator)
    .map((name) => name.trim())
    .filter((name) => name !== '');

function numberOf(field: string, text: string): number {
  if (/^\d{1,15}(?:\.\d+)?$/.test(text)) return Number(text);
  throw new RowProblem(field, `is no number: "${text.slice(0, 60)}"`);
}
