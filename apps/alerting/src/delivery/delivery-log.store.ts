import { Injectable } from '@nestjs/common';
import { pageOf } from '@souk/bus';
import type { Delivery } from '@souk/contracts';
import type { Tx } from '@souk/service';
import type { Money, Reply } from '../conversation/reply.ts';
import { newestPlace } from '../page.ts';
import type { Lane } from './carrier.ts';

/** A delivery before its digest is written in a language. */
export type LoggedDelivery = Omit<Delivery, 'digest'> & { digest: StoredDigest | null };

interface StoredDigest {
  reply: Reply;
  shown: ({ productId: string } & Money)[];
}

type Row = Omit<LoggedDelivery, 'createdAt' | 'finishedAt' | 'nextAttemptAt'> & {
  createdAt: Date;
  finishedAt: Date | null;
  nextAttemptAt: Date | null;
};

const COLUMNS = `d.id, d.alert_id as "alertId", d.channel_id as "channelId", d.state, d.attempts, d.reason,
  d.created_at as "createdAt", d.finished_at as "finishedAt", d.log, d.digest,
  case when d.state = 'waiting' then greatest(q.due_at, d.created_at) end as "nextAttemptAt"`;
const FROM = 'delivery d left join delivery_queue q on q.delivery_id = d.id';

/** The SQL of deliveries as their account sees them, and of sending one again. */
@Injectable()
export class DeliveryLogStore {
  async list(
    tx: Tx,
    query: { accountId: string; channelId: string; limit: number; cursor?: string | undefined },
  ): Promise<{ items: LoggedDelivery[]; next: string | null }> {
    const rows = await tx.query<Row>(
      `select ${COLUMNS} from ${FROM}
       where d.account_id = $1 and d.channel_id = $2 and (d.created_at, d.id) < ($3, $4)
       order by d.created_at desc, d.id desc limit $5`,
      [query.accountId, query.channelId, ...newestPlace(query.cursor), query.limit + 1],
    );
    const { items, next } = pageOf(rows, query.limit, (row) => [row.createdAt.getTime(), row.id]);
    return { items: items.map(shown), next };
  }

  async get(tx: Tx, accountId: string, channelId: string, id: string): Promise<LoggedDelivery | undefined> {
    const [row] = await tx.query<Row>(
      `select ${COLUMNS} from ${FROM} where d.account_id = $1 and d.channel_id = $2 and d.id = $3`,
      [accountId, channelId, id],
    );
    return row && shown(row);
  }

  /** Tries a waiting one at once. */
  async hurry(tx: Tx, id: string, now: Date): Promise<void> {
    await tx.query('update delivery set resent_at = $2, held_until = null where id = $1', [id, now]);
    await tx.query('update delivery_queue set due_at = least(due_at, $2) where delivery_id = $1', [id, now]);
  }

  /**
   * Begins anew with one that has ended; its id, and so what receivers know it by, stays. Its attempts are counted on,
   * but those there were use up none of the new ones.
   */
  async requeue(
    tx: Tx,
    delivery: Pick<Delivery, 'id' | 'channelId'>,
    accountId: string,
    lane: Lane,
    now: Date,
  ): Promise<void> {
    await tx.query(
      `update delivery set state = 'waiting', throttled = attempts, unknown = 0, reason = null,
         finished_at = null, resent_at = $2, held_until = null, withheld_as = null, merged_into = null
       where id = $1`,
      [delivery.id, now],
    );
    await tx.query(
      `insert into delivery_queue (delivery_id, lane, channel_id, account_id, due_at) values ($1, $2, $3, $4, $5)
       on conflict do nothing`,
      [delivery.id, lane, delivery.channelId, accountId, now],
    );
  }
}

const shown = (row: Row): LoggedDelivery => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
  nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
});
