import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';
import { conditionOf, CURRENT_OFFER_FIRST, type CurrentOffer } from '../deals.store.ts';
import { type KnownFacts, nameKey } from '../market/product-facts.ts';
import type { Candidate } from './alternatives.ts';

/** Listings looked at; of a larger category some. */
const CANDIDATES = 500;
/** A price that is so much older than the one it would replace may be had no more. */
const DAYS_OLDER = 30;

@Injectable()
export class AlternativesStore {
  /**
   * Listings of the narrowest category, or else of the brand, that can be bought in the currency and the same condition.
   * @param observedAt when the price was observed that they would be bought instead of
   */
  async candidates(
    tx: Tx,
    facts: KnownFacts,
    { currency, condition, observedAt }: Pick<CurrentOffer, 'currency' | 'condition' | 'observedAt'>,
  ): Promise<Candidate[]> {
    const category = facts.category.at(-1);
    const by = category === undefined ? 'brand' : 'category';
    const key = category ?? facts.brand;
    if (key === null) return [];
    const rows = await tx.query<Omit<Candidate, 'by'>>(
      `select distinct on (similar_product.product_id) similar_product.product_id as "productId", similar_product.source,
         similar_product.product, similar_product.title, offer.last_price_minor as "priceMinor",
         offer.last_score as score
       from (
         select product_id, source, product, title from product_facts
         where ${by === 'category' ? 'category_keys @> array[$1::text]' : 'brand_key = $1'} and product_id <> $2
         limit ${CANDIDATES}
       ) as similar_product
       join offer on offer.product_id = similar_product.product_id
       where offer.last_currency = $3 and offer.last_availability <> 4
         and ${conditionOf('offer')} = coalesce($5::text, 'new')
         and offer.last_observed_at >= $4::timestamptz - interval '${DAYS_OLDER} days'
       order by similar_product.product_id, ${CURRENT_OFFER_FIRST}`,
      [nameKey(key), facts.productId, currency, observedAt, condition],
    );
    return rows.map((row) => ({ ...row, by }));
  }
}
