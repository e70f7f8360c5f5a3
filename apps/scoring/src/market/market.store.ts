import { Injectable } from '@nestjs/common';
import { plainArray, type Tx } from '@souk/service';
import { nameKey } from './product-facts.ts';
import { BLOCK_WEEKS, blockOf, NO_CLOSE, WEEK_BYTES } from './week-block.ts';

/** Which listings a report is of. */
export interface MarketFilter {
  category?: string | undefined;
  brand?: string | undefined;
  source?: string | undefined;
}

export interface BlockPlace {
  offerId: string;
  block: number;
}

export interface MarketBlock extends BlockPlace {
  weeks: Buffer;
}

export interface NamedOffer {
  productId: string;
  offerId: string;
  source: string;
  product: string;
  title: string | null;
}

export interface NamedEvent extends NamedOffer {
  at: Date;
  priceMinor: number;
  referenceMinor: number;
  percent: number;
}

// Without a category or brand listings count of which nothing is known but their prices.
const FROM_MARKET = `
  join offer o using (offer_id)
  left join product_facts f on f.product_id = o.product_id
  where ($1::text is null or f.category_keys @> array[$1])
    and ($2::text is null or f.brand_key = $2)
    and ($3::text is null or o.source = $3)`;

const keysOf = ({ category, brand, source }: MarketFilter): (string | null)[] => [
  category === undefined ? null : nameKey(category),
  brand === undefined ? null : nameKey(brand),
  source ?? null,
];

/** Reads what reports are made from, as far as the transaction's tenants may see it. */
@Injectable()
export class MarketStore {
  /** How many offers of the market have prices in each currency within these weeks, most first. */
  currencies(
    tx: Tx,
    filter: MarketFilter,
    [first, last]: readonly [number, number],
  ): Promise<{ currency: string; offers: number }[]> {
    return tx.query(
      // Of a block that lies in the span in part only, the weeks that do.
      `select currency, count(distinct offer_id) as offers from market_weeks ${FROM_MARKET}
         and block between $4 and $5
         and ((block > $4 and block < $5) or exists (
           select from generate_series(greatest(0, $6::int - block * ${BLOCK_WEEKS}),
             least(${BLOCK_WEEKS - 1}, $7::int - block * ${BLOCK_WEEKS})) as place
           where substring(weeks from place * ${WEEK_BYTES} + 1 for 8) <> $8))
       group by currency order by 2 desc, 1 limit 20`,
      [...keysOf(filter), blockOf(first), blockOf(last), first, last, NO_CLOSE],
    );
  }

  /** Blocks of the market's offers after a place, offer by offer. */
  blocks(
    tx: Tx,
    filter: MarketFilter,
    currency: string,
    [first, last]: readonly [number, number],
    after: BlockPlace,
    limit: number,
  ): Promise<MarketBlock[]> {
    return tx.query<MarketBlock>(
      `select offer_id as "offerId", block, weeks from market_weeks ${FROM_MARKET}
         and currency = $4 and block between $5 and $6 and (offer_id, block) > ($7::uuid, $8::int)
       order by offer_id, block limit $9`,
      [...keysOf(filter), currency, first, last, after.offerId, after.block, limit],
    );
  }

  /** Reductions or lows of a span: the largest, and how many there are. */
  async events(
    tx: Tx,
    filter: MarketFilter,
    currency: string,
    isLow: boolean,
    [from, to]: readonly [Date, Date],
    limit: number,
  ): Promise<{ count: number; items: NamedEvent[] }> {
    const rows = await tx.query<NamedEvent & { count: number }>(
      `select o.product_id as "productId", offer_id as "offerId", o.source, o.product, f.title, at,
         price_minor as "priceMinor", reference_minor as "referenceMinor", percent::float8, count(*) over () as count
       from market_event ${FROM_MARKET}
         and currency = $4 and is_low = $5 and at >= $6 and at < $7
       order by percent desc, at desc, offer_id limit $8`,
      [...keysOf(filter), currency, isLow, from.toISOString(), to.toISOString(), limit],
    );
    return { count: rows[0]?.count ?? 0, items: rows.map(({ count: _count, ...event }) => event) };
  }

  /** What these offers are. */
  names(tx: Tx, offerIds: readonly string[]): Promise<NamedOffer[]> {
    return tx.query<NamedOffer>(
      `select o.product_id as "productId", o.offer_id as "offerId", o.source, o.product, f.title
       from offer o left join product_facts f on f.product_id = o.product_id where o.offer_id = any ($1::uuid[])`,
      [plainArray(offerIds, (offerId) => offerId)],
    );
  }
}
