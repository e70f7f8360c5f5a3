import { Injectable } from '@nestjs/common';
import { plainArray, type Tx } from '@souk/service';
import type { AcceptedMessage } from './incoming-price.ts';
import type { NewPrice } from './sort-out.ts';

/** An offer of the batch after its new prices were judged. */
export interface TouchedOffer {
  offerId: string;
  pointsBefore: number;
  points: number;
  /** Points deleted for their age: as many points as were remembered need not be the same ones. */
  agedPoints: number;
  lastScore: number | null;
  /** The newest price, when the batch brought one that is newer than all before. */
  newest: NewPrice | undefined;
}

/** The batch's SQL: each method is one statement, whatever the number of rows. */
@Injectable()
export class HistoryStore {
  /** How many points these offers have and had, and their last score; no row for unknown ones. */
  async storedOffers(
    tx: Tx,
    offerIds: readonly string[],
  ): Promise<{ offer_id: string; points: number; aged_points: number; last_score: number | null }[]> {
    if (offerIds.length === 0) return [];
    return tx.query(
      'select offer_id, points, aged_points, last_score from offer where offer_id = any ($1::uuid[])',
      [plainArray(offerIds, (offerId) => offerId)],
    );
  }

  /** How many of these offers have other points than were remembered. */
  async changedOffers(
    tx: Tx,
    offers: readonly Pick<TouchedOffer, 'offerId' | 'pointsBefore' | 'agedPoints'>[],
  ): Promise<number> {
    if (offers.length === 0) return 0;
    const [row] = await tx.query<{ changed: number }>(
      `select count(*) as changed
       from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as remembered(offer_id, points, aged_points)
       left join offer using (offer_id)
       where coalesce(offer.points, 0) <> remembered.points
         or coalesce(offer.aged_points, 0) <> remembered.aged_points`,
      [
        plainArray(offers, ({ offerId }) => offerId),
        plainArray(offers, ({ pointsBefore }) => pointsBefore),
        plainArray(offers, ({ agedPoints }) => agedPoints),
      ],
    );
    return row!.changed;
  }

  /** Notes where the prices of these messages came from; answers the number that their points refer to. */
  async addProvenance(tx: Tx, messages: readonly AcceptedMessage[]): Promise<Map<AcceptedMessage, number>> {
    const rows = await tx.query<{ provenance: number; place: number }>(
      `with numbered as (
         select nextval('provenance_number') as provenance, origin.*
         from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[])
           with ordinality as origin(account_id, fetch_id, collected_at, origin, trace_id, adapter_version, place)
       ), stored as (
         insert into provenance (provenance, account_id, fetch_id, collected_at, origin, trace_id, adapter_version)
         select provenance, account_id, fetch_id, collected_at, origin, trace_id, adapter_version from numbered
       )
       select provenance, place from numbered`,
      [
        plainArray(messages, ({ accountId }) => accountId),
        plainArray(messages, ({ data }) => data.fetchId),
        plainArray(messages, ({ data }) => data.collectedAt),
        plainArray(messages, ({ data }) => (data.mode === 'backfill' ? 'imported' : data.origin)),
        plainArray(messages, ({ traceId }) => traceId),
        messages.map(({ data }) => data.adapterVersion ?? null),
      ],
    );
    return new Map(rows.map((row) => [messages[row.place - 1]!, row.provenance]));
  }

  /** Appends points that are known to be new; a point already there fails the batch, which is then judged anew. */
  async addPoints(
    tx: Tx,
    prices: readonly NewPrice[],
    provenanceOf: ReadonlyMap<AcceptedMessage, number>,
  ): Promise<void> {
    await tx.query(
      `insert into price_point
         (account_id, offer_id, observed_at, price_minor, list_price_minor, availability, currency, provenance)
       select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::smallint[],
         $7::text[], $8::bigint[])`,
      [
        plainArray(prices, ({ message }) => message.accountId),
        plainArray(prices, ({ offer }) => offer.offerId),
        plainArray(prices, ({ offer }) => offer.observedAt),
        plainArray(prices, ({ offer }) => offer.priceMinor),
        plainArray(prices, ({ offer }) => offer.listPriceMinor),
        plainArray(prices, ({ value }) => value.availability),
        plainArray(prices, ({ offer }) => offer.currency),
        plainArray(prices, ({ message }) => provenanceOf.get(message)),
      ],
    );
  }

  async addOffers(tx: Tx, offers: readonly (TouchedOffer & { newest: NewPrice })[]): Promise<void> {
    if (offers.length === 0) return;
    await tx.query(
      `insert into offer (offer_id, account_id, product_id, points, last_observed_at, last_price_minor,
         last_list_price_minor, last_score, last_availability, last_currency, condition, source, product, seller)
       select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::timestamptz[], $6::bigint[],
         $7::bigint[], $8::float8[], $9::smallint[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[])`,
      [
        plainArray(offers, ({ offerId }) => offerId),
        plainArray(offers, ({ newest }) => newest.message.accountId),
        plainArray(offers, ({ newest }) => newest.offer.productId),
        ...lastState(offers),
        plainArray(offers, ({ newest }) => newest.offer.condition),
        offers.map(({ newest }) => newest.message.data.source),
        offers.map(({ newest }) => newest.offer.product),
        offers.map(({ newest }) => newest.offer.seller ?? null),
      ],
    );
  }

  /** Moves the last state where a newer price came, and counts the points; answers how many offers it found unchanged. */
  async updateOffers(tx: Tx, offers: readonly TouchedOffer[]): Promise<number> {
    if (offers.length === 0) return 0;
    const [row] = await tx.query<{ updated: number }>(
      `with updated as (
         update offer set
           points = touched.points,
           last_observed_at = coalesce(touched.observed_at, offer.last_observed_at),
           last_price_minor = coalesce(touched.price_minor, offer.last_price_minor),
           last_list_price_minor =
             case when touched.observed_at is null then offer.last_list_price_minor else touched.list_price_minor end,
           last_score = touched.score,
           last_availability = coalesce(touched.availability, offer.last_availability),
           last_currency = coalesce(touched.currency, offer.last_currency)
         from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::bigint[], $6::bigint[],
           $7::float8[], $8::smallint[], $9::text[], $10::bigint[]) as touched(offer_id, points_before, points,
             observed_at, price_minor, list_price_minor, score, availability, currency, aged_points)
         where offer.offer_id = touched.offer_id and offer.points = touched.points_before
           and offer.aged_points = touched.aged_points
         returning 1
       ) select count(*) as updated from updated`,
      [
        plainArray(offers, ({ offerId }) => offerId),
        plainArray(offers, ({ pointsBefore }) => pointsBefore),
        ...lastState(offers),
        plainArray(offers, ({ agedPoints }) => agedPoints),
      ],
    );
    return row!.updated;
  }
}

const lastState = (offers: readonly TouchedOffer[]): string[] => [
  plainArray(offers, ({ points }) => points),
  plainArray(offers, ({ newest }) => newest?.offer.observedAt),
  plainArray(offers, ({ newest }) => newest?.offer.priceMinor),
  plainArray(offers, ({ newest }) => newest?.offer.listPriceMinor),
  plainArray(offers, ({ lastScore }) => lastScore),
  plainArray(offers, ({ newest }) => newest?.value.availability),
  plainArray(offers, ({ newest }) => newest?.offer.currency),
];
