import { formatAmount, parseAmount, parsePriceText } from '@souk/money';
import { checkHeader, csvRecords } from './csv.ts';
import type { HistoryFile, HistoryRow } from './history-row.ts';
import { productCode } from './product-code.ts';

/** Price files are named after a category; nutrition facts and the author's own anomaly lists are not prices. */
export function isAldiPriceFile(fileName: string): boolean {
  return fileName.endsWith('.csv') && !/_nutrition\.csv$|^price_anomalies_/.test(fileName);
}

/**
 * All rows of one day (`YYYYMMDD`), file after file: brand, name, weight, price. The shop gives no ids: a product is
 * its brand, name and weight. It stands in several categories, and at times twice in one: the first row counts.
 */
export function* aldiRows(day: string, files: readonly HistoryFile[]): Generator<HistoryRow> {
  const observedAt = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}T00:00:00Z`;
  const taken = new Map<string, { minor: number; at: string }>();
  for (const file of files) {
    const category = file.name.replace(/^.*\//, '').replace(/\.csv$/, '');
    const records = csvRecords(file.text);
    checkHeader(file.name, records, ['brand', 'name', 'weight', 'price']);
    for (const { line, fields } of records.slice(1)) {
      const at = `${file.name}:${line}`;
      const [brand = '', name = '', weight = '', priceText = ''] = fields;
      const key = [brand, name, weight];
      const price = readPrice(priceText);
      const first = taken.get(key.join('|'));
      if (fields.length !== 4)
        yield { at, skipped: 'unreadable row', detail: `${fields.length} fields, not 4` };
      else if (name.trim() === '') yield { at, skipped: 'no name' };
      else if (priceText.trim() === '') yield { at, skipped: 'no price' };
      else if ('problem' in price)
        yield { at, skipped: 'unreadable price', detail: `${JSON.stringify(priceText)} ${price.problem}` };
      else if (first?.minor === price.minor) yield { at, skipped: 'duplicate', detail: `of ${first.at}` };
      else if (first) {
        const detail = `${priceText} here, ${formatAmount(first.minor, 'USD')} at ${first.at}`;
        yield { at, skipped: 'duplicate with another price', detail };
      } else {
        taken.set(key.join('|'), { minor: price.minor, at });
        yield {
          at,
          observation: {
            source: 'aldi-us',
            product: productCode(key),
            price: formatAmount(price.minor, 'USD'),
            currency: 'USD',
            observedAt,
            title: name,
            category: [category],
            ...(brand && { brand }),
            ...(weight && { attributes: { weight } }),
          },
        };
      }
    }
  }
}

/** "$1.89" in cents. */
function readPrice(text: string): { minor: number } | { problem: string } {
  const price = parsePriceText(text);
  return 'problem' in price ? price : parseAmount(price.amount, 'USD');
}
