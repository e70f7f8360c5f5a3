import { Injectable } from '@nestjs/common';
import type { PricePoint } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { availabilityName } from './availability.ts';
import type { ObservationCounts } from './price-statistics.ts';

/** The newest offer of a listing, with how often it was observed in its currency. */
export interface CurrentOffer {
  productId: string;
  offerId: string;
  points: number;
  observedAt: string;
  priceMinor: number;
  currency: string;
  listPriceMinor: number | null;
  availability: number;
  traceId: string;
  counts: ObservationCounts;
}

/** Place of a point in the history of a listing. */
export interface PointPlace {
  at: string;
  offerId: string;
}

/** Reads what answers are made of, as far as the transaction's tenants may see it. */
@Injectable()
export class DealsStore {
  /** Of each listing the offer that was observed last; hours, since days differ in length where clocks change. */
  async currentOffers(tx: Tx, productIds: readonly string[]): Promise<CurrentOffer[]> {
    const rows = await tx.query<CurrentOfferRow>(
      `with current as (
         select distinct on (product_id) * from offer where product_id = any ($1::uuid[])
         order by product_id, last_observed_at desc, offer_id
       )
       select current.*, provenance.trace_id, counted.*
       from current
       join price_point newest
         on newest.offer_id = current.offer_id and newest.observed_at = current.last_observed_at
       join provenance using (provenance)
       cross join lateral (
         select count(*) as in_all,
           count(*) filter (where observed_at >= current.last_observed_at - interval '720 hours') as in_30_days,
           count(*) filter (where observed_at >= current.last_observed_at - interval '2160 hours') as in_90_days,
           count(*) filter (where observed_at >= current.last_observed_at - interval '8760 hours') as in_365_days
         from price_point where offer_id = current.offer_id and currency = current.last_currency
       ) as counted`,
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
      traceId: row.trace_id,
      counts: { '30d': row.in_30_days, '90d': row.in_90_days, '365d': row.in_365_days, all: row.in_all },
    }));
  }

  /** Points of all offers of a listing, oldest first, after a place. */
  async points(
    tx: Tx,
    wanted: { productId: string; from?: string | undefined; to?: string | undefined },
    after: PointPlace | undefined,
    limit: number,
  ): Promise<PricePoint[]> {
    const rows = await tx.query<PointRow>(
      `select page.*, provenance.origin, provenance.trace_id, provenance.collected_at, provenance.fetch_id,
         provenance.adapter_version from (
         select point.*, offer.seller, offer.condition, offer.source from offer
         cross join lateral (
           select * from price_point
           where price_point.offer_id = offer.offer_id and observed_at >= $2 and observed_at <= $3
             and ($4::uuid is null or observed_at > $2 or price_point.offer_id > $4)
           order by observed_at limit $5
         ) as point
         where offer.product_id = $1
         order by point.observed_at, point.offer_id limit $5
       ) as page
       join provenance using (provenance)
       order by page.observed_at, page.offer_id`,
      [
        wanted.productId,
        after?.at ?? wanted.from ?? '-infinity',
        wanted.to ?? 'infinity',
        after?.offerId ?? null,
        limit,
      ],
    );
    return rows.map((row) => ({
      offerId: row.offer_id,
      observedAt: row.observed_at.toISOString(),
      priceMinor: row.price_minor,
      currency: row.currency,
      listPriceMinor: row.list_price_minor,
      availability: availabilityName(row.availability) ?? null,
      seller: row.seller,
      condition: row.condition,
      origin: row.origin,
      source: row.source,
      collectedAt: row.collected_at.toISOString(),
      fetchId: row.fetch_id,
      ...(row.adapter_version !== null && { adapterVersion: row.adapter_version }),
      traceId: row.trace_id,
    }));
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
  trace_id: string;
  in_all: number;
  in_30_days: number;
  in_90_days: number;
  in_365_days: number;
}

interface PointRow {
  offer_id: string;
  observed_at: Date;
  price_minor: number;
  currency: string;
  list_price_minor: number | null;
  availability: number;
  seller: string | null;
  condition: PricePoint['condition'];
  origin: PricePoint['origin'];
  source: string;
  collected_at: Date;
  fetch_id: string;
  adapter_version: string | null;
  trace_id: string;
}
