import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
import { Parser } from 'htmlparser2';

/** One published rate: units of the currency for one euro. */
export interface DayRate {
  day: string;
  currency: string;
  rate: string;
}

/** What the ECB calls its rates, to be named where they are used. */
export const ECB = 'European Central Bank, euro foreign exchange reference rates';
const MAX_UNPACKED_BYTES = 50_000_000;

/** The file is not one of the ECB's. */
export class UnreadableRates extends Error {
  override name = 'UnreadableRates';
}

/**
 * Reads one of the ECB's files, whichever it is: `eurofxref-daily.xml`, `-hist.xml`, `-hist.csv`, or a zip of one.
 * Days without a rate for a currency (`N/A`, holidays) have no entry.
 * Formats: https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates
 * @throws UnreadableRates
 */
export function readRates(bytes: Uint8Array): DayRate[] {
  const text = new TextDecoder().decode(unpacked(bytes)).trim();
  const rates = text.startsWith('<') ? readXml(text) : readCsv(text);
  if (rates.length === 0) throw new UnreadableRates('the file holds no exchange rates');
  return rates;
}

function unpacked(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return bytes; // "PK"
  try {
    const files = unzipSync(bytes, {
      filter: ({ name, originalSize }) => /\.(csv|xml)$/i.test(name) && originalSize <= MAX_UNPACKED_BYTES,
    });
    const [file] = Object.values(files);
    if (file) return file;
  } catch (error) {
    throw new UnreadableRates('the zip archive is damaged', { cause: error });
  }
  throw new UnreadableRates('the zip archive holds no CSV or XML file');
}

/** `<Cube time="…">` is a day; the `<Cube currency="…" rate="…">` after it are its rates. */
function readXml(text: string): DayRate[] {
  const rates: (DayRate | undefined)[] = [];
  let day: string | undefined;
  const parser = new Parser(
    {
      onopentag: (name, { time, currency, rate }) => {
        if (name !== 'Cube') return;
        day = time ?? day;
        if (currency !== undefined) rates.push(rateOf(day, currency, rate));
      },
    },
    { xmlMode: true },
  );
  parser.end(text);
  return rates.filter((rate) => rate !== undefined);
}

function readCsv(text: string): DayRate[] {
  let rows: string[][];
  try {
    rows = parse(text, { relax_column_count: true, trim: true });
  } catch (error) {
    throw new UnreadableRates('the file is neither XML nor CSV', { cause: error });
  }
  const [header = [], ...days] = rows;
  if (header[0] !== 'Date') throw new UnreadableRates('the first column of the CSV is not "Date"');
  return days
    .flatMap(([day, ...cells]) => cells.map((cell, index) => rateOf(day, header[index + 1], cell)))
    .filter((rate) => rate !== undefined);
}

/** Undefined for `N/A`, for the empty last column, and for a rate of zero. */
function rateOf(day = '', currency = '', rate = ''): DayRate | undefined {
  const published = dayOf(day);
  const isRate = /^\d{1,12}(\.\d{1,12})?$/.test(rate) && Number(rate) > 0;
  return published && /^[A-Z]{3}$/.test(currency) && isRate ? { day: published, currency, rate } : undefined;
}

/** `2026-11-20`, or `20 November 2026` as the daily CSV has it. */
function dayOf(text: string): string | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  const at = /^\d{1,2} [A-Z][a-z]+ \d{4}$/.test(text) ? Date.parse(`${text} UTC`) : Number.NaN;
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().slice(0, 10);
}
