import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';
import { SAME_PRICE_PERCENT } from './still-on.ts';
import type { Withheld } from './speech.ts';

/** What is decided by, of a delivery whose turn it is. */
export interface Due {
  id: string;
  channelId: string;
  score: number | null;
  urgency: number;
  isDigest: boolean;
  isAskedFor: boolean;
}

/** Alerts of a channel that are one deal: the same item for the same money, seen within this time. */
const SAME_DEAL_HOURS = 24;
const MERGED_AT_MOST = 50;
/** Least urgent things go last when what was held is released, by this much. */
const RELEASED_WITHIN_MS = 1_000;

const SAME_DEAL = (one: string, other: string): string =>
  `${one}.currency = ${other}.currency
   and abs(${one}.price_minor - ${other}.price_minor) * 100 <= ${other}.price_minor * ${SAME_PRICE_PERCENT}
   and abs(extract(epoch from ${one}.observed_at - ${other}.observed_at)) <= ${SAME_DEAL_HOURS * 3_600}`;

/** The SQL of when channels are spoken to; of the transaction's tenants. */
@Injectable()
export class SpeakingStore {
  async due(tx: Tx, deliveryIds: readonly string[]): Promise<Due[]> {
    return tx.query<Due>(
      `select d.id, d.channel_id as "channelId", a.score, d.urgency, d.resent_at is not null as "isAskedFor",
         d.digest is not null as "isDigest"
       from delivery d left join alert a on a.id = d.alert_id
       where d.id = any ($1) and d.state in ('waiting', 'sending')`,
      [deliveryIds],
    );
  }

  /** Alerts that the channel was told, or is being told, since then; what somebody sent again does not count. */
  async toldSince(tx: Tx, channelId: string, since: Date, butId: string): Promise<number> {
    const rows = await tx.query<{ count: number }>(
      `select (select count(*) from delivery where channel_id = $1 and state = 'delivered' and finished_at >= $2
           and alert_id is not null)
         + (select count(*) from delivery_queue q join delivery d on d.id = q.delivery_id
            where q.channel_id = $1 and d.state = 'sending' and d.alert_id is not null and d.id <> $3) as count`,
      [channelId, since, butId],
    );
    return rows[0]!.count;
  }

  /** Everything that is due in a channel waits until then, in the order of its urgency; no attempt is used up. */
  async hold(
    tx: Tx,
    channelId: string,
    until: Date,
    reason: string,
    due: { ids: string[]; now: Date },
  ): Promise<void> {
    await tx.query(
      `with held as (
         select q.delivery_id from delivery_queue q
         where q.channel_id = $1 and (q.delivery_id = any ($4) or q.due_at <= $5) for update skip locked
       ), noted as (
         update delivery d set held_until = $2, reason = $3 from held
         where d.id = held.delivery_id and d.state in ('waiting', 'sending') and d.resent_at is null
         returning d.id, d.urgency
       )
       update delivery_queue q
       set due_at = $2 + (1000 - noted.urgency) * ${RELEASED_WITHIN_MS / 1_000} * interval '1 millisecond'
       from noted where q.delivery_id = noted.id`,
      [channelId, until, reason, due.ids, due.now],
    );
  }

  /** It is not told in its channel. */
  async withhold(tx: Tx, id: string, as: Withheld, reason: string, now: Date): Promise<void> {
    await tx.query('delete from delivery_queue where delivery_id = $1', [id]);
    await tx.query(
      `update delivery set state = 'withheld', withheld_as = $2, reason = $3, finished_at = $4
       where id = $1 and state in ('waiting', 'sending')`,
      [id, as, reason, now],
    );
  }

  /**
   * What a channel was told within the last day of the same item at another shop for the same money, for each of these
   * deliveries that has such; linked listings are the same item.
   */
  async toldElsewhere(
    tx: Tx,
    deliveryIds: readonly string[],
    now: Date,
  ): Promise<{ id: string; source: string }[]> {
    return tx.query(
      `select d.id, told.source from delivery d
       join alert a on a.id = d.alert_id
       join product_link l on l.product_id = d.product_id
       cross join lateral (
         select b.source from delivery t join alert b on b.id = t.alert_id
         where t.channel_id = d.channel_id and t.state = 'delivered'
           and t.finished_at >= $2::timestamptz - interval '${SAME_DEAL_HOURS} hours'
           and t.product_id = any (l.linked_ids) and ${SAME_DEAL('b', 'a')}
         limit 1
       ) as told
       where d.id = any ($1) and d.state = 'waiting' and d.resent_at is null`,
      [deliveryIds, now],
    );
  }

  /**
   * What waits in the same channels and is the same deal as one of these is told with it; not what may have arrived
   * already, which is repeated by itself and marked so.
   */
  async merge(tx: Tx, deliveryIds: readonly string[], now: Date): Promise<void> {
    const merged = await tx.query<{ id: string }>(
      `with same as (
         select w.id, d.id as into_id from delivery d
         join alert a on a.id = d.alert_id
         left join product_link l on l.product_id = d.product_id
         cross join lateral (
           select w.id from delivery w join alert b on b.id = w.alert_id
           where w.channel_id = d.channel_id and w.state = 'waiting' and w.id <> all ($1) and w.resent_at is null
             and w.unknown = 0
             and w.product_id = any (d.product_id || coalesce(l.linked_ids, '{}')) and ${SAME_DEAL('b', 'a')}
           order by w.id limit ${MERGED_AT_MOST} for update of w skip locked
         ) as w
         where d.id = any ($1)
       )
       update delivery w set state = 'merged', merged_into = same.into_id, finished_at = $2,
         reason = 'told together with delivery ' || same.into_id
       from same where w.id = same.id returning w.id`,
      [deliveryIds, now],
    );
    if (merged.length === 0) return;
    await tx.query('delete from delivery_queue where delivery_id = any ($1)', [merged.map(({ id }) => id)]);
  }

  /** What is told together with each of these deliveries, the oldest first. */
  async mergedInto(
    tx: Tx,
    deliveryIds: readonly string[],
  ): Promise<{ into: string; id: string; alertId: string }[]> {
    return tx.query(
      `select merged_into as into, id, alert_id as "alertId" from delivery
       where merged_into = any ($1) and merged_into is not null order by created_at, id`,
      [deliveryIds],
    );
  }

  /** Alerts of a watch that were kept from a channel since then, newest first: for its account to read. */
  async withheldOf(
    tx: Tx,
    watchId: string,
    channelIds: readonly string[],
    since: Date,
  ): Promise<{ channelId: string; as: Withheld; reason: string; at: Date }[]> {
    return tx.query(
      `select distinct on (d.channel_id) d.channel_id as "channelId", d.withheld_as as "as", d.reason,
         d.finished_at as "at"
       from delivery d join alert a on a.id = d.alert_id
       where d.channel_id = any ($2) and d.state = 'withheld' and d.finished_at >= $3 and a.watch_id = $1
       order by d.channel_id, d.finished_at desc`,
      [watchId, channelIds, since],
    );
  }
}
