import { Injectable } from '@nestjs/common';
import type { PricePoint } from '@souk/contracts';
import { plainArray, type Tx } from '@souk/service';
import { availabilityName } from './availability.ts';
import { decodeChunk } from './chunks/chunk-codec.ts';
import { HistoryReader } from './chunks/history-reader.ts';
import { OPEN_POINTS, decodeOpenPoints } from './chunks/open-points.ts';
import { placeOf, type PointColumns } from './chunks/point-columns.ts';
import { gapsBefore } from './price-series/held-prices.ts';

/** Place of a point in the history of a listing. */
export interface PointPlace {
  at: string;
  offerId: string;
}

export interface WantedPoints {
  productId: string;
  from?: string | undefined;
  to?: string | undefined;
}

/** Whole histories that are in memory at once. */
const OFFERS_AT_ONCE = 100;

/** Reads the history of a listing page by page, as far as the transaction's tenants may see it. */
@Injectable()
export class HistoryPages {
  constructor(private readonly reader: HistoryReader) {}

  /** Points of all offers of a listing, oldest first, after a place. */
  async points(
    tx: Tx,
    { productId, from, to }: WantedPoints,
    after: PointPlace | undefined,
    limit: number,
  ): Promise<PricePoint[]> {
    const start = after?.at ?? from;
    // One point of each offer may lie at the place itself, and belong to the page before.
    const parts = await this.parts(tx, productId, start ?? '-infinity', to ?? 'infinity', limit + 1);
    const fromMs = start === undefined ? -Infinity : Date.parse(start);
    const toMs = to === undefined ? Infinity : Date.parse(to);
    const found = parts.flatMap((part) => placesOf(part, fromMs, toMs, limit + 1));
    const page = found
      .filter(({ atMs, part }) => !after || atMs > fromMs || part.offer_id > after.offerId)
      .sort((a, b) => a.atMs - b.atMs || (a.part.offer_id < b.part.offer_id ? -1 : 1))
      .slice(0, limit);
    const [origins, gapSinceMs] = await Promise.all([
      this.origins(tx, new Set(page.map(({ columns, index }) => columns.provenance[index]!))),
      this.gaps(tx, page),
    ]);
    return page.map((place) => pointOf(place, origins, gapSinceMs(place)));
  }

  /**
   * Open points and chunks that hold the first so many points of a time on; of the chunks that begin after it, those
   * behind enough others are not needed.
   */
  private parts(tx: Tx, productId: string, from: string, to: string, atMost: number): Promise<PartRow[]> {
    return tx.query<PartRow>(
      `select offer.offer_id, offer.seller, offer.condition, offer.source, part.* from offer
       cross join lateral (
         select currency, null::bytea as open, timeline, detail from (
           select c.currency, c.timeline, c.detail, coalesce(sum(c.points) filter (where c.first_at >= $2) over (
             partition by c.currency order by c.first_at rows between unbounded preceding and 1 preceding
           ), 0) as points_before
           from price_chunk c where c.offer_id = offer.offer_id and c.last_at >= $2 and c.first_at <= $3
         ) as chunk
         where points_before < $4
         union all
         select currency, ${OPEN_POINTS}, null, null from (
           select * from price_point p
           where p.offer_id = offer.offer_id and observed_at >= $2 and observed_at <= $3
           order by observed_at limit $4
         ) as oldest
         group by currency
       ) as part
       where offer.product_id = $1`,
      [productId, from, to, atMost],
    );
  }

  /** Of whole histories: the usual pause is that of all observations, and those before the page belong to it. */
  private async gaps(tx: Tx, page: readonly Place[]): Promise<(place: Place) => number | undefined> {
    const offerIds = [...new Set(page.map(({ part }) => part.offer_id))];
    const before = new Map<string, (timeMs: number) => number | undefined>();
    for (let from = 0; from < offerIds.length; from += OFFERS_AT_ONCE) {
      const histories = await this.reader.prices(tx, offerIds.slice(from, from + OFFERS_AT_ONCE));
      for (const { offerId, currency, atMs } of histories)
        before.set(`${offerId} ${currency}`, gapsBefore(atMs));
    }
    return ({ part, atMs }) => before.get(`${part.offer_id} ${part.currency}`)?.(atMs);
  }

  private async origins(tx: Tx, provenances: ReadonlySet<number>): Promise<Map<number, OriginRow>> {
    if (provenances.size === 0) return new Map();
    const rows = await tx.query<OriginRow>(
      `select provenance, origin, trace_id, collected_at, fetch_id, adapter_version from provenance
       where provenance = any ($1::bigint[])`,
      [plainArray([...provenances], (provenance) => provenance)],
    );
    return new Map(rows.map((row) => [row.provenance, row]));
  }
}

interface PartRow {
  offer_id: string;
  seller: string | null;
  condition: PricePoint['condition'];
  source: string;
  currency: string;
  open: Uint8Array | null;
  timeline: Uint8Array | null;
  detail: Uint8Array | null;
}

interface OriginRow {
  provenance: number;
  origin: PricePoint['origin'];
  trace_id: string;
  collected_at: Date;
  fetch_id: string;
  adapter_version: string | null;
}

/** One point within its part. */
interface Place {
  part: PartRow;
  columns: PointColumns;
  index: number;
  atMs: number;
}

/** The first so many points of a part in a window of time, both ends included. */
function placesOf(part: PartRow, fromMs: number, toMs: number, atMost: number): Place[] {
  const { open, timeline, detail } = part;
  const columns =
    open === null ? decodeChunk({ timeline: timeline!, detail: detail! }) : decodeOpenPoints(open);
  const first = placeOf(columns.atMs, fromMs);
  const end = Math.min(placeOf(columns.atMs, toMs + 1), first + atMost);
  return Array.from({ length: Math.max(0, end - first) }, (_, place) => {
    const index = first + place;
    return { part, columns, index, atMs: columns.atMs[index]! };
  });
}

function pointOf(
  { part, columns, index, atMs }: Place,
  origins: ReadonlyMap<number, OriginRow>,
  gapSinceMs: number | undefined,
): PricePoint {
  const listPriceMinor = columns.listPriceMinor[index]!;
  const origin = origins.get(columns.provenance[index]!)!;
  return {
    offerId: part.offer_id,
    observedAt: new Date(atMs).toISOString(),
    ...(gapSinceMs !== undefined && { gapSince: new Date(gapSinceMs).toISOString() }),
    priceMinor: columns.priceMinor[index]!,
    currency: part.currency,
    listPriceMinor: Number.isNaN(listPriceMinor) ? null : listPriceMinor,
    availability: availabilityName(columns.availability[index]!) ?? null,
    seller: part.seller,
    condition: part.condition,
    origin: origin.origin,
    source: part.source,
    collectedAt: origin.collected_at.toISOString(),
    fetchId: origin.fetch_id,
    ...(origin.adapter_version !== null && { adapterVersion: origin.adapter_version }),
    traceId: origin.trace_id,
  };
}
