import { Injectable } from '@nestjs/common';
import type { ProductFacts } from '@souk/contracts';
import { plainArray, type Tx } from '@souk/service';
import type { ChangedListing } from './change-facts.ts';
import type { KnownFacts } from './facts.ts';
import type { AcceptedObservation } from './judge-message.ts';

/** The newest price of an offer, with the tenant that it belongs to. */
export interface NewestOffer extends AcceptedObservation {
  accountId: string;
}

/** Writes listings and offers of a batch; each method is one statement, whatever the number of rows. */
@Injectable()
export class ListingStore {
  /** What is known of listings; the newest observation is that of their offers, or what told the facts. */
  async knownFacts(tx: Tx, productIds: ReadonlySet<string>): Promise<Map<string, KnownFacts>> {
    if (productIds.size === 0) return new Map();
    const rows = await tx.query<{ product_id: string; facts: ProductFacts; newest_at: Date }>(
      `select product_id, facts, greatest(facts_observed_at,
         (select max(observed_at) from offer where offer.product_id = product.product_id)) as newest_at
       from product where product_id = any ($1::uuid[])`,
      [plainArray([...productIds], (id) => id)],
    );
    return new Map(
      rows.map((row) => [row.product_id, { facts: row.facts, newestAt: row.newest_at.toISOString() }]),
    );
  }

  async saveListings(tx: Tx, listings: readonly ChangedListing[], now: Date): Promise<void> {
    if (listings.length === 0) return;
    await tx.query(
      `insert into product
         (product_id, account_id, source, product, facts, facts_observed_at, created_at, updated_at)
       select product_id, account_id, source, product, facts::jsonb, facts_observed_at, $7, $7
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
         as listing(product_id, account_id, source, product, facts, facts_observed_at)
       on conflict (product_id) do update set
         facts = excluded.facts, facts_observed_at = excluded.facts_observed_at, updated_at = excluded.updated_at`,
      [
        plainArray(listings, (listing) => listing.productId),
        plainArray(listings, (listing) => listing.accountId),
        listings.map((listing) => listing.source),
        listings.map((listing) => listing.product),
        listings.map((listing) => JSON.stringify(listing.known.facts)),
        plainArray(listings, (listing) => listing.known.newestAt),
        now,
      ],
    );
  }

  /** Keeps the newest price of each offer: an older observation, or another of the same time, changes nothing. */
  async saveOffers(tx: Tx, offers: readonly NewestOffer[]): Promise<void> {
    if (offers.length === 0) return;
    await tx.query(
      `insert into offer (offer_id, product_id, account_id, price_minor, list_price_minor, member_price_minor,
         shipping_minor, observed_at, currency, availability, condition, seller)
       select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[],
         $7::bigint[], $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::text[])
       on conflict (offer_id) do update set
         price_minor = excluded.price_minor, list_price_minor = excluded.list_price_minor,
         member_price_minor = excluded.member_price_minor, shipping_minor = excluded.shipping_minor,
         observed_at = excluded.observed_at, currency = excluded.currency, availability = excluded.availability
       where excluded.observed_at > offer.observed_at`,
      [
        plainArray(offers, ({ offer }) => offer.offerId),
        plainArray(offers, ({ offer }) => offer.productId),
        plainArray(offers, ({ accountId }) => accountId),
        plainArray(offers, ({ offer }) => offer.priceMinor),
        plainArray(offers, ({ offer }) => offer.listPriceMinor),
        plainArray(offers, ({ memberPriceMinor }) => memberPriceMinor),
        plainArray(offers, ({ offer }) => offer.shippingMinor),
        plainArray(offers, ({ offer }) => offer.observedAt),
        plainArray(offers, ({ offer }) => offer.currency),
        plainArray(offers, ({ offer }) => offer.availability),
        plainArray(offers, ({ offer }) => offer.condition),
        offers.map(({ offer }) => offer.seller ?? null),
      ],
    );
  }
}
