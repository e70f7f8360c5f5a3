import { Injectable } from '@nestjs/common';
import { pageOf } from '@souk/bus';
import type { Notice } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { positionPlace } from '../page.ts';

const COLUMNS = `id, position, kind, channel_id as "channelId", text,
  to_char(raised_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "raisedAt"`;

/** The SQL of notices. */
@Injectable()
export class NoticeStore {
  /** The position is counted with the alerts', under the lock of `AlertStore.lockPositions`. */
  async insert(tx: Tx, accountId: string, notice: Omit<Notice, 'position'>): Promise<Notice> {
    const [row] = await tx.query<{ position: number }>(
      `insert into notice (id, position, account_id, kind, channel_id, text, raised_at)
       values ($1, nextval('alert_position'), $2, $3, $4, $5, $6) returning position`,
      [notice.id, accountId, notice.kind, notice.channelId, notice.text, notice.raisedAt],
    );
    return { ...notice, position: row!.position };
  }

  /** Newest first. */
  async list(
    tx: Tx,
    accountId: string,
    limit: number,
    cursor: string | undefined,
  ): Promise<{ items: Notice[]; next: string | null }> {
    const rows = await tx.query<Notice>(
      `select ${COLUMNS} from notice where account_id = $1 and position < $2 order by position desc limit $3`,
      [accountId, positionPlace(cursor) ?? Number.MAX_SAFE_INTEGER, limit + 1],
    );
    return pageOf(rows, limit, (notice) => [notice.position]);
  }

  /** Those after a position, oldest first. */
  async after(tx: Tx, accountId: string, position: number, limit: number): Promise<Notice[]> {
    return tx.query<Notice>(
      `select ${COLUMNS} from notice where account_id = $1 and position > $2 order by position limit $3`,
      [accountId, position, limit],
    );
  }

  /**
   * How far the inbox can be read from a position on with so many entries. Positions become visible in their order:
   * whatever stands up to there is visible to every later statement.
   */
  async horizon(
    tx: Tx,
    accountId: string,
    position: number,
    limit: number,
  ): Promise<{ until: number; isMore: boolean }> {
    const rows = await tx.query<{ position: number }>(
      `(select position from alert where account_id = $1 and position > $2 order by position limit $3)
       union all
       (select position from notice where account_id = $1 and position > $2 order by position limit $3)
       order by position limit $3`,
      [accountId, position, limit + 1],
    );
    return {
      until: rows.at(Math.min(rows.length, limit) - 1)?.position ?? position,
      isMore: rows.length > limit,
    };
  }

  /** Position of the newest alert or notice; 0 when there is none. */
  async newest(tx: Tx, accountId: string): Promise<number> {
    const [last] = await tx.query<{ newest: number }>(
      `select greatest(
         (select max(position) from alert where account_id = $1),
         (select max(position) from notice where account_id = $1), 0
       ) as newest`,
      [accountId],
    );
    return last!.newest;
  }
}
