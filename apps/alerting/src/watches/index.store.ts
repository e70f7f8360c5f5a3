import { Injectable } from '@nestjs/common';
import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { watchedListings } from './binding.ts';
import { indexRowsOf, type Rule } from './rule.ts';
import { scopeOf } from './scopes.ts';
import { namedBy, type StoredWatch } from './stored-watch.ts';
import { leadWord, wordHash, wordsOf } from './words.ts';

/** A watch with its rule, and the listings that its search found. */
export interface IndexedWatch {
  watch: StoredWatch;
  rule: Rule;
  found?: readonly string[];
}

/** The SQL of the index that prices are matched against, and of what is looked up by it. */
@Injectable()
export class IndexStore {
  /** Makes the index say what the watches say; a paused one is not in it. What was held back is forgotten. */
  async write(tx: Tx, watches: readonly IndexedWatch[]): Promise<void> {
    await this.remove(
      tx,
      watches.map(({ watch }) => watch.id),
    );
    const live = watches.filter(({ watch }) => !watch.paused);
    await this.insertRows(
      tx,
      live.flatMap(({ watch, rule, found }) => {
        const rows = indexRowsOf(rule);
        return subjectsOf(watch, found).flatMap((subject) => rows.map((row) => ({ subject, watch, ...row })));
      }),
    );
    await this.writeScopes(tx, live);
    await this.writeWords(tx, live);
    await this.wantCurrencies(
      tx,
      live.flatMap(({ rule }) => indexRowsOf(rule).flatMap(({ currency }) => currency ?? [])),
    );
  }

  async remove(tx: Tx, watchIds: readonly string[]): Promise<void> {
    await tx.query('delete from match_index where watch_id = any ($1)', [watchIds]);
    await tx.query('delete from watch_words where watch_id = any ($1)', [watchIds]);
    await tx.query('delete from disarmed_offer where watch_id = any ($1)', [watchIds]);
  }

  /** Listings that watches stand under, by watch. */
  async listingsOf(tx: Tx, watchIds: readonly string[]): Promise<Map<string, string[]>> {
    if (watchIds.length === 0) return new Map();
    const rows = await tx.query<{ watchId: string; listings: string[] }>(
      `select watch_id as "watchId", array_agg(distinct product_id::text) as listings from match_index
       where watch_id = any ($1) group by watch_id`,
      [watchIds],
    );
    return new Map(rows.map(({ watchId, listings }) => [watchId, listings]));
  }

  /** Watches by words that a title has all words of. */
  async withWords(
    tx: Tx,
    titles: readonly { productId: string; accountId: string; source: string; words: readonly string[] }[],
  ): Promise<{ watchId: string; accountId: string; productId: string }[]> {
    return tx.query(
      `select w.watch_id as "watchId", w.account_id as "accountId", n."productId"
       from jsonb_to_recordset($1::jsonb) as n("productId" uuid, "accountId" uuid, source text, words bigint[])
       join watch_words w on w.lead = any (n.words) and w.words <@ n.words
       where (w.source is null or w.source = n.source)
         and (w.account_id = n."accountId" or n."accountId" = '${OPERATOR_ACCOUNT_ID}')`,
      [JSON.stringify(titles)],
    );
  }

  /** Adds listings that watches by words were found to mean. */
  async addListings(
    tx: Tx,
    bound: readonly { watch: StoredWatch; rule: Rule; productId: string }[],
  ): Promise<void> {
    await this.insertRows(
      tx,
      bound.flatMap(({ watch, rule, productId }) =>
        indexRowsOf(rule).map((row) => ({ subject: productId, watch, ...row })),
      ),
    );
  }

  async insertRows(
    tx: Tx,
    rows: readonly {
      subject: string;
      kind: number;
      threshold: number;
      currency: string | null;
      watch: Pick<StoredWatch, 'id' | 'accountId'>;
    }[],
  ): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(
      `insert into match_index (product_id, kind, threshold, watch_id, account_id, currency)
       select * from unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::uuid[], $5::uuid[], $6::text[])
       on conflict do nothing`,
      [
        rows.map((row) => row.subject),
        rows.map((row) => row.kind),
        rows.map((row) => row.threshold),
        rows.map((row) => row.watch.id),
        rows.map((row) => row.watch.accountId),
        rows.map((row) => row.currency),
      ],
    );
    await tx.query(
      `insert into row_kind select distinct kind from unnest($1::smallint[]) as kind
       where kind not in (select kind from row_kind) on conflict do nothing`,
      [[...new Set(rows.map((row) => row.kind))]],
    );
  }

  /** Takes listings that a watch is not bound to any more out of the index. */
  async unindex(tx: Tx, rows: readonly { watchId: string; productId: string }[]): Promise<void> {
    await tx.query(
      `delete from match_index i using unnest($1::uuid[], $2::uuid[]) as n(watch_id, product_id)
       where i.watch_id = n.watch_id and i.product_id = n.product_id`,
      [rows.map((row) => row.watchId), rows.map((row) => row.productId)],
    );
  }

  /** Who is interested in one of these listings. */
  async interestedIn(
    tx: Tx,
    productIds: readonly string[],
  ): Promise<{ watchId: string; accountId: string }[]> {
    return tx.query(
      `select distinct watch_id as "watchId", account_id as "accountId" from match_index
       where product_id = any ($1)`,
      [productIds],
    );
  }

  /** Of the watches under each of these scopes some, so that what appears in it is followed by somebody. */
  async someInScopes(
    tx: Tx,
    scopes: readonly string[],
    ofEach: number,
  ): Promise<{ scope: string; watchId: string; accountId: string }[]> {
    return tx.query(
      `select distinct s.key as scope, i.watch_id as "watchId", i.account_id as "accountId"
       from watch_scope s cross join lateral (
         select watch_id, account_id from match_index where product_id = s.key limit $2
       ) as i where s.key = any ($1::uuid[])`,
      [scopes, ofEach],
    );
  }

  private async writeScopes(tx: Tx, watches: readonly IndexedWatch[]): Promise<void> {
    const scopes = watches.flatMap(({ watch }) => (watch.target && scopeOf(watch.target)) ?? []);
    if (scopes.length === 0) return;
    await tx.query(
      'insert into watch_scope select distinct key from unnest($1::uuid[]) as key on conflict do nothing',
      [scopes],
    );
  }

  private async writeWords(tx: Tx, watches: readonly IndexedWatch[]): Promise<void> {
    const rows = watches.flatMap(({ watch: { id, accountId, target } }) => {
      if (target?.kind !== 'query') return [];
      const words = wordsOf(target.text);
      const lead = wordHash(leadWord(words));
      return { id, accountId, lead, words: words.map(wordHash), source: target.source };
    });
    if (rows.length === 0) return;
    await tx.query(
      `insert into watch_words (watch_id, account_id, lead, words, source)
       select id, "accountId", lead, words, source
       from jsonb_to_recordset($1::jsonb) as n(id uuid, "accountId" uuid, lead bigint, words bigint[], source text)`,
      [JSON.stringify(rows)],
    );
  }

  private async wantCurrencies(tx: Tx, currencies: readonly string[]): Promise<void> {
    if (currencies.length === 0) return;
    await tx.query(
      `insert into exchange_rate (currency, is_wanted)
       select currency, true from unnest($1::text[]) as currency order by currency
       on conflict (currency) do update set is_wanted = true where not exchange_rate.is_wanted`,
      [[...new Set(currencies)]],
    );
  }
}

/** What a watch stands under in the index: listings, or a scope. */
export function subjectsOf(watch: StoredWatch, found: readonly string[] = []): readonly string[] {
  const named = namedBy(watch);
  if (named) return watchedListings(named);
  const scope = watch.target && scopeOf(watch.target);
  return scope === null ? found : [scope];
}
