import { ascending, emptyColumns, type PointColumns, type PriceColumns } from './point-columns.ts';

/**
 * Rows of `price_point` as one value, each of fixed width as PostgreSQL sends numbers, in no order: a hundred rows cost
 * hardly more than one.
 */
const PRICE = `timestamptz_send(observed_at) || int8send(price_minor) || int2send(availability)`;
export const OPEN_PRICES = `string_agg(${PRICE}, ''::bytea)`;
export const OPEN_POINTS = `string_agg(${PRICE} || int8send(coalesce(list_price_minor, -1)) || int8send(provenance),
  ''::bytea)`;

const PRICE_BYTES = 18;
const POINT_BYTES = 34;
/** PostgreSQL counts microseconds from the year 2000. */
const EPOCH_MS = Date.UTC(2000, 0, 1);

/** What `OPEN_PRICES` holds, in order of time. */
export function readOpenPrices(bytes: Uint8Array): PriceColumns {
  const { atMs, priceMinor, availability } = read(bytes, PRICE_BYTES);
  return ascending({ atMs, priceMinor, availability });
}

/** What `OPEN_POINTS` holds, in order of time. */
export function readOpenPoints(bytes: Uint8Array): PointColumns {
  return ascending(read(bytes, POINT_BYTES));
}

function read(bytes: Uint8Array, width: number): PointColumns {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.byteLength / width;
  const columns = emptyColumns(length);
  for (let index = 0, place = 0; index < length; index += 1, place += width) {
    columns.atMs[index] = EPOCH_MS + Math.round(integerAt(view, place) / 1_000);
    columns.priceMinor[index] = integerAt(view, place + 8);
    columns.availability[index] = view.getInt16(place + 16);
    if (width < POINT_BYTES) continue;
    const list = integerAt(view, place + 18);
    columns.listPriceMinor[index] = list === -1 ? NaN : list;
    columns.provenance[index] = integerAt(view, place + 26);
  }
  return columns;
}

/** Eight bytes, the highest first. */
const integerAt = (view: DataView, place: number): number =>
  view.getInt32(place) * 2 ** 32 + view.getUint32(place + 4);
