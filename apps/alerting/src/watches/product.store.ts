import { Injectable } from '@nestjs/common';
import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
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
  /** Scopes that it is in, but for its source's. */
  scopes: string[];
  /** Its values of what the variations of its product differ in. */
  variant: Record<string, string> | null;
  changedAt: Date;
}

/** First key of the advisory locks on listings. */
const LISTING_LOCKS = 4_101;
const LISTING_LOCK_COUNT = 64;

const COLUMNS = `product_id as "productId", account_id as "accountId", source, product, title, url, image, scopes,
  variant, changed_at as "changedAt"`;

/** The SQL of the copy of enrichment's listings. */
@Injectable()
export class ProductStore {
  /** Keeps the newest news of each listing; answers those that are new or have another title. */
  async save(tx: Tx, products: readonly KnownProduct[]): Promise<{ productId: string; isNew: boolean }[]> {
    const rows = await tx.query<{ productId: string; isNew: boolean }>(
      `with given as (
         select * from jsonb_to_recordset($1::jsonb) as n("productId" uuid, "accountId" uuid, source text, product text,
           title text, url text, image text, scopes uuid[], variant jsonb, "changedAt" timestamptz)
       ), before as (
         select known.product_id, known.title from given join product known on known.product_id = given."productId"
       ), saved as (
         insert into product (product_id, account_id, source, product, title, url, image, scopes, variant, changed_at)
         select "productId", "accountId", source, product, title, url, image, scopes, nullif(variant, 'null'), "changedAt"
         from given
         on conflict (product_id) do update set title = excluded.title, url = excluded.url, image = excluded.image,
           scopes = excluded.scopes, variant = excluded.variant, changed_at = excluded.changed_at
         where product.changed_at <= excluded.changed_at
         returning product_id, title, xmax = 0 as is_new
       )
       select saved.product_id as "productId", saved.is_new as "isNew" from saved
       left join before on before.product_id = saved.product_id
       where saved.is_new or saved.title is distinct from before.title`,
      [JSON.stringify(products)],
    );
    return rows;
  }

  async get(tx: Tx, productIds: readonly string[]): Promise<KnownProduct[]> {
    return tx.query<KnownProduct>(`select ${COLUMNS} from product where product_id = any ($1)`, [productIds]);
  }

  /** Listings in a scope, newest first. */
  async inScope(tx: Tx, scope: string, limit: number): Promise<KnownProduct[]> {
    return tx.query<KnownProduct>(
      `select ${COLUMNS} from product where scopes @> array[$1::uuid] order by changed_at desc limit $2`,
      [scope, limit],
    );
  }

  /** Listings that Souk fetches itself, of a source or in a scope, newest first. */
  async fetched(
    tx: Tx,
    where: { source: string } | { scope: string },
    limit: number,
  ): Promise<KnownProduct[]> {
    const isIn = 'source' in where ? 'source = $1' : 'scopes @> array[$1::uuid]';
    return tx.query<KnownProduct>(
      `select ${COLUMNS} from product where ${isIn} and account_id = '${OPERATOR_ACCOUNT_ID}'
       order by changed_at desc limit $2`,
      ['source' in where ? where.source : where.scope, limit],
    );
  }

  /** Listings with one of these addresses. */
  async withUrl(tx: Tx, urls: readonly string[]): Promise<KnownProduct[]> {
    return tx.query<KnownProduct>(`select ${COLUMNS} from product where url = any ($1) limit 10000`, [urls]);
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
