import { cleanFloatNoise, formatAmount } from '@souk/money';
import { checkHeader, csvRecords } from './csv.ts';
import type { HistoryFile, HistoryRow, ReplayedObservation } from './history-row.ts';

/** App id to name, from applicationInformation.csv (appid, type, name, …). */
export function steamTitles(file: HistoryFile): Map<string, string> {
  const records = csvRecords(file.text);
  checkHeader(file.name, records, ['appid', 'type', 'name']);
  return new Map(records.slice(1).map(({ fields }) => [fields[0] ?? '', (fields[2] ?? '').trim()]));
}

/**
 * The rows of one game's price file (Date, Initialprice, Finalprice, Discount), oldest first. The file's name is the
 * app id. Prices went through binary floats and are read back to the exact cent.
 */
export function* steamRows(file: HistoryFile, titles: ReadonlyMap<string, string>): Generator<HistoryRow> {
  const appId = /(\d+)\.csv$/.exec(file.name)?.[1];
  if (appId === undefined) throw new Error(`${file.name} is not named after an app id`);
  const records = csvRecords(file.text);
  checkHeader(file.name, records, ['Date', 'Initialprice', 'Finalprice']);
  const title = titles.get(appId);
  const rows = records.slice(1).toSorted((left, right) => compareText(left.fields[0], right.fields[0]));

  let last: { date: string; priceMinor: number } | undefined;
  for (const { line, fields } of rows) {
    const at = `${file.name}:${line}`;
    const [date = '', initial = '', final = '', discount = ''] = fields;
    if (fields.length !== 4)
      yield { at, skipped: 'unreadable row', detail: `${fields.length} fields, not 4` };
    else if (!/^\d{4}-\d{2}-\d{2}$/.test(date))
      yield { at, skipped: 'unreadable date', detail: JSON.stringify(date) };
    else if (final === '') yield { at, skipped: 'no price' };
    else {
      const price = cleanFloatNoise(final, 'USD');
      if ('problem' in price) yield { at, skipped: 'unreadable price', detail: price.problem };
      else if (last?.date === date) {
        const same = last.priceMinor === price.minor;
        yield { at, skipped: same ? 'duplicate' : 'duplicate with another price', detail: `of ${date}` };
      } else {
        last = { date, priceMinor: price.minor };
        const { listPrice, note } = listPriceOf(initial, discount, price.minor);
        yield {
          at,
          observation: observed(appId, title, date, price.minor, listPrice),
          ...(note !== undefined && { note }),
        };
      }
    }
  }
}

function observed(
  appId: string,
  title: string | undefined,
  date: string,
  minor: number,
  listPrice?: string,
): ReplayedObservation {
  return {
    source: 'steam',
    product: appId,
    price: formatAmount(minor, 'USD'),
    currency: 'USD',
    observedAt: `${date}T00:00:00Z`,
    ...(listPrice !== undefined && { listPrice }),
    ...(title && { title }),
  };
}

/** The price before the discount, and a note where the three numbers do not agree within 2 %. */
function listPriceOf(
  initial: string,
  discount: string,
  priceMinor: number,
): { listPrice?: string; note?: string } {
  const list = cleanFloatNoise(initial, 'USD');
  if ('problem' in list) return { note: `list price left out: ${list.problem}` };
  const listPrice = formatAmount(list.minor, 'USD');
  const expectedMinor = (list.minor * (100 - Number(discount))) / 100;
  const agrees = Math.abs(expectedMinor - priceMinor) <= 0.02 * Math.max(priceMinor, 1);
  if (agrees) return { listPrice };
  return { listPrice, note: `${discount} % off ${listPrice} is not ${formatAmount(priceMinor, 'USD')}` };
}

function compareText(left = '', right = ''): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
