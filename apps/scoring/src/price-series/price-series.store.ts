import { Injectable } from '@nestjs/common';
import type { Offer } from '@souk/contracts';
import { plainArray, type Tx } from '@souk/service';
import { CURRENT_OFFER_FIRST } from '../deals.store.ts';

export interface WantedOffer {
  productId: string;
  /** The one that the listing is judged by unless given. */
  offerId?: string | undefined;
}

export interface ShownOffer {
  offerId: string;
  currency: string;
  seller: string | null;
  condition: Offer['condition'];
}

const PROVENANCES_AT_ONCE = 20_000;

@Injectable()
export class PriceSeriesStore {
  /** With the currency of its last observation; undefined when the tenants have no such offer. */
  async offer(tx: Tx, { productId, offerId }: WantedOffer): Promise<ShownOffer | undefined> {
    const [offer] = await tx.query<ShownOffer>(
      `select offer_id as "offerId", last_currency as currency, seller, condition from offer
       where product_id = $1 and ($2::uuid is null or offer_id = $2)
       order by ${CURRENT_OFFER_FIRST} limit 1`,
      [productId, offerId ?? null],
    );
    return offer;
  }

  /** Those of these rows that a backfill brought. */
  async imported(tx: Tx, provenances: ReadonlySet<number>): Promise<Set<number>> {
    const wanted = [...provenances];
    const found = new Set<number>();
    for (let from = 0; from < wanted.length; from += PROVENANCES_AT_ONCE) {
      const rows = await tx.query<{ provenance: number }>(
        `select provenance from provenance where provenance = any ($1::bigint[]) and origin = 'imported'`,
        [plainArray(wanted.slice(from, from + PROVENANCES_AT_ONCE), (one) => one)],
      );
      for (const { provenance } of rows) found.add(provenance);
    }
    return found;
  }
}
