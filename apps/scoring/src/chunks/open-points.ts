import { emptyColumns, type PointColumns, type PriceColumns } from './point-columns.ts';

/**
 * Rows of `price_point` as one text, oldest first: a hundred rows cost the driver as much as one. Numbers are parted
 * by spaces, points by commas.
 */
const MS = `(date_part('epoch', observed_at) * 1000)::bigint`;
const PRICES = `${MS} || ' ' || price_minor || ' ' || availability`;
export const PRICES_TEXT = `string_agg(${PRICES}, ',' order by observed_at)`;
export const POINTS_TEXT = `string_agg(${PRICES} || ' ' || coalesce(list_price_minor, -1) || ' ' || provenance, ','
  order by observed_at)`;

/** What `PRICES_TEXT` says. */
export function readPrices(text: string): PriceColumns {
  const { atMs, priceMinor, availability } = read(text);
  return { atMs, priceMinor, availability };
}

/** What `POINTS_TEXT` says. */
export function readPoints(text: string): PointColumns {
  return read(text);
}

function read(text: string): PointColumns {
  const points = text.split(',');
  const columns = emptyColumns(points.length);
  points.forEach((point, index) => {
    const [atMs, priceMinor, availability, list = '-1', provenance = '0'] = point.split(' ');
    columns.atMs[index] = Number(atMs);
    columns.priceMinor[index] = Number(priceMinor);
    columns.availability[index] = Number(availability);
    columns.listPriceMinor[index] = list === '-1' ? NaN : Number(list);
    columns.provenance[index] = Number(provenance);
  });
  return columns;
}
