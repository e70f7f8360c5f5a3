import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';
import { setTenants } from '../tenants.ts';

export interface Chat {
  id: number;
  title: string;
  /** The topic that messages go to. */
  threadId: number | null;
}

/** The channel that a chat is tied to. */
export interface Tied {
  channelId: string;
  accountId: string;
}

export type LinkResult =
  | { linked: true; accountId: string; channelId: string }
  | { linked: false; why: 'unknown-code' | 'chat-taken' };

/** The SQL that ties chats to channels. Codes and chats come from outside: their tenant is looked up first. */
@Injectable()
export class TelegramStore {
  /** A new code replaces the one before. */
  async expectLink(
    tx: Tx,
    link: { channelId: string; accountId: string; codeSha256: Buffer; expiresAt: Date },
  ): Promise<void> {
    await tx.query(
      `insert into telegram_link (channel_id, account_id, code_sha256, expires_at) values ($1, $2, $3, $4)
       on conflict (channel_id) do update set code_sha256 = excluded.code_sha256, expires_at = excluded.expires_at`,
      [link.channelId, link.accountId, link.codeSha256, link.expiresAt],
    );
  }

  /** Uses up a code and ties the chat to its channel; the channel's waiting deliveries become due. */
  async link(tx: Tx, codeSha256: Buffer, chat: Chat, now: Date): Promise<LinkResult> {
    const [link] = await tx.query<{ channelId: string; accountId: string }>(
      `select channel_id as "channelId", account_id as "accountId" from telegram_link
       where code_sha256 = $1 and expires_at > $2 for update`,
      [codeSha256, now],
    );
    if (!link) return { linked: false, why: 'unknown-code' };
    const taken = await tx.query(
      `insert into telegram_chat (chat_id, channel_id, account_id, thread_id) values ($1, $2, $3, $4)
       on conflict (chat_id) do nothing returning chat_id`,
      [chat.id, link.channelId, link.accountId, chat.threadId],
    );
    if (taken.length === 0) return { linked: false, why: 'chat-taken' };
    await setTenants(tx, [link.accountId]);
    await tx.query(`update channel set state = 'ready', chat_id = $2, chat_title = $3 where id = $1`, [
      link.channelId,
      chat.id,
      chat.title,
    ]);
    await tx.query('delete from telegram_link where channel_id = $1', [link.channelId]);
    await tx.query('update delivery_queue set due_at = least(due_at, $2) where channel_id = $1', [
      link.channelId,
      now,
    ]);
    return { linked: true, ...link };
  }

  /** The chat wants no more messages; false when it got none. */
  async unlink(tx: Tx, chatId: number): Promise<boolean> {
    const [chat] = await tx.query<{ channelId: string; accountId: string }>(
      `delete from telegram_chat where chat_id = $1 returning channel_id as "channelId", account_id as "accountId"`,
      [chatId],
    );
    if (!chat) return false;
    await setTenants(tx, [chat.accountId]);
    await tx.query(`update channel set state = 'failing', chat_id = null, chat_title = null where id = $1`, [
      chat.channelId,
    ]);
    return true;
  }

  /** Whose chat it is; undefined for strangers. */
  async tied(tx: Tx, chatId: number): Promise<Tied | undefined> {
    const rows = await tx.query<Tied>(
      `select channel_id as "channelId", account_id as "accountId" from telegram_chat where chat_id = $1`,
      [chatId],
    );
    return rows[0];
  }

  /** The topic that the channel's messages go to. */
  async threadOf(tx: Tx, channelId: string): Promise<number | null> {
    const rows = await tx.query<{ threadId: number | null }>(
      'select thread_id as "threadId" from telegram_chat where channel_id = $1',
      [channelId],
    );
    return rows[0]?.threadId ?? null;
  }

  /** A group became a supergroup: its channel goes on under the new id. */
  async upgrade(tx: Tx, chatId: number, toChatId: number): Promise<void> {
    const [tied] = await tx.query<Tied>(
      `update telegram_chat set chat_id = $2
       where chat_id = $1 and not exists (select 1 from telegram_chat where chat_id = $2)
       returning channel_id as "channelId", account_id as "accountId"`,
      [chatId, toChatId],
    );
    if (!tied) return;
    await setTenants(tx, [tied.accountId]);
    await tx.query('update channel set chat_id = $2 where id = $1', [tied.channelId, toChatId]);
  }

  /** The bot was thrown out of the chat, or let in again. */
  async setMembership(tx: Tx, { channelId, accountId }: Tied, isMember: boolean): Promise<void> {
    await setTenants(tx, [accountId]);
    await tx.query(
      `update channel set state = $2, paused_reason = $3 where id = $1 and state <> 'waiting-for-link'`,
      [
        channelId,
        isMember ? 'ready' : 'failing',
        isMember ? null : 'the bot was blocked or removed from the chat',
      ],
    );
  }

  /** What a message leafs through. */
  async saveCarousels(
    tx: Tx,
    accountId: string,
    carousels: readonly { id: string; productIds: readonly string[] }[],
    now: Date,
  ): Promise<void> {
    await setTenants(tx, [accountId]);
    for (const { id, productIds } of carousels)
      await tx.query(
        'insert into telegram_carousel (id, account_id, product_ids, created_at) values ($1, $2, $3, $4) on conflict do nothing',
        [id, accountId, productIds, now],
      );
  }

  /** Buttons of older messages say that they are too old. */
  async forgetCarousels(tx: Tx, accountIds: readonly string[], before: Date): Promise<void> {
    await setTenants(tx, accountIds);
    await tx.query('delete from telegram_carousel where account_id = any ($1) and created_at < $2', [
      accountIds,
      before,
    ]);
  }

  async carousel(
    tx: Tx,
    accountId: string,
    id: string,
  ): Promise<{ id: string; productIds: string[] } | undefined> {
    const rows = await tx.query<{ id: string; productIds: string[] }>(
      'select id, product_ids as "productIds" from telegram_carousel where account_id = $1 and id = $2',
      [accountId, id],
    );
    return rows[0];
  }

  /** The channel is deleted: its code and its chat are free again. */
  async forget(tx: Tx, channelId: string): Promise<void> {
    await tx.query('delete from telegram_link where channel_id = $1', [channelId]);
    await tx.query('delete from telegram_chat where channel_id = $1', [channelId]);
  }

  /** Becomes, or stays, the one process that asks for updates; false when another does. */
  async holdPoller(tx: Tx, holder: string, now: Date, until: Date): Promise<boolean> {
    const rows = await tx.query(
      `update telegram_poller set holder = $1, held_until = $3 where holder = $1 or held_until < $2 returning holder`,
      [holder, now, until],
    );
    return rows.length === 1;
  }

  async releasePoller(tx: Tx, holder: string): Promise<void> {
    await tx.query(`update telegram_poller set held_until = 'epoch' where holder = $1`, [holder]);
  }
}
