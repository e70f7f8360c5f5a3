import { Injectable } from '@nestjs/common';
import { plainArray, type Tx } from '@souk/service';
import { type KnownFacts, nameKey } from './product-facts.ts';

/** The SQL of what listings are. Readers see their own listings and the shared ones. */
@Injectable()
export class ProductFactsStore {
  /** Keeps the newest news of each listing; each listing at most once in `facts`. */
  async save(tx: Tx, facts: readonly KnownFacts[]): Promise<void> {
    if (facts.length === 0) return;
    await tx.query(
      `insert into product_facts (product_id, account_id, changed_at, review_count, rating, source, product, title,
         brand, brand_key, category, category_keys)
       select product_id, account_id, changed_at, review_count, rating, source, product, title, brand, brand_key,
         array(select jsonb_array_elements_text(category)), array(select jsonb_array_elements_text(category_keys))
       from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::bigint[], $5::real[], $6::text[], $7::text[],
         $8::text[], $9::text[], $10::text[], $11::jsonb[], $12::jsonb[])
         as news(product_id, account_id, changed_at, review_count, rating, source, product, title, brand, brand_key,
           category, category_keys)
       on conflict (product_id) do update set changed_at = excluded.changed_at, review_count = excluded.review_count,
         rating = excluded.rating, title = excluded.title, brand = excluded.brand, brand_key = excluded.brand_key,
         category = excluded.category, category_keys = excluded.category_keys
       where product_facts.changed_at <= excluded.changed_at`,
      [
        plainArray(facts, ({ productId }) => productId),
        plainArray(facts, ({ accountId }) => accountId),
        plainArray(facts, ({ changedAt }) => changedAt.toISOString()),
        plainArray(facts, ({ reviewCount }) => reviewCount),
        plainArray(facts, ({ rating }) => rating),
        facts.map(({ source }) => source),
        facts.map(({ product }) => product),
        facts.map(({ title }) => title),
        facts.map(({ brand }) => brand),
        facts.map(({ brand }) => (brand === null ? null : nameKey(brand))),
        facts.map(({ category }) => JSON.stringify(category)),
        facts.map(({ category }) => JSON.stringify([...new Set(category.map(nameKey))])),
      ],
    );
  }

  /** Of these listings those that something is known of. */
  async of(tx: Tx, productIds: readonly string[]): Promise<KnownFacts[]> {
    return tx.query<KnownFacts>(
      `select product_id as "productId", account_id as "accountId", source, product, title, brand, category,
         rating::float8 as rating, review_count as "reviewCount", changed_at as "changedAt"
       from product_facts where product_id = any ($1::uuid[])`,
      [productIds],
    );
  }
}
