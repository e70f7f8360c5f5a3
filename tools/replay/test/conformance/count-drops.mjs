/**
 * Counts, straight from the CSV files and with nothing of ours, what a 30 % drop watch must find in the Steam set:
 *
 *   node tools/replay/test/conformance/count-drops.mjs FOLDER [PERCENT [--prices]]
 *
 * FOLDER holds PriceHistory/*.csv. One JSON line per game: its rows, the dates on which
 * (previous - price) x 100 >= PERCENT x previous in exact cents, and with --prices every price in cents.
 */
import { readdirSync, readFileSync } from 'node:fs';

const [folder, percent = '30', prices] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node count-drops.mjs FOLDER [PERCENT [--prices]]');
  process.exit(1);
}
const withPrices = prices === '--prices';

for (const file of readdirSync(`${folder}/PriceHistory`).toSorted()) {
  const rows = readFileSync(`${folder}/PriceHistory/${file}`, 'latin1')
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [date, , final] = line.split(',');
      // The files went through binary floats; the cent nearest to the number is the price that was meant.
      return { date, cents: Math.round(Number(final) * 100) };
    })
    .toSorted((left, right) => (left.date < right.date ? -1 : 1));
  const drops = rows.flatMap(({ date, cents }, index) => {
    const previous = rows[index - 1]?.cents;
    return previous !== undefined && (previous - cents) * 100 >= Number(percent) * previous ? [date] : [];
  });
  const product = file.replace('.csv', '');
  console.log(
    JSON.stringify({
      product,
      rows: rows.length,
      drops,
      ...(withPrices && { prices: rows.map(({ date, cents }) => [date, cents]) }),
    }),
  );
}
