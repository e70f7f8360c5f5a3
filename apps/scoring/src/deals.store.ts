import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';
import type { WantedTimelines } from './timeline.store.ts';

/** The offer of a listing that was observed last. */
export interface CurrentOffer {
  productId: string;
  offerId: string;
  points: number;
  observedAt: string;
  priceMinor: number;
  currency: string;
  listPriceMinor: number | null;
  availability: number;
  condition: string | null;
  traceId: string;
}

/** Offers of a listing whose prices are compared with each other. */
const RIVALS = 10;

/** Reads what answers are made of, as far as the transaction's tenants may see it. */
@Injectable()
export class DealsStore {
  /** Of each listing the offer that was observed last; its newest point is always an open one. */
  async currentOffers(tx: Tx, productIds: readonly string[]): Promise<CurrentOffer[]> {
    const rows = await tx.query<CurrentOfferRow>(
      `with current as (
         select distinct on (product_id) * from offer where product_id = any ($1::uuid[])
         order by product_id, last_observed_at desc, offer_id
       )
       select current.*, provenance.trace_id
       from current
       join price_point newest
         on newest.offer_id = current.offer_id and newest.observed_at = current.last_observed_at
       join provenance using (provenance)`,
      [productIds],
    );
    return rows.map((row) => ({
      productId: row.product_id,
      offerId: row.offer_id,
      points: row.points,
      observedAt: row.last_observed_at.toISOString(),
      priceMinor: row.last_price_minor,
      currency: row.last_currency,
      listPriceMinor: row.last_list_price_minor,
      availability: row.last_availability,
      condition: row.condition,
      traceId: row.trace_id,
    }));
  }

  /** The other offers of a listing that were observed within two weeks of its current one, in the same currency. */
  async rivals(
    tx: Tx,
    { productId, offerId, currency, observedAt }: CurrentOffer,
  ): Promise<WantedTimelines[]> {
    return tx.query<WantedTimelines>(
      `select offer_id as "offerId", points from offer
       where product_id = $1 and offer_id <> $2 and last_currency = $3
         and last_observed_at > $4::timestamptz - interval '336 hours'
       order by last_price_minor limit ${RIVALS}`,
      [productId, offerId, currency, observedAt],
    );
  }
}

interface CurrentOfferRow {
  product_id: string;
  offer_id: string;
  points: number;
  last_observed_at: Date;
  last_price_minor: number;
  last_currency: string;
  last_list_price_minor: number | null;
  last_availability: number;
  condition: string | null;
  trace_id: string;
}
