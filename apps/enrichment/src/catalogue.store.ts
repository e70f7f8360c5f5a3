import { Injectable } from '@nestjs/common';
import { type Offer, OPERATOR_ACCOUNT_ID, type Product, type ProductFacts } from '@souk/contracts';
import type { Tx } from '@souk/service';

/** Offers shown of a listing at most, the newest ones: a marketplace may have hundreds of sellers. */
const OFFERS_SHOWN = 20;

/** What a list of listings is narrowed to. */
export interface ListingFilter {
  source?: string | undefined;
  product?: string | undefined;
  /** Words of the title; the last one may be a beginning. */
  text?: string | undefined;
}

/** Place of a listing among those of its owner: the newest one comes first. */
export interface ListingPlace {
  at: string;
  id: string;
}

export interface Listing {
  product: Product;
  place: ListingPlace;
}

/** Reads listings with their offers, as far as the transaction's tenants may see them. */
@Injectable()
export class CatalogueStore {
  async byIds(tx: Tx, productIds: readonly string[]): Promise<Listing[]> {
    if (productIds.length === 0) return [];
    const rows = await tx.query<ProductRow>('select * from product where product_id = any ($1::uuid[])', [
      productIds,
    ]);
    const offers = await this.offersOf(
      tx,
      rows.map((row) => row.product_id),
    );
    const byId = new Map(
      rows.map((row) => [row.product_id, listingOf(row, offers.get(row.product_id) ?? [])]),
    );
    return productIds.flatMap((id) => byId.get(id) ?? []);
  }

  /** Listings of one owner after a place, newest first. */
  async page(
    tx: Tx,
    owner: string,
    filter: ListingFilter,
    after: ListingPlace | undefined,
    limit: number,
  ): Promise<Listing[]> {
    const ids =
      filter.text === undefined
        ? await this.idsWhere(tx, owner, filter, after, limit)
        : await this.idsWithWords(tx, owner, { ...filter, text: filter.text }, after, limit);
    return this.byIds(tx, ids);
  }

  /** Listings of one owner whose titles have some of these words, those that have most of them first. */
  async ranked(tx: Tx, owner: string, text: string, limit: number): Promise<Listing[]> {
    const rows = await tx.query<{ product_id: string }>('select rank_titles($1, $2, $3) as product_id', [
      owner,
      text,
      limit,
    ]);
    return this.byIds(
      tx,
      rows.map((row) => row.product_id),
    );
  }

  private async idsWhere(
    tx: Tx,
    owner: string,
    filter: ListingFilter,
    after: ListingPlace | undefined,
    limit: number,
  ): Promise<string[]> {
    const params: unknown[] = [owner, limit];
    const conditions = ['account_id = $1'];
    const add = (value: unknown): string => `$${params.push(value)}`;
    if (filter.source !== undefined) conditions.push(`source = ${add(filter.source)}`);
    if (filter.product !== undefined) conditions.push(`product = ${add(filter.product)}`);
    if (after) conditions.push(`(created_at, product_id) < (${add(after.at)}, ${add(after.id)})`);
    const rows = await tx.query<{ product_id: string }>(
      `select product_id from product where ${conditions.join(' and ')}
       order by created_at desc, product_id desc limit $2`,
      params,
    );
    return rows.map((row) => row.product_id);
  }

  private async idsWithWords(
    tx: Tx,
    owner: string,
    filter: ListingFilter & { text: string },
    after: ListingPlace | undefined,
    limit: number,
  ): Promise<string[]> {
    // A last word with a hyphen has several lexemes: each of them may be a beginning.
    const [whole, last] = splitLastWord(filter.text);
    const [parsed] = await tx.query<{ words: string }>(
      `select concat_ws(' & ', nullif(plainto_tsquery('simple', $1)::text, ''),
         (select string_agg('''' || replace(replace(lexeme, '\\', '\\\\'), '''', '''''') || ''':*', ' & ')
          from unnest(tsvector_to_array(to_tsvector('simple', $2))) as lexeme)) as words`,
      [whole, last],
    );
    if (!parsed?.words) return []; // punctuation only: no title has such a word
    const rows = await tx.query<{ product_id: string }>(
      'select search_titles($1, $2, $3, $4, $5, $6) as product_id',
      [owner, parsed.words, filter.source ?? null, after?.at ?? null, after?.id ?? null, limit],
    );
    return rows.map((row) => row.product_id);
  }

  private async offersOf(tx: Tx, productIds: readonly string[]): Promise<Map<string, Offer[]>> {
    const rows = await tx.query<OfferRow>(
      `select newest.* from unnest($1::uuid[]) as wanted(product_id)
       cross join lateral (
         select * from offer where offer.product_id = wanted.product_id
           and (expires_at is null or expires_at > now())
         order by observed_at desc, offer_id limit ${OFFERS_SHOWN}
       ) as newest
       order by newest.observed_at desc, newest.offer_id`,
      [productIds],
    );
    const offers = new Map<string, Offer[]>();
    for (const row of rows) {
      const list = offers.get(row.product_id);
      if (list) list.push(offerOf(row));
      else offers.set(row.product_id, [offerOf(row)]);
    }
    return offers;
  }
}

function splitLastWord(text: string): [whole: string, last: string] {
  const words = text.trim();
  const end = words.search(/\S+$/);
  return [words.slice(0, Math.max(0, end)), words.slice(Math.max(0, end))];
}

const listingOf = (row: ProductRow, offers: Offer[]): Listing => ({
  product: {
    id: row.product_id,
    source: row.source,
    product: row.product,
    shared: row.account_id === OPERATOR_ACCOUNT_ID,
    facts: row.facts,
    offers,
  },
  place: { at: row.created_at.toISOString(), id: row.product_id },
});

const offerOf = (row: OfferRow): Offer => ({
  offerId: row.offer_id,
  seller: row.seller,
  condition: row.condition,
  priceMinor: row.price_minor,
  currency: row.currency,
  listPriceMinor: row.list_price_minor,
  shippingMinor: row.shipping_minor,
  availability: row.availability,
  observedAt: row.observed_at.toISOString(),
  // What was stored before provenance was kept here has none; then the members are left out.
  ...(row.origin !== null && { origin: row.origin }),
  ...(row.collected_at !== null && { collectedAt: row.collected_at.toISOString() }),
  ...(row.fetch_id !== null && { fetchId: row.fetch_id }),
  ...(row.adapter_version !== null && { adapterVersion: row.adapter_version }),
  ...(row.attribution !== null && { attribution: row.attribution }),
  ...(row.expires_at !== null && { expiresAt: row.expires_at.toISOString() }),
});

interface ProductRow {
  product_id: string;
  account_id: string;
  source: string;
  product: string;
  facts: ProductFacts;
  created_at: Date;
}

interface OfferRow {
  offer_id: string;
  product_id: string;
  seller: string | null;
  condition: Offer['condition'];
  price_minor: number;
  currency: string;
  list_price_minor: number | null;
  shipping_minor: number | null;
  availability: Offer['availability'];
  observed_at: Date;
  origin: NonNullable<Offer['origin']> | null;
  collected_at: Date | null;
  fetch_id: string | null;
  adapter_version: string | null;
  attribution: string | null;
  expires_at: Date | null;
}
