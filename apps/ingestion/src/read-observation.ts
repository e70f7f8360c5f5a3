import { type CollectedObservation, type FieldProblem, PostedObservation, readForm } from '@souk/contracts';
import { currencyDigits, parseAmount } from '@souk/money';
import { gtinCheckDigit, wholeGtin } from './gtin.ts';
import { isRecord, parseJson } from './json-text.ts';

/** A price in form to be stored, with its source; or everything that is wrong with what was posted. */
export type Reading = { source: string; observation: CollectedObservation } | { problems: FieldProblem[] };

/** The clock's time and how far ahead of it an observation may be (clocks differ). */
export interface TimeLimits {
  nowMs: number;
  maxFutureMs: number;
}

export const MAX_LINE_CHARACTERS = 64 * 1_024;
/** A house costs ten thousand million đồng; nothing that is sold in a shop costs more units of any currency. */
const MAX_MAJOR_UNITS = 10_000_000_000;
const EARLIEST_MS = Date.UTC(1995, 0, 1);
const MAX_PROBLEMS = 20;
const MAX_FIELD_CHARACTERS = 100;

/** Reads one posted line. A field that is null counts as not given; an unknown field is ignored. */
export function readObservation(line: string, limits: TimeLimits): Reading {
  if (line.length > MAX_LINE_CHARACTERS) {
    return rejected('', `is ${line.length} characters long: at most ${MAX_LINE_CHARACTERS}`);
  }
  const json = parseJson(line);
  if ('problem' in json) return rejected('', json.problem);
  if (!isRecord(json.value)) return rejected('', 'must be a JSON object');
  const reading = checkObservation(json.value, limits);
  return line.includes('\\u') ? storable(reading) : reading;
}

/** Reads an observation that is parsed already, its amounts being strings. */
export function checkObservation(posted: Record<string, unknown>, limits: TimeLimits): Reading {
  const given = withoutNulls(posted);
  const read = readForm(PostedObservation, given);
  const problems: FieldProblem[] = (read.problems ?? []).map(({ field, problem }) => ({
    field: field.slice(0, MAX_FIELD_CHARACTERS),
    // A field may have words of its own for a value that is wrong: they say little of one that is not there.
    problem: field in PostedObservation.shape && given[field] === undefined ? 'is required' : problem,
  }));
  // Where the form of a field is right, its meaning is checked even when others are wrong: all problems at once.
  const wrong = new Set(problems.map(({ field }) => field));
  const data = (read.data ?? given) as PostedObservation;
  const usable = (field: keyof PostedObservation): boolean => data[field] !== undefined && !wrong.has(field);

  const currency = usable('currency') ? checkCurrency(data.currency, problems) : undefined;
  const amount = (field: 'price' | 'listPrice' | 'memberPrice' | 'shipping'): number | undefined =>
    currency !== undefined && usable(field)
      ? readAmount(String(data[field]), currency, field, problems)
      : undefined;
  const priceMinor = amount('price');
  const listPriceMinor = amount('listPrice');
  const memberPriceMinor = amount('memberPrice');
  const shippingMinor = amount('shipping');
  const observedAt = usable('observedAt') ? readTime(data.observedAt, limits, problems) : undefined;
  if (data.gtin !== undefined && usable('gtin')) checkGtin(data.gtin, problems);
  if (problems.length > 0) return { problems: problems.slice(0, MAX_PROBLEMS) };

  return {
    source: data.source,
    // One literal with every field: the fastest to build, and JSON leaves the undefined ones out.
    observation: {
      product: data.product,
      priceMinor: priceMinor!,
      currency: currency!,
      listPriceMinor,
      memberPriceMinor,
      shippingMinor,
      availability: data.availability,
      observedAt: observedAt!,
      seller: data.seller,
      condition: data.condition,
      title: data.title,
      url: data.url,
      brand: data.brand,
      category: data.category,
      gtin: data.gtin === undefined ? undefined : wholeGtin(data.gtin),
      mpn: data.mpn,
      image: data.image,
      rating: data.rating,
      reviewCount: data.reviewCount,
      salesRank: data.salesRank,
      variantOf: data.variantOf,
      variant: data.variant,
      attributes: data.attributes,
      coupon: data.coupon,
      unitQuantity: data.unitQuantity,
      shop: data.shop,
    },
  };
}

/**
 * Refuses texts that no database keeps: NUL, half of a surrogate pair. UTF-8 and JSON cannot hold them as they
 * are, only as an escape, so that this is asked only of texts with a `\u`.
 */
export function storable(reading: Reading): Reading {
  if ('problems' in reading) return reading;
  for (const [field, value] of Object.entries({ source: reading.source, ...reading.observation })) {
    // A value is bounded and flat here; written as JSON, exactly the bad characters are escapes.
    const escapes = value === undefined ? '' : JSON.stringify(value).replaceAll('\\\\', '');
    if (/\\u(0000|d[89a-f])/.test(escapes))
      return rejected(field, 'holds a NUL character or half of a character pair');
  }
  return reading;
}

const rejected = (field: string, problem: string): Reading => ({ problems: [{ field, problem }] });

function withoutNulls(posted: Record<string, unknown>): Record<string, unknown> {
  for (const key in posted) {
    if (posted[key] === null)
      return Object.fromEntries(Object.entries(posted).filter(([, value]) => value !== null));
  }
  return posted;
}

function checkCurrency(currency: string, problems: FieldProblem[]): string | undefined {
  if (currencyDigits(currency) !== undefined) return currency;
  problems.push({
    field: 'currency',
    problem: `unknown currency "${currency}": use an ISO 4217 code such as USD`,
  });
  return undefined;
}

function readAmount(
  text: string,
  currency: string,
  field: string,
  problems: FieldProblem[],
): number | undefined {
  const amount = parseAmount(text, currency);
  if ('problem' in amount) {
    problems.push({ field, problem: amount.problem });
    return undefined;
  }
  if (amount.minor > MAX_MAJOR_UNITS * 10 ** currencyDigits(currency)!) {
    problems.push({
      field,
      problem: `is absurd: ${text} ${currency} is more than ${MAX_MAJOR_UNITS} ${currency}`,
    });
    return undefined;
  }
  return amount.minor;
}

/** Normalises to UTC with milliseconds; what is finer is cut off. */
function readTime(text: string, limits: TimeLimits, problems: FieldProblem[]): string | undefined {
  const timeMs = Date.parse(text);
  if (timeMs >= EARLIEST_MS && timeMs <= limits.nowMs + limits.maxFutureMs)
    return new Date(timeMs).toISOString();
  problems.push({
    field: 'observedAt',
    problem:
      timeMs < EARLIEST_MS
        ? 'is before 1995-01-01'
        : `is more than ${limits.maxFutureMs / 60_000} minutes in the future: it is ${new Date(limits.nowMs).toISOString()} here`,
  });
  return undefined;
}

function checkGtin(gtin: string, problems: FieldProblem[]): void {
  const expected = gtinCheckDigit(gtin);
  if (Number(gtin.at(-1)) === expected) return;
  const isShort = wholeGtin(gtin) !== gtin;
  const problem = isShort
    ? 'must have 8, 12, 13 or 14 digits; as a UPC without its leading zero it has a wrong check digit'
    : `has a wrong check digit: it should end with ${expected}`;
  problems.push({ field: 'gtin', problem });
}
