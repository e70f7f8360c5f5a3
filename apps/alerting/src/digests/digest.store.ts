import { Injectable } from '@nestjs/common';
import type { WatchConditions } from '@souk/contracts';
import type { Tx } from '@souk/service';
import type { Money, Reply } from '../conversation/reply.ts';
import type { Lane } from '../delivery/carrier.ts';
import type { Lease } from '../in-hand.ts';
import type { Seen } from './digest.ts';
import type { WeekNotes } from './round-up.ts';

export interface DigestTurn {
  channelId: string;
  accountId: string;
}

/** A watch that speaks in the channel of a digest. */
export interface DigestWatch {
  id: string;
  productId: string | null;
  category: string | null;
  when: WatchConditions;
}

/** What was told stays told for that long. */
const TOLD_DAYS = 14;
const WATCHES_AT_MOST = 200;
const NEW_PRODUCTS_AT_MOST = 4;

/** The SQL of digests. */
@Injectable()
export class DigestStore {
  /** Takes the channel whose digest is due the longest; due again when the lease ends. */
  async claim(tx: Tx, now: Date, lease: Lease): Promise<DigestTurn | undefined> {
    const [turn] = await tx.query<DigestTurn>(
      `with chosen as (
         select channel_id from digest_turn where due_at <= $1 order by due_at limit 1 for update skip locked
       )
       update digest_turn t set due_at = $2, taken_until = $2, taken_by = $3
       from chosen where t.channel_id = chosen.channel_id
       returning t.channel_id as "channelId", t.account_id as "accountId"`,
      [now, lease.until, lease.takenBy],
    );
    return turn;
  }

  async schedule(tx: Tx, { channelId, accountId }: DigestTurn, dueAt: Date | undefined): Promise<void> {
    if (!dueAt) {
      await tx.query('delete from digest_turn where channel_id = $1', [channelId]);
      return;
    }
    await tx.query(
      `insert into digest_turn (channel_id, account_id, due_at) values ($1, $2, $3)
       on conflict (channel_id) do update set due_at = excluded.due_at`,
      [channelId, accountId, dueAt],
    );
  }

  async isMade(tx: Tx, channelId: string, period: string): Promise<boolean> {
    const rows = await tx.query('select 1 from digest where channel_id = $1 and period = $2', [
      channelId,
      period,
    ]);
    return rows.length > 0;
  }

  async before(tx: Tx, channelId: string): Promise<{ seen: Seen; madeAt: Date } | undefined> {
    const [row] = await tx.query<{ seen: Seen; madeAt: Date }>(
      'select seen, made_at as "madeAt" from digest where channel_id = $1 order by made_at desc limit 1',
      [channelId],
    );
    return row;
  }

  /** Watches that speak in a channel, the newest ones. */
  async watchesOf(tx: Tx, { channelId, accountId }: DigestTurn): Promise<DigestWatch[]> {
    return tx.query(
      `select id, product_id as "productId", conditions as "when",
         case when target->>'kind' = 'category' then target->>'category' end as category
       from watch where account_id = $1 and $2 = any (channels) and not paused
       order by created_at desc limit ${WATCHES_AT_MOST}`,
      [accountId, channelId],
    );
  }

  /** Listings whose alerts were beyond the limit of a day since then. */
  async collected(tx: Tx, channelId: string, since: Date): Promise<string[]> {
    const rows = await tx.query<{ productId: string }>(
      `select distinct product_id as "productId" from delivery
       where channel_id = $1 and state = 'withheld' and withheld_as = 'daily-limit' and finished_at > $2
         and product_id is not null limit 100`,
      [channelId, since],
    );
    return rows.map(({ productId }) => productId);
  }

  /** The lowest prices that the channel was told within the last weeks, by alerts and by digests. */
  async told(tx: Tx, channelId: string, now: Date): Promise<Map<string, Money>> {
    const rows = await tx.query<{ productId: string; currency: string; amountMinor: number }>(
      `select "productId", currency, min(price)::bigint as "amountMinor" from (
         select a.product_id as "productId", a.currency, a.price_minor as price, d.finished_at
         from delivery d join alert a on a.id = d.alert_id
         where d.channel_id = $1 and d.state in ('delivered', 'merged') and d.finished_at >= $2
         union all
         select (shown->>'productId')::uuid, shown->>'currency', (shown->>'amountMinor')::bigint, d.created_at
         from delivery d cross join lateral jsonb_array_elements(d.digest->'shown') as shown
         where d.channel_id = $1 and d.digest is not null and d.created_at >= $2
       ) as known group by "productId", currency`,
      [channelId, new Date(now.getTime() - TOLD_DAYS * 86_400_000)],
    );
    return new Map(rows.map(({ productId, ...money }) => [productId, money]));
  }

  async toldCount(tx: Tx, channelId: string, since: Date): Promise<number> {
    const rows = await tx.query<{ count: number }>(
      `select count(*) as count from delivery
       where channel_id = $1 and state = 'delivered' and alert_id is not null and finished_at > $2`,
      [channelId, since],
    );
    return rows[0]!.count;
  }

  /** What the channel was not told since then, by the reason: kept from it, or kept back by the watches themselves. */
  async silences(
    tx: Tx,
    channelId: string,
    watchIds: readonly string[],
    since: Date,
  ): Promise<WeekNotes['silences']> {
    return tx.query(
      `select withheld_as as kind, count(*)::int as count from delivery
       where channel_id = $1 and state = 'withheld' and finished_at > $3 and alert_id is not null group by 1
       union all
       select kind, count(*)::int from watch_event where watch_id = any ($2) and at > $3 group by 1`,
      [channelId, watchIds, since],
    );
  }

  /** Listings of a scope that became known since then. */
  async newIn(
    tx: Tx,
    scopes: readonly string[],
    since: Date,
  ): Promise<{ productId: string; title: string }[]> {
    return tx.query(
      `select product_id as "productId", title from product
       where scopes && $1::uuid[] and known_since > $2 and title is not null
       order by known_since desc limit ${NEW_PRODUCTS_AT_MOST}`,
      [scopes, since],
    );
  }

  async titles(tx: Tx, productIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await tx.query<{ productId: string; title: string }>(
      `select product_id as "productId", coalesce(title, source || ' ' || product) as title from product
       where product_id = any ($1)`,
      [productIds],
    );
    return new Map(rows.map(({ productId, title }) => [productId, title]));
  }

  /** Notes that a digest was made; false when that was so before. */
  async note(tx: Tx, turn: DigestTurn, made: { period: string; seen: Seen; madeAt: Date }): Promise<boolean> {
    const rows = await tx.query(
      `insert into digest (channel_id, period, account_id, seen, made_at) values ($1, $2, $3, $4, $5)
       on conflict do nothing returning period`,
      [turn.channelId, made.period, turn.accountId, JSON.stringify(made.seen), made.madeAt],
    );
    return rows.length === 1;
  }

  /** Puts a digest into the queue of its channel, unless it was brought there before a backup was put back. */
  async enqueue(
    tx: Tx,
    turn: DigestTurn,
    {
      id,
      lane,
      digest,
      now,
    }: { id: string; lane: Lane; digest: { reply: Reply; shown: unknown[] }; now: Date },
  ): Promise<void> {
    const rows = await tx.query(
      `insert into delivery (id, account_id, channel_id, digest, created_at) values ($1, $2, $3, $4, $5)
       on conflict (id) do nothing returning id`,
      [id, turn.accountId, turn.channelId, JSON.stringify(digest), now],
    );
    if (rows.length === 0) return;
    await tx.query(
      `insert into delivery_queue (delivery_id, lane, channel_id, account_id, due_at) values ($1, $2, $3, $4, $5)`,
      [id, lane, turn.channelId, turn.accountId, now],
    );
  }
}
