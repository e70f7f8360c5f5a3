import { newId, OPERATOR_ACCOUNT_ID, productIdOf } from '@souk/contracts';
import type { MeasuredProduct } from './product.ts';

const AT_ONCE = 5_000;
const PRICE_BELOW = 1;
const MICROS = 1_000_000;

/** Somebody who waits for a listing's price, and where they are told. */
export interface Waiting {
  accountId: string;
  /** A channel's id, or `inbox`. */
  channel: string;
}

/** A chat of Telegram that was tied to an account long ago. */
export interface Chat extends Waiting {
  chatId: number;
}

/** Accounts as making them by the API would: metered, without credits, so that what they are told is owed. */
export async function makeAccounts({ sql }: MeasuredProduct, count: number): Promise<string[]> {
  const accounts = Array.from({ length: count }, () => newId());
  for (let from = 0; from < count; from += AT_ONCE) {
    await sql(
      `with made as (insert into billing.account (account_id, name, unmetered, created_at)
         select id, 'storm', false, now() from unnest($1::uuid[]) as id returning account_id)
       insert into billing.balance (account_id) select account_id from made`,
      [accounts.slice(from, from + AT_ONCE)],
    );
  }
  return accounts;
}

/** Chats of as many accounts, written into alerting's tables as their links by the bot would. */
export async function makeChats(
  product: MeasuredProduct,
  count: number,
  firstChatId: number,
): Promise<Chat[]> {
  const accounts = await makeAccounts(product, count);
  const chats = accounts.map((accountId, index) => ({
    accountId,
    channel: newId(),
    chatId: firstChatId + index,
  }));
  for (let from = 0; from < count; from += AT_ONCE) {
    const part = chats.slice(from, from + AT_ONCE);
    await product.sql(
      `with given as (select * from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as g(channel, account, chat)),
       made as (insert into alerting.channel (id, account_id, type, state, chat_id, chat_title, created_at)
         select channel, account, 'telegram', 'ready', chat, 'Ada', now() from given)
       insert into alerting.telegram_chat (chat_id, channel_id, account_id) select chat, channel, account from given`,
      [
        part.map(({ channel }) => channel),
        part.map(({ accountId }) => accountId),
        part.map(({ chatId }) => chatId),
      ],
    );
  }
  return chats;
}

/** A watch of each on a listing of the operator's, written as making it by the API would. */
export async function watchBelow(
  { sql }: MeasuredProduct,
  listing: { source: string; product: string },
  waiting: readonly Waiting[],
  below: string,
): Promise<void> {
  const productId = productIdOf(OPERATOR_ACCOUNT_ID, listing.source, listing.product);
  for (let from = 0; from < waiting.length; from += AT_ONCE) {
    const part = waiting.slice(from, from + AT_ONCE);
    await sql(
      `with given as (select * from unnest($1::uuid[], $2::uuid[], $3::text[]) as g(id, account, channel)),
       made as (insert into alerting.watch (id, account_id, source, product, product_id, pinned, conditions, channels, created_at)
         select id, account, $4, $5, $6, false, jsonb_build_object('priceBelow', $7::text), array[channel], now() from given)
       insert into alerting.match_index (product_id, kind, threshold, watch_id, account_id)
         select $6, ${PRICE_BELOW}, ($7::numeric * ${MICROS})::bigint, id, account from given`,
      [
        part.map(() => newId()),
        part.map(({ accountId }) => accountId),
        part.map(({ channel }) => channel),
        listing.source,
        listing.product,
        productId,
        below,
      ],
    );
  }
  await sql(
    'analyze alerting.watch, alerting.match_index, alerting.channel, billing.account, billing.balance',
  );
}
