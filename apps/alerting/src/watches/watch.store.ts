import { Injectable } from '@nestjs/common';
import { pageOf } from '@souk/bus';
import type { WatchState } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { newestPlace } from '../page.ts';
import { type StoredWatch, WATCH_COLUMNS } from './stored-watch.ts';

/** What a list of watches is narrowed to. */
export interface WatchFilter {
  tag?: string | undefined;
  state?: WatchState | undefined;
  productId?: string | undefined;
}

/** How a watch stands, in SQL; the same as `stateOf`. */
const STATE = `case when paused then 'paused' when expires_at <= now() then 'expired'
  when snoozed_until > now() then 'snoozed' when target is null and product_id is null then 'waiting'
  else 'active' end`;

/** The SQL of watches. */
@Injectable()
export class WatchStore {
  /** Answers the ids of those that were not there yet, whoever has them. */
  async insert(tx: Tx, watches: readonly StoredWatch[]): Promise<Set<string>> {
    const rows = await tx.query<{ id: string }>(
      `insert into watch (id, account_id, source, product, target, product_id, pinned, conditions, channels, paused,
         created_at, name, tags, cooldown_seconds, hysteresis_percent, daily_cap, snoozed_until, expires_at)
       select n.id, n."accountId", n.source, n.product, n.target, n."productId", n.pinned, n.conditions, n.channels,
         n.paused, n."createdAt", n.name, n.tags, n."cooldownSeconds", n."hysteresisPercent", n."dailyCap",
         n."snoozedUntil", n."expiresAt"
       from jsonb_to_recordset($1::jsonb) as n(id uuid, "accountId" uuid, source text, product text, target jsonb,
         "productId" uuid, pinned boolean, conditions jsonb, channels text[], paused boolean, "createdAt" timestamptz,
         name text, tags text[], "cooldownSeconds" int, "hysteresisPercent" double precision, "dailyCap" int,
         "snoozedUntil" timestamptz, "expiresAt" timestamptz)
       on conflict (id) do nothing returning id`,
      [JSON.stringify(watches)],
    );
    return new Set(rows.map((row) => row.id));
  }

  async update(tx: Tx, watches: readonly StoredWatch[]): Promise<void> {
    await tx.query(
      `update watch w set product_id = n."productId", conditions = n.conditions, channels = n.channels,
         paused = n.paused, name = n.name, tags = n.tags, cooldown_seconds = n."cooldownSeconds",
         hysteresis_percent = n."hysteresisPercent", daily_cap = n."dailyCap", snoozed_until = n."snoozedUntil",
         expires_at = n."expiresAt"
       from jsonb_to_recordset($1::jsonb) as n(id uuid, "accountId" uuid, "productId" uuid, conditions jsonb,
         channels text[], paused boolean, name text, tags text[], "cooldownSeconds" int,
         "hysteresisPercent" double precision, "dailyCap" int, "snoozedUntil" timestamptz, "expiresAt" timestamptz)
       where w.id = n.id and w.account_id = n."accountId"`,
      [JSON.stringify(watches)],
    );
  }

  async get(tx: Tx, accountId: string, id: string): Promise<StoredWatch | undefined> {
    const rows = await this.getMany(tx, accountId, [id]);
    return rows[0];
  }

  async getMany(tx: Tx, accountId: string, ids: readonly string[]): Promise<StoredWatch[]> {
    return tx.query<StoredWatch>(
      `select ${WATCH_COLUMNS} from watch where account_id = $1 and id = any ($2)`,
      [accountId, ids],
    );
  }

  /** Those that are not paused. */
  async speaking(tx: Tx, ids: readonly string[]): Promise<StoredWatch[]> {
    return tx.query<StoredWatch>(`select ${WATCH_COLUMNS} from watch where id = any ($1) and not paused`, [
      ids,
    ]);
  }

  /** Locked until commit, in the order of their ids, so that two transactions never wait for each other. */
  async lockMany(tx: Tx, ids: readonly string[]): Promise<StoredWatch[]> {
    return tx.query<StoredWatch>(
      `select ${WATCH_COLUMNS} from watch where id = any ($1) order by id for update`,
      [ids],
    );
  }

  /** Ids of the watches with a tag, newest first. */
  async idsWithTag(tx: Tx, accountId: string, tag: string, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `select id from watch where account_id = $1 and tags @> array[$2]
       order by created_at desc, id desc limit $3`,
      [accountId, tag, limit],
    );
    return rows.map((row) => row.id);
  }

  async list(
    tx: Tx,
    accountId: string,
    { tag = null, state = null, productId = null }: { [Name in keyof WatchFilter]: WatchFilter[Name] | null },
    limit: number,
    cursor: string | undefined,
  ): Promise<{ items: StoredWatch[]; next: string | null }> {
    const rows = await tx.query<StoredWatch>(
      `select ${WATCH_COLUMNS} from watch where account_id = $1 and (created_at, id) < ($2, $3)
         and ($5::text is null or tags @> array[$5]) and ($6::text is null or ${STATE} = $6)
         and ($7::uuid is null or product_id = $7)
       order by created_at desc, id desc limit $4`,
      [accountId, ...newestPlace(cursor), limit + 1, tag, state, productId],
    );
    return pageOf(rows, limit, (watch) => [watch.createdAt.getTime(), watch.id]);
  }

  async delete(tx: Tx, accountId: string, ids: readonly string[]): Promise<void> {
    await tx.query('delete from watch where account_id = $1 and id = any ($2)', [accountId, ids]);
  }

  /** Binds watches to listings. */
  async bind(tx: Tx, watches: readonly { id: string; productId: string | null }[]): Promise<void> {
    await tx.query(
      `update watch w set product_id = n.product_id from unnest($1::uuid[], $2::uuid[]) as n(id, product_id)
       where w.id = n.id`,
      [watches.map((watch) => watch.id), watches.map((watch) => watch.productId)],
    );
  }

  /** Watches that named the channel do not any more. */
  async forgetChannel(tx: Tx, accountId: string, channelId: string): Promise<void> {
    await tx.query(
      `update watch set channels = array_remove(channels, $2) where account_id = $1 and $2 = any (channels)`,
      [accountId, channelId],
    );
  }
}
