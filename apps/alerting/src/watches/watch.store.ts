import { Injectable } from '@nestjs/common';
import { pageOf } from '@souk/bus';
import type { Watch, WatchConditions } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { KIND_NUMBERS } from '../alerts/probes.ts';
import { newestPlace } from '../page.ts';
import { type Named, watchedListings } from './binding.ts';
import type { Threshold } from './conditions.ts';

/** A watch as it is stored. */
export interface StoredWatch extends Named {
  id: string;
  conditions: WatchConditions;
  channels: string[];
  paused: boolean;
  createdAt: Date;
}

const COLUMNS = `id, account_id as "accountId", source, product, product_id as "productId", pinned,
  conditions, channels, paused, created_at as "createdAt"`;

/** The SQL of watches and of the index that prices are matched against. */
@Injectable()
export class WatchStore {
  /** False when a watch of this id is there already, whoever has it. */
  async insert(tx: Tx, watch: StoredWatch): Promise<boolean> {
    const rows = await tx.query(
      `insert into watch (id, account_id, source, product, product_id, pinned, conditions, channels, paused, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do nothing returning id`,
      [
        watch.id,
        watch.accountId,
        watch.source,
        watch.product,
        watch.productId,
        watch.pinned,
        JSON.stringify(watch.conditions),
        watch.channels,
        watch.paused,
        watch.createdAt,
      ],
    );
    return rows.length === 1;
  }

  async update(tx: Tx, watch: StoredWatch): Promise<void> {
    await tx.query(
      `update watch set product_id = $3, conditions = $4, channels = $5, paused = $6
       where account_id = $1 and id = $2 returning id`,
      [
        watch.accountId,
        watch.id,
        watch.productId,
        JSON.stringify(watch.conditions),
        watch.channels,
        watch.paused,
      ],
    );
  }

  async get(tx: Tx, accountId: string, id: string): Promise<StoredWatch | undefined> {
    const rows = await tx.query<StoredWatch>(
      `select ${COLUMNS} from watch where account_id = $1 and id = $2`,
      [accountId, id],
    );
    return rows[0];
  }

  /** The watch, locked until commit: its row and its index rows change together. */
  async lock(tx: Tx, accountId: string, id: string): Promise<StoredWatch | undefined> {
    const rows = await tx.query<StoredWatch>(
      `select ${COLUMNS} from watch where account_id = $1 and id = $2 for update`,
      [accountId, id],
    );
    return rows[0];
  }

  /** Locked in the order of their ids, so that two transactions never wait for each other. */
  async lockMany(tx: Tx, ids: readonly string[]): Promise<StoredWatch[]> {
    return tx.query<StoredWatch>(`select ${COLUMNS} from watch where id = any ($1) order by id for update`, [
      ids,
    ]);
  }

  async list(
    tx: Tx,
    accountId: string,
    limit: number,
    cursor: string | undefined,
  ): Promise<{ items: StoredWatch[]; next: string | null }> {
    const rows = await tx.query<StoredWatch>(
      `select ${COLUMNS} from watch where account_id = $1 and (created_at, id) < ($2, $3)
       order by created_at desc, id desc limit $4`,
      [accountId, ...newestPlace(cursor), limit + 1],
    );
    return pageOf(rows, limit, (watch) => [watch.createdAt.getTime(), watch.id]);
  }

  async delete(tx: Tx, accountId: string, id: string): Promise<void> {
    await tx.query('delete from match_index where watch_id = $1', [id]);
    await tx.query('delete from watch where account_id = $1 and id = $2', [accountId, id]);
  }

  /** Binds watches to listings. */
  async bind(tx: Tx, watches: readonly { id: string; productId: string | null }[]): Promise<void> {
    await tx.query(
      `update watch w set product_id = n.product_id from unnest($1::uuid[], $2::uuid[]) as n(id, product_id)
       where w.id = n.id`,
      [watches.map((watch) => watch.id), watches.map((watch) => watch.productId)],
    );
  }

  /** Makes the index say what the watch says; a paused one is not in it. */
  async index(tx: Tx, watch: StoredWatch, thresholds: readonly Threshold[]): Promise<void> {
    await tx.query('delete from match_index where watch_id = $1', [watch.id]);
    if (watch.paused) return;
    const rows = watchedListings(watch).flatMap((productId) =>
      thresholds.map((threshold) => ({ productId, ...threshold })),
    );
    await tx.query(
      `insert into match_index (product_id, kind, threshold, watch_id, account_id, currency)
       select product_id, kind, threshold, $5, $6, currency
       from unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::text[]) as n(product_id, kind, threshold, currency)`,
      [
        rows.map((row) => row.productId),
        rows.map((row) => KIND_NUMBERS[row.kind]),
        rows.map((row) => row.threshold),
        rows.map((row) => row.currency),
        watch.id,
        watch.accountId,
      ],
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

  /** Watches that named the channel do not any more. */
  async forgetChannel(tx: Tx, accountId: string, channelId: string): Promise<void> {
    await tx.query(
      `update watch set channels = array_remove(channels, $2) where account_id = $1 and $2 = any (channels)`,
      [accountId, channelId],
    );
  }
}

/** A watch as its account sees it. */
export const shownWatch = (watch: StoredWatch): Watch => ({
  id: watch.id,
  product: { source: watch.source, product: watch.product },
  productId: watch.productId,
  when: watch.conditions,
  channels: watch.channels,
  paused: watch.paused,
  createdAt: watch.createdAt.toISOString(),
});
