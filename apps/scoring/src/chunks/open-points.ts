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

/** How many observations there are, and when the first of them was. */
export const openPricesHead = (bytes: Uint8Array) => headOf(bytes, PRICE_BYTES);
export const openPointsHead = (bytes: Uint8Array) => headOf(bytes, POINT_BYTES);

function headOf(bytes: Uint8Array, width: number): { points: number; firstMs: number } {
  return { points: bytes.byteLength / width, firstMs: timeAt(viewOf(bytes), 0) };
}

/** What `OPEN_PRICES` holds, as it comes, from a place on. */
export function readOpenPrices(bytes: Uint8Array, columns: PriceColumns, from: number): void {
  const view = viewOf(bytes);
  for (let place = 0, index = from; place < bytes.byteLength; place += PRICE_BYTES, index += 1)
    readPrice(view, place, columns, index);
}

/** What `OPEN_POINTS` holds, as it comes, from a place on. */
export function readOpenPoints(bytes: Uint8Array, columns: PointColumns, from: number): void {
  const view = viewOf(bytes);
  for (let place = 0, index = from; place < bytes.byteLength; place += POINT_BYTES, index += 1) {
    readPrice(view, place, columns, index);
    const list = integerAt(view, place + 18);
    columns.listPriceMinor[index] = list === -1 ? NaN : list;
    columns.provenance[index] = integerAt(view, place + 26);
  }
}

/** What `OPEN_POINTS` holds, in order of time. */
export function decodeOpenPoints(bytes: Uint8Array): PointColumns {
  const columns = emptyColumns(bytes.byteLength / POINT_BYTES);
  readOpenPoints(bytes, columns, 0);
  return ascending(columns);
}

function readPrice(view: DataView, place: number, columns: PriceColumns, index: number): void {
  columns.atMs[index] = timeAt(view, place);
  columns.priceMinor[index] = integerAt(view, place + 8);
  columns.availability[index] = view.getInt16(place + 16);
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const timeAt = (view: DataView, place: number): number =>
  EPOCH_MS + Math.round(integerAt(view, place) / 1_000);

/** Eight bytes, the highest first. */
const integerAt = (view: DataView, place: number): number =>
  view.getInt32(place) * 2 ** 32 + view.getUint32(place + 4);
