import { Injectable } from '@nestjs/common';
import { plainArray, type Tx } from '@souk/service';
import { decodeChunk, encodeChunk } from './chunks/chunk-codec.ts';
import { fingerprintOf } from './chunks/fingerprint.ts';
import { OPEN_POINTS, decodeOpenPoints } from './chunks/open-points.ts';
import type { PointColumns } from './chunks/point-columns.ts';

export interface OpenOffer {
  offerId: string;
  accountId: string;
  /** Points that are not closed. */
  open: number;
}

/** Points of one offer and currency, taken from the oldest open ones. */
export interface OpenPart {
  offerId: string;
  currency: string;
  points: PointColumns;
}

export interface ChunkKey {
  offerId: string;
  currency: string;
  firstMs: number;
}

export interface NewChunk {
  offerId: string;
  currency: string;
  points: PointColumns;
}

/** The SQL of closing. Rows are locked by their offer: whoever holds it may read its points and close them. */
@Injectable()
export class HistoryClosingStore {
  /** Of the next offers after an id those with so many open points, and the last one looked at. Of all accounts. */
  async offersToClose(tx: Tx, after: string, openAtLeast: number, lookedAt: number): Promise<OpenOffer[]> {
    return tx.query<OpenOffer>(
      `select offer_id as "offerId", account_id as "accountId", open_points as open from offers_to_close($1, $2, $3)`,
      [after, openAtLeast, lookedAt],
    );
  }

  /** Those that still have so many open points and that nobody else works on. */
  async lock(tx: Tx, offers: readonly OpenOffer[], openAtLeast: number): Promise<OpenOffer[]> {
    return tx.query<OpenOffer>(
      `select offer_id as "offerId", account_id as "accountId", points - closed_points as open from offer
       where offer_id = any ($1::uuid[]) and points - closed_points >= $2
       order by offer_id for update skip locked`,
      [plainArray(offers, ({ offerId }) => offerId), openAtLeast],
    );
  }

  /** The oldest so many open points of each; the newest one of an offer always stays open. */
  async openParts(tx: Tx, offers: readonly { offerId: string; take: number }[]): Promise<OpenPart[]> {
    const rows = await tx.query<{ offer_id: string; currency: string; open: Uint8Array }>(
      `select part.offer_id, currency, ${OPEN_POINTS} as open
       from unnest($1::uuid[], $2::int[]) as part(offer_id, take) join offer using (offer_id)
       cross join lateral (
         select currency, observed_at, price_minor, list_price_minor, availability, provenance from price_point p
         where p.offer_id = part.offer_id and p.observed_at < offer.last_observed_at
         order by observed_at limit part.take
       ) as oldest
       group by part.offer_id, currency`,
      [plainArray(offers, ({ offerId }) => offerId), plainArray(offers, ({ take }) => take)],
    );
    return rows.map(({ offer_id: offerId, currency, open }) => ({
      offerId,
      currency,
      points: decodeOpenPoints(open),
    }));
  }

  /** When the chunks of these offers begin, by `offerId currency`, ascending. */
  async firsts(tx: Tx, offerIds: readonly string[]): Promise<Map<string, Float64Array>> {
    const rows = await tx.query<{ name: string; firsts: string }>(
      `select offer_id || ' ' || currency as name,
         string_agg(((date_part('epoch', first_at) * 1000)::bigint)::text, ',' order by first_at) as firsts
       from price_chunk where offer_id = any ($1::uuid[]) group by offer_id, currency`,
      [plainArray(offerIds, (offerId) => offerId)],
    );
    return new Map(rows.map(({ name, firsts }) => [name, Float64Array.from(firsts.split(','), Number)]));
  }

  /** The points of these chunks, in the order asked for. */
  async chunks(tx: Tx, keys: readonly ChunkKey[]): Promise<PointColumns[]> {
    if (keys.length === 0) return [];
    const rows = await tx.query<{ timeline: Uint8Array; detail: Uint8Array }>(
      `select timeline, detail
       from unnest($1::uuid[], $2::text[], $3::timestamptz[]) with ordinality
         as wanted(offer_id, currency, first_at, place)
       join price_chunk using (offer_id, currency, first_at) order by place`,
      keyColumns(keys),
    );
    if (rows.length !== keys.length)
      throw new Error('a chunk of the history vanished while its offer was locked');
    return rows.map(decodeChunk);
  }

  /**
   * Puts chunks in the place of open points, up to a time of each offer, and of other chunks. The database refuses
   * when they do not hold the same points. Answers how many points were closed.
   */
  async close(
    tx: Tx,
    until: ReadonlyMap<string, number>,
    replaced: readonly ChunkKey[],
    chunks: readonly NewChunk[],
  ): Promise<number> {
    const written = chunks.map(({ points }) => ({ ...encodeChunk(points), ...headOf(points) }));
    const [row] = await tx.query<{ closed: number }>(
      `select close_history($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::timestamptz[], $6::uuid[],
         $7::text[], $8::timestamptz[], $9::timestamptz[], $10::int[], $11::bigint[], $12::bigint[], $13::bigint[],
         $14::bytea[], $15::bytea[]) as closed`,
      [
        plainArray([...until], ([offerId]) => offerId),
        plainArray([...until], ([, untilMs]) => instant(untilMs)),
        ...keyColumns(replaced),
        plainArray(chunks, ({ offerId }) => offerId),
        plainArray(chunks, ({ currency }) => currency),
        plainArray(written, ({ firstMs }) => instant(firstMs)),
        plainArray(written, ({ lastMs }) => instant(lastMs)),
        plainArray(written, ({ points }) => points),
        plainArray(written, ({ lowMinor }) => lowMinor),
        plainArray(written, ({ highMinor }) => highMinor),
        plainArray(written, ({ fingerprint }) => fingerprint),
        written.map(({ timeline }) => Buffer.from(timeline)),
        written.map(({ detail }) => Buffer.from(detail)),
      ],
    );
    return row!.closed;
  }
}

const instant = (ms: number): string => new Date(ms).toISOString();

const keyColumns = (keys: readonly ChunkKey[]): string[] => [
  plainArray(keys, ({ offerId }) => offerId),
  plainArray(keys, ({ currency }) => currency),
  plainArray(keys, ({ firstMs }) => instant(firstMs)),
];

const headOf = (points: PointColumns) => ({
  firstMs: points.atMs[0]!,
  lastMs: points.atMs.at(-1)!,
  points: points.atMs.length,
  lowMinor: points.priceMinor.reduce((low, price) => Math.min(low, price)),
  highMinor: points.priceMinor.reduce((high, price) => Math.max(high, price)),
  fingerprint: fingerprintOf(points),
});
