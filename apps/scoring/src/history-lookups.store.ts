import { Injectable } from '@nestjs/common';
import { plainArray, type Tx } from '@souk/service';
import { decodeTimeline } from './chunks/chunk-codec.ts';
import { placeOf, type PriceColumns } from './chunks/point-columns.ts';
import type { IncomingPrice } from './incoming-price.ts';
import type { Neighbours } from './price-timeline.ts';
import type { NewPrice, StoredPrice } from './sort-out.ts';

/** Looks for single observations, open or closed: each method is one statement, whatever the number of prices. */
@Injectable()
export class HistoryLookups {
  /** What is stored for the offers and times of these prices. */
  async storedPrices(tx: Tx, prices: readonly IncomingPrice[]): Promise<Map<IncomingPrice, StoredPrice>> {
    if (prices.length === 0) return new Map();
    const rows = await tx.query<StoredRow>(
      `with wanted as materialized (
         select * from unnest($1::uuid[], $2::timestamptz[]) with ordinality as wanted(offer_id, observed_at, place)
       )
       select array[wanted.place] as places, currency, price_minor, null::bytea as timeline
       from wanted join price_point using (offer_id, observed_at)
       union all
       select array_agg(wanted.place), chunk.currency, null, chunk.timeline
       from wanted join price_chunk as chunk
         on chunk.offer_id = wanted.offer_id and wanted.observed_at between chunk.first_at and chunk.last_at
       group by chunk.offer_id, chunk.currency, chunk.first_at`,
      [plainArray(prices, ({ offer }) => offer.offerId), plainArray(prices, ({ offer }) => offer.observedAt)],
    );
    const stored = new Map<IncomingPrice, StoredPrice>();
    for (const { places, currency, price_minor: open, timeline } of rows) {
      const closed = timeline && decodeTimeline(timeline);
      for (const place of places) {
        const price = prices[Number(place) - 1]!;
        const priceMinor = closed ? priceAt(closed, price.atMs) : open!;
        if (priceMinor !== undefined) stored.set(price, { priceMinor, currency });
      }
    }
    return stored;
  }

  /** The stored observations next to these prices, of the same offer and currency. */
  async neighbours(tx: Tx, prices: readonly NewPrice[]): Promise<Map<NewPrice, Neighbours>> {
    if (prices.length === 0) return new Map();
    const rows = await tx.query<NeighboursRow>(
      `select open.place, greatest(open.previous_ms, closed.previous_ms) as previous_ms,
         least(open.next_ms, closed.next_ms) as next_ms, inside.timeline
       from (
         select late.*,
           (select ${ms('max(observed_at)')} from price_point p
            where p.offer_id = late.offer_id and p.currency = late.currency and p.observed_at < late.at) as previous_ms,
           (select ${ms('min(observed_at)')} from price_point p
            where p.offer_id = late.offer_id and p.currency = late.currency and p.observed_at > late.at) as next_ms
         from unnest($1::uuid[], $2::timestamptz[], $3::text[]) with ordinality as late(offer_id, at, currency, place)
       ) as open
       cross join lateral (
         select ${ms('max(last_at) filter (where last_at < open.at)')} as previous_ms,
           ${ms('min(first_at) filter (where first_at > open.at)')} as next_ms
         from price_chunk c where c.offer_id = open.offer_id and c.currency = open.currency
       ) as closed
       left join price_chunk as inside
         on inside.offer_id = open.offer_id and inside.currency = open.currency
           and inside.first_at < open.at and inside.last_at > open.at`,
      [
        plainArray(prices, ({ offer }) => offer.offerId),
        plainArray(prices, ({ offer }) => offer.observedAt),
        plainArray(prices, ({ offer }) => offer.currency),
      ],
    );
    return new Map(
      rows.map(({ place, previous_ms: previous, next_ms: next, timeline }) => {
        const price = prices[place - 1]!;
        const { atMs } = timeline ? decodeTimeline(timeline) : { atMs: new Float64Array() };
        const closedPlace = placeOf(atMs, price.atMs);
        return [
          price,
          {
            previousMs: Math.max(previous ?? -Infinity, atMs[closedPlace - 1] ?? -Infinity),
            nextMs: Math.min(next ?? Infinity, atMs[closedPlace] ?? Infinity),
          },
        ];
      }),
    );
  }
}

interface StoredRow {
  places: (string | number)[];
  currency: string;
  price_minor: number | null;
  timeline: Uint8Array | null;
}

interface NeighboursRow {
  place: number;
  previous_ms: number | null;
  next_ms: number | null;
  timeline: Uint8Array | null;
}

const ms = (time: string): string => `(extract(epoch from ${time}) * 1000)::bigint`;

function priceAt({ atMs, priceMinor }: PriceColumns, timeMs: number): number | undefined {
  const place = placeOf(atMs, timeMs);
  return atMs[place] === timeMs ? priceMinor[place] : undefined;
}
