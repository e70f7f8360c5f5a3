import { Injectable } from '@nestjs/common';
import type { ChatPlatform, ChatUpdateKind } from '@souk/contracts';
import type { Tx } from '@souk/service';
import type { Lease } from '../in-hand.ts';

export interface ArrivedUpdate {
  platform: ChatPlatform;
  kind: ChatUpdateKind;
  key: string;
  conversation: string;
  body: Buffer;
}

/** An update that somebody has begun to work on. */
export interface ClaimedUpdate {
  id: number;
  platform: ChatPlatform;
  kind: ChatUpdateKind;
  key: string;
  body: Buffer;
  /** This attempt included. */
  attempts: number;
}

/** The SQL of what chat platforms sent. */
@Injectable()
export class ChatUpdateStore {
  /** False when it is stored already. */
  async insert(tx: Tx, update: ArrivedUpdate, now: Date): Promise<boolean> {
    const rows = await tx.query(
      `insert into chat_update (platform, kind, update_key, conversation, body, received_at, due_at)
       values ($1, $2, $3, $4, $5, $6, $6) on conflict do nothing returning id`,
      [update.platform, update.kind, update.key, update.conversation, update.body, now],
    );
    return rows.length === 1;
  }

  /** Takes due ones, of each conversation the first; due again when the lease ends. */
  async claim(tx: Tx, options: { limit: number; now: Date; lease: Lease }): Promise<ClaimedUpdate[]> {
    return tx.query<ClaimedUpdate>(
      `with chosen as (
         select id from chat_update u
         where done_at is null and due_at <= $1 and not exists (
           select 1 from chat_update before
           where before.platform = u.platform and before.conversation = u.conversation
             and before.done_at is null and before.id < u.id
         )
         order by due_at, id limit $2 for update skip locked
       )
       update chat_update u set due_at = $3, taken_until = $3, taken_by = $4, attempts = attempts + 1
       from chosen where u.id = chosen.id
       returning u.id, u.platform, u.kind, u.update_key as key, u.body, u.attempts`,
      [options.now, options.limit, options.lease.until, options.lease.takenBy],
    );
  }

  /** It is over: people's words are not kept, its name is, so that a repeat is known. */
  async finish(tx: Tx, id: number, now: Date): Promise<void> {
    await tx.query('update chat_update set done_at = $2, body = null where id = $1', [id, now]);
  }

  async putOff(tx: Tx, id: number, dueAt: Date): Promise<void> {
    await tx.query('update chat_update set due_at = $2 where id = $1', [id, dueAt]);
  }

  async nextDueAt(tx: Tx, now: Date): Promise<Date | null> {
    const rows = await tx.query<{ dueAt: Date | null }>(
      'select min(due_at) as "dueAt" from chat_update where done_at is null and due_at > $1',
      [now],
    );
    return rows[0]!.dueAt;
  }

  async forgetDoneBefore(tx: Tx, before: Date, atMost: number): Promise<void> {
    await tx.query(
      'delete from chat_update where id in (select id from chat_update where done_at < $1 order by done_at limit $2)',
      [before, atMost],
    );
  }
}
