import { Injectable } from '@nestjs/common';
import { pageOf } from '@souk/bus';
import type { Channel, ChannelType } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { z } from 'zod';
import { newestPlace } from '../page.ts';

/** A channel as it is stored. */
export interface StoredChannel {
  id: string;
  accountId: string;
  type: ChannelType;
  name: string | null;
  state: 'ready' | 'waiting-for-link' | 'failing';
  url: string | null;
  /** Signing secret, encrypted. */
  secret: Buffer | null;
  chatId: number | null;
  chatTitle: string | null;
  /** Where else it leads: an e-mail address, `T123/C456` in Slack. */
  place: string | null;
  /** Why it is failing, for its account to read. */
  pausedReason: string | null;
  createdAt: Date;
}

const COLUMNS = `id, account_id as "accountId", type, name, state, url, secret, chat_id as "chatId",
  chat_title as "chatTitle", place, paused_reason as "pausedReason", created_at as "createdAt"`;

/** The SQL of channels. */
@Injectable()
export class ChannelStore {
  /** False when a channel of this id is there already, whoever has it. */
  async insert(tx: Tx, channel: StoredChannel): Promise<boolean> {
    const rows = await tx.query(
      `insert into channel (id, account_id, type, name, state, url, secret, place, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing returning id`,
      [
        channel.id,
        channel.accountId,
        channel.type,
        channel.name,
        channel.state,
        channel.url,
        channel.secret,
        channel.place,
        channel.createdAt,
      ],
    );
    return rows.length === 1;
  }

  async get(tx: Tx, accountId: string, id: string): Promise<StoredChannel | undefined> {
    const rows = await tx.query<StoredChannel>(
      `select ${COLUMNS} from channel where account_id = $1 and id = $2`,
      [accountId, id],
    );
    return rows[0];
  }

  /** Those of the transaction's tenants. */
  async getMany(tx: Tx, ids: readonly string[]): Promise<StoredChannel[]> {
    return tx.query<StoredChannel>(`select ${COLUMNS} from channel where id = any ($1)`, [ids]);
  }

  async list(
    tx: Tx,
    accountId: string,
    limit: number,
    cursor: string | undefined,
  ): Promise<{ items: StoredChannel[]; next: string | null }> {
    const rows = await tx.query<StoredChannel>(
      `select ${COLUMNS} from channel where account_id = $1 and (created_at, id) < ($2, $3)
       order by created_at desc, id desc limit $4`,
      [accountId, ...newestPlace(cursor), limit + 1],
    );
    return pageOf(rows, limit, (channel) => [channel.createdAt.getTime(), channel.id]);
  }

  /** Which of these texts are ids of the account's channels; kept from being deleted until commit. */
  async existing(tx: Tx, accountId: string, ids: readonly string[]): Promise<Set<string>> {
    const rows = await tx.query<{ id: string }>(
      'select id from channel where account_id = $1 and id = any ($2) for key share',
      [accountId, ids.filter((id) => z.uuid().safeParse(id).success)],
    );
    return new Set(rows.map((row) => row.id));
  }

  async count(tx: Tx, accountId: string): Promise<number> {
    const rows = await tx.query<{ count: number }>(
      'select count(*) as count from channel where account_id = $1',
      [accountId],
    );
    return rows[0]!.count;
  }

  /** The channel leads somewhere from now on. */
  async link(tx: Tx, id: string, to: { place: string; title: string | null }): Promise<void> {
    await tx.query(
      `update channel set state = 'ready', place = $2, chat_title = $3, paused_reason = null where id = $1`,
      [id, to.place, to.title],
    );
  }

  /** It leads nowhere any more. */
  async unlink(tx: Tx, id: string): Promise<void> {
    await tx.query(
      `update channel set state = 'failing', place = null, chat_title = null, paused_reason = 'unlinked' where id = $1`,
      [id],
    );
  }

  /** It takes alerts again; false when it did already, or is not there. */
  async resume(tx: Tx, accountId: string, id: string): Promise<boolean> {
    const rows = await tx.query(
      `update channel set state = 'ready', paused_reason = null
       where account_id = $1 and id = $2 and state = 'failing' returning id`,
      [accountId, id],
    );
    return rows.length === 1;
  }

  /** Nothing more is brought there until it is tested or enabled; false when that was so before. */
  async stop(tx: Tx, accountId: string, id: string, reason: string): Promise<boolean> {
    const rows = await tx.query(
      `update channel set state = 'failing', paused_reason = $3
       where account_id = $1 and id = $2 and state = 'ready' returning id`,
      [accountId, id, reason],
    );
    return rows.length === 1;
  }

  /** Its type, when it was there. */
  async delete(tx: Tx, accountId: string, id: string): Promise<ChannelType | undefined> {
    const rows = await tx.query<{ type: ChannelType }>(
      'delete from channel where account_id = $1 and id = $2 returning type',
      [accountId, id],
    );
    return rows[0]?.type;
  }
}

/** A channel as its account sees it: where it delivers, without what may be secret in an address. */
export const shownChannel = (channel: StoredChannel): Channel => ({
  id: channel.id,
  type: channel.type,
  name: channel.name,
  state: channel.state,
  target: channel.url === null ? (channel.chatTitle ?? channel.place) : withoutQuery(channel.url),
  pausedReason: channel.pausedReason,
  createdAt: channel.createdAt.toISOString(),
});

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
