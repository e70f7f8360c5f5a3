import { Injectable } from '@nestjs/common';
import { plainArray, type Tx } from '@souk/service';
import { CONTEXT_COLUMNS, contextJoins, contextOf, type ContextRow } from './context/context.store.ts';
import type { ListingContext } from './deal-context.ts';
import { OBSERVATIONS_AT_LEAST } from './deal-score.ts';
import type { WantedTimelines } from './timeline.store.ts';

/** The offer that a listing is judged by. */
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

/** A current offer with all that its deal takes beside histories. */
export interface AskedOffer extends CurrentOffer {
  context: ListingContext;
  /**
   * Other offers of the listing that can be bought, in the same condition and currency, and were observed within two
   * weeks of it, cheapest first.
   */
  rivals: WantedTimelines[];
}

/** Offers of a listing whose prices are compared with each other. */
const RIVALS = 10;

/** As a rule what is sold is new, and says so seldom. */
export const conditionOf = (offer: string): string => `coalesce(${offer}.condition, 'new')`;

/**
 * Orders the offers of a listing: the one observed last. A fetch tells all sellers at one time: of these one that can be
 * bought, then a new one, then one with a past to judge it by, then the cheapest; amounts of several currencies are not
 * compared.
 */
export const CURRENT_OFFER_FIRST = `offer.last_observed_at desc, offer.last_availability = 4,
      ${conditionOf('offer')} <> 'new', offer.points < ${OBSERVATIONS_AT_LEAST}, offer.last_currency,
      offer.last_price_minor, offer.offer_id`;

/**
 * Of each listing the offer that it is judged by; its newest point is always an open one. However many listings are
 * asked for, the statement is expected to cost the same, and each is looked up by itself: so PostgreSQL keeps one plan,
 * good for tables of any size. Making a plan costs several times as much as carrying it out.
 */
const CURRENT = `
  unnest((select $1::uuid[])) as wanted(product_id)
  cross join lateral (
    select offer_id, points, last_observed_at, last_price_minor, last_currency, last_list_price_minor, last_availability,
      condition
    from offer where offer.product_id = wanted.product_id
    order by ${CURRENT_OFFER_FIRST} limit 1
  ) as current
  cross join lateral (
    select trace_id from price_point join provenance using (provenance)
    where price_point.offer_id = current.offer_id and observed_at = current.last_observed_at limit 1
  ) as origin`;

/** Reads what answers are made of, as far as the transaction's tenants may see it. */
@Injectable()
export class DealsStore {
  /** Of each listing the offer that it is judged by. */
  async currentOffers(tx: Tx, productIds: readonly string[]): Promise<CurrentOffer[]> {
    const rows = await tx.query<CurrentOfferRow>(
      `select wanted.product_id, current.*, trace_id from ${CURRENT}`,
      [plainArray(productIds, (id) => id)],
    );
    return rows.map(currentOffer);
  }

  /** The same, with what deals are made of; rivals are looked for where they are wanted. */
  async askedOffers(tx: Tx, productIds: readonly string[], withRivals: boolean): Promise<AskedOffer[]> {
    const rows = await tx.query<AskedOfferRow>(
      `select wanted.product_id, current.*, trace_id, ${CONTEXT_COLUMNS}, rivals
       from ${CURRENT} ${contextJoins('wanted.product_id')}
       left join lateral (
         select json_agg(json_build_object('offerId', offer_id, 'points', points)) as rivals from (
           select offer_id, points from offer
           where $2 and offer.product_id = wanted.product_id and offer.offer_id <> current.offer_id
             and offer.last_currency = current.last_currency and offer.last_availability <> 4
             and ${conditionOf('offer')} = ${conditionOf('current')}
             and offer.last_observed_at > current.last_observed_at - interval '336 hours'
           order by offer.last_price_minor, offer.offer_id limit ${RIVALS}
         ) as cheapest
       ) as others on true`,
      [plainArray(productIds, (id) => id), withRivals],
    );
    return rows.map((row) => ({
      ...currentOffer(row),
      context: contextOf(row),
      rivals: row.rivals ?? [],
    }));
  }
}

const currentOffer = (row: CurrentOfferRow): CurrentOffer => ({
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
});

interface AskedOfferRow extends CurrentOfferRow, ContextRow {
  rivals: WantedTimelines[] | null;
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
