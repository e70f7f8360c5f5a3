import { Injectable } from '@nestjs/common';
import type { ProductFacts } from '@souk/contracts';
import { plainArray, type Tx } from '@souk/service';
import type { ChangedListing } from './change-facts.ts';
import type { KnownFacts } from './facts.ts';
import type { AcceptedObservation, CollectedMessage } from './judge-message.ts';

/** The newest price of an offer, with the message that brought it. */
export interface NewestOffer extends AcceptedObservation {
  message: CollectedMessage;
}

/** What was known of a listing before, and until when it may be. */
export interface StoredFacts extends KnownFacts {
  expireAt: Date | null;
}

/** When what a message brought must be gone; null: never. */
export function expiryOf({ data }: CollectedMessage): Date | null {
  const lifetimeMs = data.policy?.cacheLifetimeMs;
  return lifetimeMs ? new Date(Date.parse(data.collectedAt) + lifetimeMs) : null;
}

/** Writes listings and offers of a batch; each method is one statement, whatever the number of rows. */
@Injectable()
export class ListingStore {
  /** What is known of listings; the newest observation is that of their offers, or what told the facts. */
  async knownFacts(tx: Tx, productIds: ReadonlySet<string>): Promise<Map<string, StoredFacts>> {
    if (productIds.size === 0) return new Map();
    const rows = await tx.query<StoredRow>(
      `select product_id, facts, facts_expire_at, greatest(facts_observed_at,
         (select max(observed_at) from offer where offer.product_id = product.product_id)) as newest_at
       from product where product_id = any ($1::uuid[])`,
      [plainArray([...productIds], (id) => id)],
    );
    return new Map(
      rows.map((row) => [
        row.product_id,
        { facts: row.facts, newestAt: row.newest_at.toISOString(), expireAt: row.facts_expire_at },
      ]),
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

  /** Until when the facts of these listings may be kept; null: without end. */
  async expireFacts(tx: Tx, expiries: ReadonlyMap<string, Date | null>): Promise<void> {
    if (expiries.size === 0) return;
    await tx.query(
      `update product set facts_expire_at = expiry.at
       from unnest($1::uuid[], $2::timestamptz[]) as expiry(product_id, at)
       where product.product_id = expiry.product_id`,
      [plainArray([...expiries.keys()], (id) => id), [...expiries.values()]],
    );
  }

  /**
   * Keeps the newest price of each offer: an older observation, or another of the same time, changes nothing. What
   * may be kept for a while only is renewed when it was fetched again, whatever its time.
   */
  async saveOffers(tx: Tx, offers: readonly NewestOffer[]): Promise<void> {
    if (offers.length === 0) return;
    const messages = [...new Set(offers.map(({ message }) => message))];
    const placeOf = new Map(messages.map((message, index) => [message, index + 1]));
    await tx.query(
      `insert into offer (offer_id, product_id, account_id, price_minor, list_price_minor, member_price_minor,
         shipping_minor, observed_at, currency, availability, condition, seller,
         origin, collected_at, fetch_id, adapter_version, attribution, expires_at)
       select offer_id, product_id, account_id, price_minor, list_price_minor, member_price_minor,
         shipping_minor, observed_at, currency, availability, condition, seller,
         origin, collected_at, fetch_id, adapter_version, attribution, expires_at
       from unnest($1::uuid[], $2::uuid[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[],
         $7::bigint[], $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::text[])
         as priced(offer_id, product_id, place, price_minor, list_price_minor, member_price_minor,
           shipping_minor, observed_at, currency, availability, condition, seller)
       join unnest($13::uuid[], $14::text[], $15::timestamptz[], $16::uuid[], $17::text[], $18::text[],
         $19::timestamptz[]) with ordinality
         as message(account_id, origin, collected_at, fetch_id, adapter_version, attribution, expires_at, place)
         using (place)
       on conflict (offer_id) do update set
         price_minor = excluded.price_minor, list_price_minor = excluded.list_price_minor,
         member_price_minor = excluded.member_price_minor, shipping_minor = excluded.shipping_minor,
         observed_at = excluded.observed_at, currency = excluded.currency, availability = excluded.availability,
         origin = excluded.origin, collected_at = excluded.collected_at, fetch_id = excluded.fetch_id,
         adapter_version = excluded.adapter_version, attribution = excluded.attribution,
         expires_at = excluded.expires_at
       where excluded.observed_at > offer.observed_at
         or (excluded.observed_at = offer.observed_at and excluded.expires_at is not null)`,
      [
        plainArray(offers, ({ offer }) => offer.offerId),
        plainArray(offers, ({ offer }) => offer.productId),
        plainArray(offers, ({ message }) => placeOf.get(message)),
        plainArray(offers, ({ offer }) => offer.priceMinor),
        plainArray(offers, ({ offer }) => offer.listPriceMinor),
        plainArray(offers, ({ memberPriceMinor }) => memberPriceMinor),
        plainArray(offers, ({ offer }) => offer.shippingMinor),
        plainArray(offers, ({ offer }) => offer.observedAt),
        plainArray(offers, ({ offer }) => offer.currency),
        plainArray(offers, ({ offer }) => offer.availability),
        plainArray(offers, ({ offer }) => offer.condition),
        offers.map(({ offer }) => offer.seller ?? null),
        plainArray(messages, ({ accountId }) => accountId),
        plainArray(messages, ({ data }) => (data.mode === 'backfill' ? 'imported' : data.origin)),
        plainArray(messages, ({ data }) => data.collectedAt),
        plainArray(messages, ({ data }) => data.fetchId),
        messages.map(({ data }) => data.adapterVersion ?? null),
        messages.map(({ data }) => data.policy?.attribution ?? null),
        messages.map(expiryOf),
      ],
    );
  }

  /** Answers how many there were. */
  async deleteExpiredOffers(tx: Tx, now: Date, limit: number): Promise<number> {
    const rows = await tx.query(
      `delete from offer where offer_id in (
         select offer_id from offer where expires_at <= $1 order by expires_at limit $2 for update skip locked
       ) returning 1`,
      [now, limit],
    );
    return rows.length;
  }

  /** The listing stays, with its code: that is what watches and links refer to. */
  async forgetExpiredFacts(tx: Tx, now: Date, limit: number): Promise<number> {
    const rows = await tx.query<{ product_id: string }>(
      `update product set facts = '{}', facts_expire_at = null where product_id in (
         select product_id from product where facts_expire_at <= $1
         order by facts_expire_at limit $2 for update skip locked
       ) returning product_id`,
      [now, limit],
    );
    await tx.query(`delete from identifier where product_id = any ($1::uuid[]) and kind <> 'asin'`, [
      plainArray(rows, (row) => row.product_id),
    ]);
    return rows.length;
  }
}

interface StoredRow {
  product_id: string;
  facts: ProductFacts;
  facts_expire_at: Date | null;
  newest_at: Date;
}
