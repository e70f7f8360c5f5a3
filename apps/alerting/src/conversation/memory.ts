import { Injectable } from '@nestjs/common';
import { Preference } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { z } from 'zod';

const KEPT_MS = 24 * 3_600_000;
const ids = z.array(z.uuid()).max(50);

/** When a watch shall speak, as far as it was said. */
export const Wish = z.object({
  below: z.object({ amount: z.string(), currency: z.string().optional() }).optional(),
  percent: z.number().optional(),
  isLowest: z.boolean().optional(),
  isBack: z.boolean().optional(),
});
export type Wish = z.infer<typeof Wish>;

/** What was asked, for the next message to answer. */
const Pending = z.discriminatedUnion('kind', [
  /** Below which price. */
  z.object({ kind: z.literal('price'), productId: z.uuid() }),
  /** Which of these products to watch; one more option takes all listings with the words. */
  z.object({ kind: z.literal('watch'), productIds: ids, text: z.string(), wish: Wish }),
  /** Which of these watches is meant. */
  z.object({
    kind: z.literal('watches'),
    watchIds: ids,
    then: z.enum(['stop', 'pause', 'resume', 'snooze', 'explain']),
    hours: z.number(),
  }),
  z.object({ kind: z.literal('stop-all') }),
  /** A guess at what this sentence wants. */
  z.object({ kind: z.literal('guess'), text: z.string(), intent: z.string() }),
]);
export type Pending = z.infer<typeof Pending>;

/** What a chat remembers of one of its people. */
export const Memory = z.object({
  /** `this`: the product that was shown or spoken of last, and when, in ms. */
  productId: z.uuid().optional(),
  productAt: z.number().optional(),
  /** The watch that was spoken of last. */
  watchId: z.uuid().optional(),
  /** Products listed last, all pages, the list's title, and the number that its buttons name it by. */
  listed: ids.optional(),
  title: z.unknown().optional(),
  list: z.int().optional(),
  pending: Pending.optional(),
  /** The number that buttons name the pending question by. */
  question: z.int().optional(),
  /** What was set before words changed it last, and the number its button names it by: it may be pressed later on. */
  undo: z.object({ question: z.int(), before: Preference.partial() }).optional(),
});
export type Memory = z.infer<typeof Memory>;

/** One of the people of a chat. */
export interface Talker {
  accountId: string;
  chat: string;
  person: string;
}

/** The chat itself, which remembers what alerts showed in it: apart from its people, so that neither overwrites the other. */
const CHAT_ITSELF = '';

/** The SQL of what chats remember. */
@Injectable()
export class MemoryOfChats {
  /** `this` is what was shown last, to this person or by an alert to all. */
  async read(tx: Tx, { accountId, chat, person }: Talker, now: Date): Promise<Memory> {
    const rows = await tx.query<{ person: string; memory: unknown }>(
      `select person, memory from conversation
       where account_id = $1 and chat = $2 and person in ($3, $4) and expires_at > $5`,
      [accountId, chat, person, CHAT_ITSELF, now],
    );
    const of = (who: string): Memory => understood(rows.find((row) => row.person === who)?.memory);
    const [own, { productId, productAt = 0 }] = [of(person), of(CHAT_ITSELF)];
    const isShownLater = productId !== undefined && productAt >= (own.productAt ?? 0);
    return isShownLater ? { ...own, productId, productAt } : own;
  }

  /** A list that somebody else in the chat was shown: whoever sees its buttons may press them. */
  async listed(tx: Tx, { accountId, chat }: Talker, list: number, now: Date): Promise<Memory> {
    const [row] = await tx.query<{ memory: unknown }>(
      `select memory from conversation
       where account_id = $1 and chat = $2 and (memory->>'list')::int = $3 and expires_at > $4 limit 1`,
      [accountId, chat, list, now],
    );
    const { listed, title } = understood(row?.memory);
    return { listed, title, list };
  }

  async write(tx: Tx, { accountId, chat, person }: Talker, memory: Memory, now: Date): Promise<void> {
    const expiresAt = new Date(now.getTime() + KEPT_MS);
    // Locks a row that is there: whoever forgets lets the account be until this is written.
    await tx.query(
      `insert into conversation_turn as t (account_id, due_at) values ($1, $2)
       on conflict (account_id) do update set due_at = t.due_at where false`,
      [accountId, expiresAt],
    );
    await tx.query(
      `insert into conversation (account_id, chat, person, memory, expires_at) values ($1, $2, $3, $4, $5)
       on conflict (account_id, chat, person) do update
         set memory = excluded.memory, expires_at = excluded.expires_at`,
      [accountId, chat, person, JSON.stringify(memory), expiresAt],
    );
  }

  /** Accounts of which something has expired, the longest ago first. */
  async withExpired(tx: Tx, atMost: number, now: Date): Promise<string[]> {
    const rows = await tx.query<{ accountId: string }>(
      'select account_id as "accountId" from conversation_turn where due_at <= $1 order by due_at limit $2',
      [now, atMost],
    );
    return rows.map(({ accountId }) => accountId);
  }

  /** Forgets what has expired of these accounts, so many rows at most; of what remains their turn comes again. */
  async forgetExpired(tx: Tx, accountIds: readonly string[], atMost: number, now: Date): Promise<void> {
    const locked = await tx.query<{ accountId: string }>(
      `select account_id as "accountId" from conversation_turn where account_id = any ($1) and due_at <= $2
       order by account_id for update skip locked`,
      [accountIds, now],
    );
    const ids = locked.map(({ accountId }) => accountId);
    await tx.query(
      `delete from conversation where (account_id, chat, person) in (
         select account_id, chat, person from conversation
         where account_id = any ($1) and expires_at <= $2 order by expires_at limit $3
       )`,
      [ids, now, atMost],
    );
    await tx.query(
      `with left_over as (
         select account_id, min(expires_at) as due_at from conversation where account_id = any ($1) group by 1
       ), over as (
         delete from conversation_turn where account_id = any ($1)
           and account_id not in (select account_id from left_over)
       )
       update conversation_turn t set due_at = l.due_at from left_over l where t.account_id = l.account_id`,
      [ids],
    );
  }

  /** An alert showed a product to everybody in the chat. */
  async show(tx: Tx, at: Pick<Talker, 'accountId' | 'chat'>, productId: string, now: Date): Promise<void> {
    await this.write(tx, { ...at, person: CHAT_ITSELF }, { productId, productAt: now.getTime() }, now);
  }
}

/** What an older version wrote may not be understood any more: then the chat begins anew. */
const understood = (memory: unknown): Memory => Memory.safeParse(memory).data ?? {};
