import type { DataOf, ProductLinked } from '@souk/contracts';
import { plainArray, type Tx } from '@souk/service';

export interface LinkedListing {
  productId: string;
  linkedId: string;
  source: string;
  product: string;
}

/** Replaces the links of a listing, both ways, by what the latest snapshot says of it. */
export async function replaceLinks(
  tx: Tx,
  { productId, source, product, links }: DataOf<typeof ProductLinked>,
): Promise<void> {
  await tx.query('delete from link where product_id = $1 or linked_id = $1', [productId]);
  await tx.query(
    `insert into link (product_id, linked_id, source, product)
     select $1::uuid, linked_id, source, product
     from unnest($2::uuid[], $3::text[], $4::text[]) as other(linked_id, source, product)
     union all select linked_id, $1::uuid, $5, $6 from unnest($2::uuid[]) as other(linked_id)`,
    [
      productId,
      plainArray(links, (link) => link.productId),
      links.map((link) => link.source),
      links.map((link) => link.product),
      source,
      product,
    ],
  );
}

export const linksOf = (tx: Tx, productIds: readonly string[]): Promise<LinkedListing[]> =>
  tx.query<LinkedListing>(
    `select product_id as "productId", linked_id as "linkedId", source, product from link
     where product_id = any($1::uuid[]) order by source, product`,
    [plainArray(productIds, (id) => id)],
  );
