import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { Tx } from '@souk/service';

/** What is known of a listing here. */
export interface KnownProduct {
  productId: string;
  accountId: string;
  source: string;
  product: string;
  title: string | null;
  url: string | null;
  image: string | null;
  changedAt: Date;
}

/** First key of the advisory locks on listings. */
const LISTING_LOCKS = 4_101;
const LISTING_LOCK_COUNT = 64;

/** The SQL of the copy of enrichment's listings. */
@Injectable()
export class ProductStore {
  /** Keeps the newest news of each listing; answers those that were not known before. */
  async save(tx: Tx, products: readonly KnownProduct[]): Promise<string[]> {
    const rows = await tx.query<{ productId: string; isNew: boolean }>(
      `insert into product (product_id, account_id, source, product, title, url, image, changed_at)
       select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
       on conflict (product_id) do update set title = excluded.title, url = excluded.url, image = excluded.image,
         changed_at = excluded.changed_at
       where product.changed_at <= excluded.changed_at
       returning product_id as "productId", xmax = 0 as "isNew"`,
      [
        products.map((product) => product.productId),
        products.map((product) => product.accountId),
        products.map((product) => product.source),
        products.map((product) => product.product),
        products.map((product) => product.title),
        products.map((product) => product.url),
        products.map((product) => product.image),
        products.map((product) => product.changedAt),
      ],
    );
    return rows.filter((row) => row.isNew).map((row) => row.productId);
  }

  async get(tx: Tx, productIds: readonly string[]): Promise<KnownProduct[]> {
    return tx.query<KnownProduct>(
      `select product_id as "productId", account_id as "accountId", source, product, title, url, image,
         changed_at as "changedAt" from product where product_id = any ($1)`,
      [productIds],
    );
  }

  /**
   * News of listings and the making of watches on them exclude each other until commit: otherwise each could
   * miss the other's row. News (`shared`) of different listings go on side by side.
   */
  async lockListings(
    tx: Tx,
    listings: readonly { source: string; product: string }[],
    how: 'shared' | 'exclusive',
  ): Promise<void> {
    const keys = new Set(
      listings.map(
        ({ source, product }) =>
          createHash('sha256').update(`${source}\n${product}`).digest()[0]! % LISTING_LOCK_COUNT,
      ),
    );
    const lock = how === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
    await tx.query(`select ${lock}($1, key) from unnest($2::int[]) as key`, [
      LISTING_LOCKS,
      // In one order everywhere, so that nobody waits for each other.
      [...keys].toSorted((a, b) => a - b),
    ]);
  }
}
