import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';
import type { Lease } from '../in-hand.ts';
import { dueAtOf } from '../speaking/urgency.ts';
import { setTenants } from '../tenants.ts';
import type { Reply } from '../conversation/reply.ts';
import type { Lane } from './carrier.ts';
import type { Decision, Outcome } from './outcome.ts';
import type { Ring } from './rounds.ts';

/** An alert that is to be brought to one channel. */
export interface Intent {
  id: string;
  alertId: string;
  accountId: string;
  channelId: string;
  lane: Lane;
  productId: string;
  urgency: number;
  traceparent: string | null;
  createdAt: Date;
}

/** A delivery whose next attempt has begun. */
export interface Claimed {
  id: string;
  accountId: string;
  /** Null for a digest. */
  alertId: string | null;
  digest: { reply: Reply } | null;
  channelId: string;
  /** This attempt included. */
  attempts: number;
  throttled: number;
  /** Earlier attempts whose outcome is unknown. */
  unknown: number;
  traceparent: string | null;
  /** When it was raised, or sent again by hand. */
  createdAt: Date;
  /** It waited for the end of quiet hours: whether the deal is still on has to be seen. */
  wasHeld: boolean;
}

/** A delivery with its place in the pace of its kind. */
export interface Placed extends Claimed {
  /** The message is made at once and leaves then. */
  leavesAt: Date;
}

/** A channel with waiting deliveries, and how many of them may be under way. */
export interface Turn {
  channelId: string;
  accountId: string;
  places: number;
}

const CLAIMED_COLUMNS = `d.id, d.account_id as "accountId", d.alert_id as "alertId", d.channel_id as "channelId",
  d.attempts, d.throttled, d.unknown, d.traceparent, coalesce(d.resent_at, d.created_at) as "createdAt",
  d.held_until is not null as "wasHeld", d.digest`;

/** Attempts that the log of a delivery keeps, the last ones. */
const LOGGED_AT_MOST = 20;

/** The SQL of deliveries and of the queue that a worker takes them from. */
@Injectable()
export class DeliveryStore {
  /**
   * Where very many are told of the same, they are a crowd: it takes turns with all others. A delivery that is there
   * already was begun before a backup was put back, and its alert is raised once more: unless it has ended it goes on.
   */
  async insert(tx: Tx, wanted: readonly Intent[], { isCrowd }: { isCrowd: boolean }): Promise<void> {
    if (wanted.length === 0) return;
    // A statement changes a row once.
    const intents = [...new Map(wanted.map((intent) => [intent.id, intent])).values()];
    await tx.query(
      `with wanted as (
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[],
           $8::uuid[], $9::int[], $10::timestamptz[])
           as n(id, alert_id, account_id, channel_id, lane, traceparent, created_at, product_id, urgency, due_at)
       ), inserted as (
         insert into delivery (id, alert_id, account_id, channel_id, traceparent, created_at, product_id, urgency)
         select id, alert_id, account_id, channel_id, traceparent, created_at, product_id, urgency from wanted
         on conflict (id) do update set created_at = excluded.created_at, traceparent = excluded.traceparent
           where delivery.state in ('waiting', 'sending')
         returning id
       )
       insert into delivery_queue (delivery_id, lane, channel_id, account_id, due_at, is_crowd)
       select w.id, w.lane, w.channel_id, w.account_id, w.due_at, $11 from wanted w join inserted i on i.id = w.id
       on conflict (delivery_id) do nothing`,
      [
        intents.map((intent) => intent.id),
        intents.map((intent) => intent.alertId),
        intents.map((intent) => intent.accountId),
        intents.map((intent) => intent.channelId),
        intents.map((intent) => intent.lane),
        intents.map((intent) => intent.traceparent),
        intents.map((intent) => intent.createdAt),
        intents.map((intent) => intent.productId),
        intents.map((intent) => intent.urgency),
        intents.map((intent) => dueAtOf(intent.createdAt, intent.urgency)),
        isCrowd,
      ],
    );
  }

  /** The next channels of a ring, by id, that have something in the queue: a skip scan, whatever the backlog of each. */
  async channelsAfter(
    tx: Tx,
    lane: Lane,
    { isCrowd, cursor }: Ring,
    limit: number,
  ): Promise<{ channelId: string; accountId: string }[]> {
    return tx.query(
      `with recursive ring as (
         (select channel_id, account_id, 1 as place from delivery_queue
          where lane = $1 and is_crowd = $4 and channel_id > $2 order by channel_id limit 1)
         union all
         select next.channel_id, next.account_id, ring.place + 1
         from ring cross join lateral (
           select channel_id, account_id from delivery_queue
           where lane = $1 and is_crowd = $4 and channel_id > ring.channel_id order by channel_id limit 1
         ) as next
         where ring.place < $3
       )
       select channel_id as "channelId", account_id as "accountId" from ring`,
      [lane, cursor, limit, isCrowd],
    );
  }

  /**
   * Takes due deliveries of these channels, accounts by turns, the oldest first; due again when the lease ends.
   * Channels that want to be left alone are not looked at.
   */
  async claim(
    tx: Tx,
    lane: Lane,
    turns: readonly Turn[],
    options: { isCrowd: boolean; limit: number; now: Date; lease: Lease },
  ): Promise<{ deliveryId: string; accountId: string; channelId: string }[]> {
    return tx.query(
      `with due as (
         select q.delivery_id, q.due_at,
           row_number() over (partition by c.account_id order by q.due_at, q.delivery_id) as turn
         from unnest($2::uuid[], $3::uuid[], $4::int[]) as c(channel_id, account_id, places)
         cross join lateral (
           select delivery_id, due_at from delivery_queue
           where lane = $1 and is_crowd = $8 and channel_id = c.channel_id and due_at <= $6
           order by due_at limit c.places
         ) as q
         where not exists (select 1 from pace p where p.paced_id = c.channel_id and p.free_at > $6)
       ), chosen as (
         select delivery_id from delivery_queue
         where delivery_id in (select delivery_id from due order by turn, due_at limit $5) and due_at <= $6
         for update skip locked
       )
       update delivery_queue q set due_at = $7, taken_until = $7, taken_by = $9
       from chosen where q.delivery_id = chosen.delivery_id
       returning q.delivery_id as "deliveryId", q.account_id as "accountId", q.channel_id as "channelId"`,
      [
        lane,
        turns.map((turn) => turn.channelId),
        turns.map((turn) => turn.accountId),
        turns.map((turn) => turn.places),
        options.limit,
        options.now,
        options.lease.until,
        options.isCrowd,
        options.lease.takenBy,
      ],
    );
  }

  /**
   * Notes that an attempt begins. One that had begun before and left no outcome (the process died, or the record
   * of it was lost) counts as unknown: whoever reads this knows that the next message may be a repeat.
   */
  async begin(tx: Tx, deliveryIds: readonly string[]): Promise<Claimed[]> {
    return tx.query<Claimed>(
      `update delivery d set attempts = d.attempts + 1, state = 'sending',
         unknown = d.unknown + case when d.state = 'sending' then 1 else 0 end
       where d.id = any ($1) and d.state in ('waiting', 'sending') returning ${CLAIMED_COLUMNS}`,
      [deliveryIds],
    );
  }

  /**
   * Takes back an attempt that handed nothing to its channel: it uses up none, and the next message is no repeat because
   * of it. Due again when its lease ends, so that what fails every time is not tried without a pause.
   */
  async putBack(tx: Tx, { id, attempts }: Pick<Claimed, 'id' | 'attempts'>): Promise<void> {
    await tx.query(
      `update delivery set state = 'waiting', throttled = throttled + 1
       where id = $1 and state = 'sending' and attempts = $2`,
      [id, attempts],
    );
  }

  /** Records how the attempt went; false when it is not the last begun one any more, or was cancelled. */
  async record(tx: Tx, delivery: Claimed, outcome: Outcome, decision: Decision, now: Date): Promise<boolean> {
    const rows = await tx.query(
      `update delivery set state = $3, reason = $4, finished_at = $5,
         throttled = throttled + $6, unknown = unknown + $7,
         log = (case when jsonb_array_length(log) < $9 then log else log - 0 end) || $8::jsonb
       where id = $1 and state = 'sending' and attempts = $2 returning id`,
      [
        delivery.id,
        delivery.attempts,
        decision.state,
        decision.state === 'delivered' ? null : decision.reason,
        decision.state === 'waiting' ? null : now,
        outcome.kind === 'throttled' ? 1 : 0,
        outcome.kind === 'unknown' ? 1 : 0,
        JSON.stringify([logged(outcome, now)]),
        LOGGED_AT_MOST,
      ],
    );
    if (rows.length === 0) return false;
    if (decision.state === 'waiting') {
      await tx.query('update delivery_queue set due_at = $2 where delivery_id = $1', [
        delivery.id,
        decision.dueAt,
      ]);
    } else {
      await tx.query('delete from delivery_queue where delivery_id = $1', [delivery.id]);
    }
    return true;
  }

  /**
   * Records attempts whose messages were taken, each at its time; answers the deliveries whose last begun attempt
   * it was, and that were not cancelled.
   */
  async recordDelivered(
    tx: Tx,
    arrived: readonly { delivery: Pick<Claimed, 'id' | 'attempts'>; at: Date }[],
  ): Promise<Set<string>> {
    const rows = await tx.query<{ id: string }>(
      `with told as (
         update delivery d set state = 'delivered', reason = null, finished_at = n.at,
           log = (case when jsonb_array_length(d.log) < $5 then d.log else d.log - 0 end) || n.logged
         from unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::jsonb[]) as n(id, attempts, at, logged)
         where d.id = n.id and d.state = 'sending' and d.attempts = n.attempts returning d.id
       ), gone as (
         delete from delivery_queue where delivery_id in (select id from told)
       )
       select id from told`,
      [
        arrived.map(({ delivery }) => delivery.id),
        arrived.map(({ delivery }) => delivery.attempts),
        arrived.map(({ at }) => at),
        arrived.map(({ at }) => JSON.stringify([logged({ kind: 'delivered' }, at)])),
        LOGGED_AT_MOST,
      ],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** The channel is deleted: nothing more is brought there. */
  async cancelChannel(tx: Tx, accountId: string, channelId: string, now: Date): Promise<void> {
    await tx.query('delete from delivery_queue where channel_id = $1', [channelId]);
    await tx.query(
      `update delivery set state = 'cancelled', reason = 'the channel was deleted', finished_at = $3
       where account_id = $1 and channel_id = $2 and state in ('waiting', 'sending')`,
      [accountId, channelId, now],
    );
    await tx.query('delete from pace where paced_id = $1', [channelId]);
  }

  /**
   * What it is about is gone: its channel was deleted while the alert was raised, or it is sent again by hand while a
   * backup from before its alert was put back.
   */
  async cancel(tx: Tx, id: string, now: Date): Promise<void> {
    await tx.query('delete from delivery_queue where delivery_id = $1', [id]);
    await tx.query(
      `update delivery d set state = 'cancelled', finished_at = $2,
         reason = case when exists (select from channel c where c.id = d.channel_id)
           then 'nothing is known of the alert any more' else 'the channel was deleted' end
       where id = $1 and state in ('waiting', 'sending')`,
      [id, now],
    );
  }

  /** The channel leads somewhere now: what waits for it is due. */
  async hurry(tx: Tx, channelId: string, now: Date): Promise<void> {
    await tx.query('update delivery_queue set due_at = least(due_at, $2) where channel_id = $1', [
      channelId,
      now,
    ]);
  }

  /** Whether the channel took anything from then on. */
  async hasDeliveredSince(tx: Tx, channelId: string, since: Date): Promise<boolean> {
    const rows = await tx.query(
      `select 1 from delivery where channel_id = $1 and state = 'delivered' and finished_at >= $2 limit 1`,
      [channelId, since],
    );
    return rows.length > 0;
  }

  /** When something will have to be done next, as far as is known. */
  async nextDueAt(tx: Tx, now: Date): Promise<Date | null> {
    const rows = await tx.query<{ dueAt: Date | null }>(
      `select least(
         (select min(due_at) from delivery_queue where due_at > $1),
         (select min(free_at) from pace where free_at > $1)
       ) as "dueAt"`,
      [now],
    );
    return rows[0]!.dueAt;
  }
}

/** An attempt as the log keeps it. */
const logged = (outcome: Outcome, at: Date): Record<string, string> => ({
  at: at.toISOString(),
  outcome: outcome.kind,
  ...(outcome.kind !== 'delivered' && { detail: outcome.reason.slice(0, 300) }),
});

/** Sees the rows of these accounts from here on: the queue has told whose deliveries they are. */
export const seeAccountsOf = (tx: Tx, claimed: readonly { accountId: string }[]): Promise<void> =>
  setTenants(
    tx,
    claimed.map((delivery) => delivery.accountId),
  );
