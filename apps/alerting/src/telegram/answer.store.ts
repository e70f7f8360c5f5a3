import { Injectable } from '@nestjs/common';
import type { Tx } from '@souk/service';
import { v5 as uuidV5 } from 'uuid';
import type { Lease } from '../in-hand.ts';
import type { Place, Replaced, TelegramMessage } from './message.ts';

const ANSWER_NAMESPACE = '5a9d6a3c-9f44-5c8e-9f3d-0b6e6f1f7a21';

/** Also what their buttons leaf through. */
export const ANSWERS_KEPT_MS = 30 * 24 * 3_600_000;

/** One answer as it is kept until it is sent. */
interface AnswerBody {
  message: TelegramMessage;
  to: Place;
  replaces?: Replaced | undefined;
}

export interface NewAnswer extends AnswerBody {
  updateId: number;
  /** Which of the update's answers it is. */
  place: number;
  /** The chat's row among the paces. */
  paceId: string;
  accountId: string | null;
}

export interface ClaimedAnswer {
  id: string;
  chatId: number;
  paceId: string;
  accountId: string | null;
  body: AnswerBody;
  /** This attempt included. */
  attempts: number;
  /** An earlier attempt began and left no outcome. */
  wasSending: boolean;
  createdAt: Date;
}

/** The SQL of answers that wait to be sent. */
@Injectable()
export class AnswerStore {
  async insert(tx: Tx, answers: readonly NewAnswer[], now: Date): Promise<void> {
    if (answers.length === 0) return;
    await tx.query(
      `insert into telegram_answer (id, update_id, place, chat_id, pace_id, account_id, body, due_at, created_at)
       select *, $8, $8 from unnest($1::uuid[], $2::bigint[], $3::int[], $4::bigint[], $5::uuid[], $6::uuid[], $7::jsonb[])
       on conflict (id) do nothing`,
      [
        answers.map((answer) => uuidV5(`${answer.updateId}/${answer.place}`, ANSWER_NAMESPACE)),
        answers.map((answer) => answer.updateId),
        answers.map((answer) => answer.place),
        answers.map((answer) => answer.to.chatId),
        answers.map((answer) => answer.paceId),
        answers.map((answer) => answer.accountId),
        answers.map(({ message, to, replaces }) => JSON.stringify({ message, to, replaces })),
        now,
      ],
    );
  }

  /** Whether the update was worked on to its end before. */
  async isAnswered(tx: Tx, updateId: number): Promise<boolean> {
    const rows = await tx.query('select 1 from telegram_answer where update_id = $1 limit 1', [updateId]);
    return rows.length > 0;
  }

  /**
   * Takes one that is due, of each chat the first one only, the longest waiting chat first; chats that want to be left
   * alone are passed over. Due again when the lease ends.
   */
  async claim(tx: Tx, now: Date, lease: Lease): Promise<ClaimedAnswer | undefined> {
    const [answer] = await tx.query<ClaimedAnswer>(
      `with chosen as (
         select id, state from telegram_answer a
         where state in ('waiting', 'sending') and due_at <= $1
           and not exists (select 1 from pace p where p.paced_id = a.pace_id and p.free_at > $1)
           and not exists (
             select 1 from telegram_answer before
             where before.chat_id = a.chat_id and before.state in ('waiting', 'sending')
               and (before.created_at, before.update_id, before.place) < (a.created_at, a.update_id, a.place)
           )
         order by due_at, id limit 1 for update skip locked
       )
       update telegram_answer a set state = 'sending', attempts = attempts + 1, due_at = $2, taken_until = $2,
         taken_by = $3
       from chosen where a.id = chosen.id
       returning a.id, a.chat_id as "chatId", a.pace_id as "paceId", a.account_id as "accountId", a.body, a.attempts,
         chosen.state = 'sending' as "wasSending", a.created_at as "createdAt"`,
      [now, lease.until, lease.takenBy],
    );
    return answer;
  }

  /** What people were told is not kept; that they were told is. */
  async finish(tx: Tx, id: string, state: 'sent' | 'failed'): Promise<void> {
    await tx.query('update telegram_answer set state = $2, body = null where id = $1', [id, state]);
  }

  async putOff(tx: Tx, id: string, dueAt: Date): Promise<void> {
    await tx.query(`update telegram_answer set state = 'waiting', due_at = $2 where id = $1`, [id, dueAt]);
  }

  /** When there is something to do, as far as is known; in the past when something waits for its chat's pace only. */
  async nextDueAt(tx: Tx): Promise<Date | null> {
    const rows = await tx.query<{ dueAt: Date | null }>(
      `select min(greatest(a.due_at, coalesce(p.free_at, 'epoch'))) as "dueAt"
       from telegram_answer a left join pace p on p.paced_id = a.pace_id
       where a.state in ('waiting', 'sending')`,
    );
    return rows[0]!.dueAt;
  }

  /** Whose answers they were. */
  async forgetBefore(tx: Tx, before: Date, atMost: number): Promise<string[]> {
    const rows = await tx.query<{ accountId: string | null }>(
      `delete from telegram_answer where id in (
         select id from telegram_answer where created_at < $1 order by created_at limit $2)
       returning account_id as "accountId"`,
      [before, atMost],
    );
    return [...new Set(rows.flatMap(({ accountId }) => accountId ?? []))];
  }
}
