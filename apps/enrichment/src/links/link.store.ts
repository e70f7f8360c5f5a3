import { Injectable } from '@nestjs/common';
import { type LinkedBy, MAX_LINKS, OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { plainArray, type Tx } from '@souk/service';

export interface ListingIdentifiers {
  productId: string;
  accountId: string;
  identifiers: readonly LinkedBy[];
}

/** Another listing of the same item, and what says so. */
export interface LinkedListing {
  productId: string;
  linkedId: string;
  source: string;
  product: string;
  by: LinkedBy;
}

/** Identifiers of listings; each method is one statement or two, whatever the number of rows. */
@Injectable()
export class LinkStore {
  async identifiersOf(tx: Tx, productIds: readonly string[]): Promise<Map<string, LinkedBy[]>> {
    if (productIds.length === 0) return new Map();
    const rows = await tx.query<LinkedBy & { product_id: string }>(
      'select product_id, kind, value from identifier where product_id = any ($1::uuid[])',
      [plainArray(productIds, (id) => id)],
    );
    const byProduct = Map.groupBy(rows, (row) => row.product_id);
    return new Map(
      [...byProduct].map(([id, found]) => [id, found.map(({ kind, value }) => ({ kind, value }))]),
    );
  }

  async replace(tx: Tx, listings: readonly ListingIdentifiers[]): Promise<void> {
    await tx.query('delete from identifier where product_id = any ($1::uuid[])', [
      plainArray(listings, ({ productId }) => productId),
    ]);
    const rows = listings.flatMap(({ identifiers, ...listing }) =>
      identifiers.map((identifier) => ({ ...listing, ...identifier })),
    );
    await tx.query(
      `insert into identifier (product_id, account_id, kind, value)
       select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])`,
      [
        plainArray(rows, ({ productId }) => productId),
        plainArray(rows, ({ accountId }) => accountId),
        rows.map(({ kind }) => kind),
        rows.map(({ value }) => value),
      ],
    );
  }

  /**
   * Listings that share an identifier with these: of the same account, and the operator's. A batch holds several
   * tenants, whose listings never meet: the account is compared, beside what the policies let through.
   */
  async linked(tx: Tx, productIds: readonly string[], accountId?: string): Promise<LinkedListing[]> {
    if (productIds.length === 0) return [];
    const rows = await tx.query<LinkRow>(
      `select wanted.product_id, linked.* from unnest($1::uuid[]) as wanted(product_id)
       cross join lateral (
         select distinct on (other.product_id) other.product_id as linked_id, product.source, product.product,
           other.kind, other.value
         from identifier mine
         join identifier other using (kind, value)
         join product on product.product_id = other.product_id
         where mine.product_id = wanted.product_id and other.product_id <> mine.product_id
           and other.account_id in (coalesce($2::uuid, mine.account_id), '${OPERATOR_ACCOUNT_ID}')
         -- What says most comes first: a number of the whole world, of one shop, of a maker.
         order by other.product_id, array_position(array['gtin', 'asin', 'mpn'], other.kind)
         limit ${MAX_LINKS}
       ) as linked`,
      [plainArray(productIds, (id) => id), accountId ?? null],
    );
    return rows.map((row) => ({
      productId: row.product_id,
      linkedId: row.linked_id,
      source: row.source,
      product: row.product,
      by: { kind: row.kind, value: row.value },
    }));
  }
}

interface LinkRow extends LinkedBy {
  product_id: string;
  linked_id: string;
  source: string;
  product: string;
}
