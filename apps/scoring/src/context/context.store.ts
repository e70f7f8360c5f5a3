import { Injectable } from '@nestjs/common';
import type { DataOf, ProductLinked } from '@souk/contracts';
import { plainArray, type Tx } from '@souk/service';
import { type ListingContext, NOTHING_KNOWN } from '../deal-context.ts';

export type LinkedListing = DataOf<typeof ProductLinked> & { accountId: string };

/** What a score takes from beyond the offer's own history: reviews, and prices of the same item at other sources. */
@Injectable()
export class ContextStore {
  /** Keeps the newest links of each listing; each listing at most once. */
  async saveLinks(tx: Tx, listings: readonly LinkedListing[]): Promise<void> {
    if (listings.length === 0) return;
    await tx.query(
      `insert into listing_links (product_id, account_id, linked_at, linked_ids)
       select product_id, account_id, linked_at, array(select jsonb_array_elements_text(linked)::uuid)
       from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::jsonb[])
         as news(product_id, account_id, linked_at, linked)
       on conflict (product_id) do update set linked_at = excluded.linked_at, linked_ids = excluded.linked_ids
       where listing_links.linked_at <= excluded.linked_at`,
      [
        plainArray(listings, ({ productId }) => productId),
        plainArray(listings, ({ accountId }) => accountId),
        plainArray(listings, ({ linkedAt }) => linkedAt),
        listings.map(({ links }) => JSON.stringify(links.map(({ productId }) => productId))),
      ],
    );
  }

  /** Of these listings; one statement. A listing without reviews and links has nothing known. */
  async of(tx: Tx, productIds: readonly string[]): Promise<(productId: string) => ListingContext> {
    const rows = await tx.query<ContextRow & { product_id: string }>(
      `select wanted.product_id, ${CONTEXT_COLUMNS}
       from unnest((select $1::uuid[])) as wanted(product_id) ${contextJoins('wanted.product_id')}
       where facts.rating is not null or links.linked_ids is not null`,
      [plainArray(productIds, (id) => id)],
    );
    const contexts = new Map(rows.map((row) => [row.product_id, contextOf(row)]));
    return (productId) => contexts.get(productId) ?? NOTHING_KNOWN;
  }
}

/** What `contextOf` reads, of the tables that `contextJoins` joins. */
export const CONTEXT_COLUMNS = 'facts.rating::float8 as rating, facts.review_count, market.offers';

/**
 * Joins to each row what is known of a listing. Each is looked up by itself: the plan is kept while tables grow, and must
 * not read one of them from end to end because it once was small.
 */
export const contextJoins = (productId: string): string => `
  left join lateral (
    select rating, review_count from product_facts where product_id = ${productId} and review_count > 0 limit 1
  ) as facts on true
  left join lateral (
    select linked_ids from listing_links where product_id = ${productId} and linked_ids <> '{}' limit 1
  ) as links on true
  left join lateral (
    select json_agg(json_build_object('source', source, 'condition', condition, 'currency', last_currency,
      'priceMinor', last_price_minor, 'observedAt', last_observed_at)) as offers
    from unnest(links.linked_ids) as linked(product_id)
    cross join lateral (
      select * from offer where offer.product_id = linked.product_id and last_availability <> 4
        -- two listings of one shop know no more than one
        and source is distinct from (select own.source from offer own where own.product_id = ${productId} limit 1)
      offset 0
    ) as other
  ) as market on true`;

export const contextOf = ({ rating, review_count, offers }: ContextRow): ListingContext => ({
  reviews: rating !== null && review_count !== null ? { rating, count: review_count } : undefined,
  others: (offers ?? []).map(({ observedAt, ...offer }) => ({ ...offer, atMs: Date.parse(observedAt) })),
});

export interface ContextRow {
  rating: number | null;
  review_count: number | null;
  offers:
    | { source: string; condition: string | null; currency: string; priceMinor: number; observedAt: string }[]
    | null;
}
