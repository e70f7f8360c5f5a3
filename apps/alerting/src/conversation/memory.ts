import { Injectable } from '@nestjs/common';
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
  /** A model's guess at what this sentence wants. */
  z.object({ kind: z.literal('guess'), text: z.string(), intent: z.string() }),
]);
export type Pending = z.infer<typeof Pending>;

/** What a chat remembers. */
export const Memory = z.object({
  /** `this`: the product that was shown or spoken of last. */
  productId: z.uuid().optional(),
  /** The watch that was spoken of last. */
  watchId: z.uuid().optional(),
  /** Products listed last, all pages, and the list's title. */
  listed: ids.optional(),
  title: z.unknown().optional(),
  pending: Pending.optional(),
});
export type Memory = z.infer<typeof Memory>;

/** The SQL of what chats remember. */
@Injectable()
export class MemoryOfChats {
  async read(tx: Tx, accountId: string, chat: string, now: Date): Promise<Memory> {
    const [row] = await tx.query<{ memory: unknown }>(
      'select memory from conversation where account_id = $1 and chat = $2 and expires_at > $3',
      [accountId, chat, now],
    );
    // What an older version wrote may not be understood any more: then the chat begins anew.
    return Memory.safeParse(row?.memory).data ?? {};
  }

  /** Also forgets what has expired of the account. */
  async write(tx: Tx, accountId: string, chat: string, memory: Memory, now: Date): Promise<void> {
    await tx.query(
      `insert into conversation (account_id, chat, memory, expires_at) values ($1, $2, $3, $4)
       on conflict (account_id, chat) do update set memory = excluded.memory, expires_at = excluded.expires_at`,
      [accountId, chat, JSON.stringify(memory), new Date(now.getTime() + KEPT_MS)],
    );
    await tx.query('delete from conversation where account_id = $1 and expires_at <= $2', [accountId, now]);
  }
}
