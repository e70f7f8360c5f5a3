import { Injectable } from '@nestjs/common';
import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { plainArray, type Tx } from '@souk/service';
import { decodeChunk } from '../chunks/chunk-codec.ts';
import type { PointColumns } from '../chunks/point-columns.ts';
import type { ChunkKey } from '../history-closing.store.ts';

/** For how many days a source lets its history be kept. */
export interface Lifetime {
  source: string;
  days: number;
}

/** What a message tells of its source. */
export interface ToldLifetime {
  source: string;
  /** Null: for good. */
  days: number | null;
  /** When it was collected. */
  toldAt: string;
}

/** Histories that may be kept for some days, and what is older; the operator's, as all that has a policy. */
@Injectable()
export class AgedHistoryStore {
  /**
   * One of each source. What was told later stays: a message may come again long after. That there is no lifetime is kept
   * only where there was one. Another lifetime than before makes a source due at once.
   */
  async saveLifetimes(tx: Tx, told: readonly ToldLifetime[]): Promise<void> {
    await tx.query(
      `insert into history_lifetime as kept (account_id, source, days, told_at)
       select $1, source, days, told_at
       from unnest($2::text[], $3::int[], $4::timestamptz[]) as told(source, days, told_at)
       where days is not null
         or exists (select from history_lifetime h where h.account_id = $1 and h.source = told.source)
       order by source
       on conflict (account_id, source) do update set days = excluded.days, told_at = excluded.told_at,
         looked_through_at = case when kept.days is not distinct from excluded.days then kept.looked_through_at end
       where kept.told_at <= excluded.told_at`,
      [
        OPERATOR_ACCOUNT_ID,
        told.map(({ source }) => source),
        plainArray(told, ({ days }) => days),
        plainArray(told, ({ toldAt }) => toldAt),
      ],
    );
  }

  /** Those whose offers were not looked through since. */
  async due(tx: Tx, since: Date): Promise<Lifetime[]> {
    return tx.query<Lifetime>(
      `select source, days from history_lifetime
       where account_id = $1 and days is not null and coalesce(looked_through_at <= $2, true)
       order by source`,
      [OPERATOR_ACCOUNT_ID, since],
    );
  }

  /** A lifetime that was changed meanwhile stays due. */
  async noteLookedThrough(tx: Tx, { source, days }: Lifetime, now: Date): Promise<void> {
    await tx.query(
      `update history_lifetime set looked_through_at = $4
       where account_id = $1 and source = $2 and days = $3`,
      [OPERATOR_ACCOUNT_ID, source, days, now],
    );
  }

  /** Of the next offers of a source after an id those with something older to go, and the last one looked at. */
  async offers(
    tx: Tx,
    source: string,
    olderThan: Date,
    after: string,
    lookedAt: number,
  ): Promise<{ offerId: string; isAged: boolean }[]> {
    return tx.query(
      // The account stands in the text, as in the condition of the index.
      `with slice as materialized (
         select offer_id, last_observed_at from offer
         where account_id = '${OPERATOR_ACCOUNT_ID}' and source = $1 and offer_id > $3 order by offer_id limit $4
       ), looked as materialized (
         select offer_id, exists (
             select from price_point p
             where p.offer_id = slice.offer_id and p.observed_at < least($2::timestamptz, last_observed_at)
           ) or exists (select from price_chunk c where c.offer_id = slice.offer_id and c.first_at < $2) as is_aged
         from slice
       )
       select offer_id as "offerId", is_aged as "isAged" from looked
       where is_aged or offer_id = (select last.offer_id from looked as last order by last.offer_id desc limit 1)
       order by offer_id`,
      [source, olderThan, after, lookedAt],
    );
  }

  /** Those that nobody else works on, until the end of the transaction. */
  async lock(tx: Tx, offerIds: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ offer_id: string }>(
      'select offer_id from offer where offer_id = any ($1::uuid[]) order by offer_id for update skip locked',
      [plainArray(offerIds, (offerId) => offerId)],
    );
    return rows.map((row) => row.offer_id);
  }

  /** Chunks of these offers with points on both sides of an instant. */
  async straddling(
    tx: Tx,
    offerIds: readonly string[],
    instant: Date,
  ): Promise<(ChunkKey & { points: PointColumns })[]> {
    const rows = await tx.query<ChunkKey & { timeline: Uint8Array; detail: Uint8Array }>(
      `select offer_id as "offerId", currency, (date_part('epoch', first_at) * 1000)::bigint as "firstMs", timeline, detail
       from price_chunk where offer_id = any ($1::uuid[]) and first_at < $2 and last_at >= $2`,
      [plainArray(offerIds, (offerId) => offerId), instant],
    );
    return rows.map(({ timeline, detail, ...key }) => ({
      ...key,
      points: decodeChunk({ timeline, detail }),
    }));
  }

  /** All rows and whole chunks of these offers that are older, but for the newest price of each. */
  async forget(tx: Tx, source: string, olderThan: Date, offerIds: readonly string[]): Promise<void> {
    await tx.query('select forget_aged_history($1, $2, $3, $4::uuid[])', [
      OPERATOR_ACCOUNT_ID,
      source,
      olderThan,
      plainArray(offerIds, (offerId) => offerId),
    ]);
  }

  /** Readings that wait, or were contradicted, and are as old. */
  async forgetHeld(tx: Tx, source: string, olderThan: Date): Promise<void> {
    await tx.query(
      `delete from held_price where account_id = $1 and message ->> 'source' = $2 and observed_at < $3`,
      [OPERATOR_ACCOUNT_ID, source, olderThan],
    );
  }
}
