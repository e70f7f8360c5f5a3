import type { Tx } from '@souk/service';
import { headOf, readChunk, readTimeline } from './chunk-codec.ts';
import {
  OPEN_POINTS,
  OPEN_PRICES,
  openPointsHead,
  openPricesHead,
  readOpenPoints,
  readOpenPrices,
} from './open-points.ts';
import {
  ascending,
  emptyColumns,
  emptyPrices,
  placeOf,
  type PointColumns,
  type PriceColumns,
  slicePoints,
} from './point-columns.ts';

/** Unix milliseconds, both ends included; open where an end is missing. */
export interface TimeWindow {
  fromMs?: number | undefined;
  toMs?: number | undefined;
}

/** The observations of one offer in one currency. */
export type Series<Columns extends PriceColumns> = Columns & { offerId: string; currency: string };

/**
 * Reads stored observations, wherever they are: in chunks where they are closed, in rows where they are not yet. One
 * statement each, so that a point that moves meanwhile is seen once. Tells what the transaction's tenants may see.
 */
export class HistoryReader {
  /** Every observation with all that is stored of it. Ask for some hundred offers at a time. */
  async points(
    tx: Tx,
    offerIds: readonly string[],
    window: TimeWindow = {},
  ): Promise<Series<PointColumns>[]> {
    const rows = await this.rows(tx, offerIds, window, { open: OPEN_POINTS, detail: 'detail' });
    return seriesOf(rows, window, emptyColumns, ({ open, timeline, detail }) =>
      open === null
        ? {
            ...headOf(timeline!),
            read: (columns, from) => readChunk({ timeline: timeline!, detail: detail! }, columns, from),
          }
        : { ...openPointsHead(open), read: (columns, from) => readOpenPoints(open, columns, from) },
    );
  }

  /** Times, prices and availabilities alone: twice as fast. */
  async prices(
    tx: Tx,
    offerIds: readonly string[],
    window: TimeWindow = {},
  ): Promise<Series<PriceColumns>[]> {
    const rows = await this.rows(tx, offerIds, window, {
      open: OPEN_PRICES,
      detail: 'null::bytea as detail',
    });
    return seriesOf(rows, window, emptyPrices, ({ open, timeline }) =>
      open === null
        ? { ...headOf(timeline!), read: (columns, from) => readTimeline(timeline!, columns, from) }
        : { ...openPricesHead(open), read: (columns, from) => readOpenPrices(open, columns, from) },
    );
  }

  private rows(
    tx: Tx,
    offerIds: readonly string[],
    { fromMs, toMs }: TimeWindow,
    columns: { open: string; detail: string },
  ): Promise<StoredPart[]> {
    return tx.query<StoredPart>(
      // The sub-select keeps the plan from hanging on how many offers are asked for: it is made once.
      `select wanted.offer_id, part.* from unnest((select $1::uuid[])) as wanted(offer_id)
       cross join lateral (
         select currency, null::bytea as open, timeline, ${columns.detail} from price_chunk
         where price_chunk.offer_id = wanted.offer_id and last_at >= $2 and first_at <= $3
         union all
         select currency, ${columns.open}, null, null from price_point
         where price_point.offer_id = wanted.offer_id and observed_at between $2 and $3
         group by currency
       ) as part`,
      [
        `{${offerIds.join(',')}}`,
        fromMs === undefined ? '-infinity' : new Date(fromMs).toISOString(),
        toMs === undefined ? 'infinity' : new Date(toMs).toISOString(),
      ],
    );
  }
}

interface StoredPart {
  offer_id: string;
  currency: string;
  open: Uint8Array | null;
  timeline: Uint8Array | null;
  detail: Uint8Array | null;
}

/** A chunk, or the open points of an offer and currency. */
interface Part<Columns> {
  points: number;
  /** Time of its first observation, in no order where points are open. */
  firstMs: number;
  /** Reads its observations into these columns, from a place on. */
  read: (columns: Columns, from: number) => void;
}

/** Series in the order of the rows; one without an observation in the window is left out. */
function seriesOf<Columns extends PriceColumns>(
  rows: readonly StoredPart[],
  window: TimeWindow,
  empty: (length: number) => Columns,
  partOf: (row: StoredPart) => Part<Columns>,
): Series<Columns>[] {
  const found = new Map<string, { offerId: string; currency: string; parts: Part<Columns>[] }>();
  for (const row of rows) {
    const name = `${row.offer_id} ${row.currency}`;
    const known = found.get(name);
    if (known) known.parts.push(partOf(row));
    else found.set(name, { offerId: row.offer_id, currency: row.currency, parts: [partOf(row)] });
  }
  return [...found.values()].flatMap(({ offerId, currency, parts }) => {
    const columns = within(joined(parts, empty), window);
    return columns.atMs.length === 0 ? [] : [{ ...columns, offerId, currency }];
  });
}

/** Read one behind the other: nothing is copied unless late prices lie between those of a chunk. */
function joined<Columns extends PriceColumns>(
  parts: Part<Columns>[],
  empty: (length: number) => Columns,
): Columns {
  parts.sort((one, other) => one.firstMs - other.firstMs);
  const columns = empty(parts.reduce((sum, { points }) => sum + points, 0));
  let from = 0;
  for (const { points, read } of parts) {
    read(columns, from);
    from += points;
  }
  return ascending(columns);
}

function within<Columns extends PriceColumns>(columns: Columns, { fromMs, toMs }: TimeWindow): Columns {
  if (fromMs === undefined && toMs === undefined) return columns;
  const from = fromMs === undefined ? 0 : placeOf(columns.atMs, fromMs);
  const to = toMs === undefined ? columns.atMs.length : placeOf(columns.atMs, toMs + 1);
  return slicePoints(columns, from, to);
}
