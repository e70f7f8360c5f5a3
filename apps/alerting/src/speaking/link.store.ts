import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';

/** The links of one listing, all of them. */
export interface Links {
  productId: string;
  linkedIds: string[];
  linkedAt: Date;
}

/** The SQL of which listings are the same item: a copy of enrichment's news. */
@Injectable()
export class LinkStore {
  /** Keeps the newest news of each listing; one without links is remembered as such. */
  async save(tx: Tx, links: readonly Links[]): Promise<void> {
    await tx.query(
      `insert into product_link (product_id, linked_ids, linked_at)
       select "productId", "linkedIds", "linkedAt"
       from jsonb_to_recordset($1::jsonb) as n("productId" uuid, "linkedIds" uuid[], "linkedAt" timestamptz)
       on conflict (product_id) do update set linked_ids = excluded.linked_ids, linked_at = excluded.linked_at
       where product_link.linked_at <= excluded.linked_at`,
      [JSON.stringify(links)],
    );
  }
}
