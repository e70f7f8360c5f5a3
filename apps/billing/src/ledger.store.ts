import { Refusal, type Credits, type LedgerEntry } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { Injectable } from '@nestjs/common';
import { entriesOf, type Transfer } from './ledger.ts';

/** An account's balance, with the ledger's signs; locked while the transaction lasts. */
export interface LockedAccount {
  readonly accountId: string;
  readonly unmetered: boolean;
  readonly available: number;
}

/** One ledger transaction of one account. */
export interface Posting {
  readonly accountId: string;
  readonly transactionId: string;
  readonly reason: string;
  readonly transfers: readonly Transfer[];
}

/** Balances and entries. Whoever writes locks the accounts first: that lock also guards their holds and uses. */
@Injectable()
export class LedgerStore {
  /** Locks balances in the order of their ids, so that no two transactions wait for each other. */
  async lock(tx: Tx, accountIds: readonly string[]): Promise<Map<string, LockedAccount>> {
    const accounts = await tx.query<LockedAccount>(
      `select b.account_id as "accountId", a.unmetered, b.available
       from balance b join account a using (account_id)
       where b.account_id = any ($1::uuid[]) order by b.account_id for update of b`,
      [accountIds],
    );
    return new Map(accounts.map((account) => [account.accountId, account]));
  }

  /** @throws Refusal not-found when there is no such account */
  async lockOne(tx: Tx, accountId: string): Promise<LockedAccount> {
    const account = (await this.lock(tx, [accountId])).get(accountId);
    if (!account) throw new Refusal('not-found', 'There is no such account.');
    return account;
  }

  /** Writes entries and moves the balances by them in one statement; answers what is available now, by account. */
  async post(tx: Tx, postings: readonly Posting[], at: Date): Promise<Map<string, number>> {
    const entries = postings.flatMap((posting) =>
      entriesOf(posting.transfers).map((entry) => ({ ...posting, ...entry })),
    );
    if (entries.length === 0) return new Map();
    const balances = await tx.query<{ account_id: string; available: number }>(
      `with posted as (
         insert into entry (account_id, transaction_id, kind, book, amount, reason, created_at)
         select account_id, transaction_id, kind, book, amount, reason, $7
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[])
           as e(account_id, transaction_id, kind, book, amount, reason)
         returning account_id, book, amount
       ), moved as (
         select account_id,
           coalesce(sum(amount) filter (where book = 'available'), 0)::bigint as available,
           coalesce(sum(amount) filter (where book = 'held'), 0)::bigint as held,
           coalesce(sum(amount) filter (where book = 'receivable'), 0)::bigint as receivable,
           coalesce(sum(amount) filter (where book = 'used'), 0)::bigint as used
         from posted group by account_id
       )
       update balance b set available = b.available + m.available, held = b.held + m.held,
         receivable = b.receivable + m.receivable, used = b.used + m.used
       from moved m where b.account_id = m.account_id returning b.account_id, b.available`,
      [
        entries.map((entry) => entry.accountId),
        entries.map((entry) => entry.transactionId),
        entries.map((entry) => entry.kind),
        entries.map((entry) => entry.book),
        entries.map((entry) => entry.amount),
        entries.map((entry) => entry.reason),
        at,
      ],
    );
    return new Map(balances.map((balance) => [balance.account_id, balance.available]));
  }

  /** Credits that a transaction granted to an account, if it was posted before. */
  async findGrant(tx: Tx, accountId: string, transactionId: string): Promise<number | undefined> {
    const [grant] = await tx.query<{ amount: number }>(
      `select amount from entry
       where account_id = $1 and transaction_id = $2 and kind = 'grant' and book = 'available'`,
      [accountId, transactionId],
    );
    return grant?.amount;
  }

  /** @throws Refusal not-found when there is no such account */
  async creditsOf(tx: Tx, accountId: string): Promise<Credits> {
    const [credits] = await tx.query<Credits>(
      `select account_id as "accountId", unmetered, available, held, -receivable as receivable, used
       from balance join account using (account_id) where account_id = $1`,
      [accountId],
    );
    if (!credits) throw new Refusal('not-found', 'There is no such account.');
    return credits;
  }

  /** Entries before the one with this id, newest first. What was issued is the operator's side and not shown. */
  async listEntries(
    tx: Tx,
    accountId: string,
    before: string | undefined,
    limit: number,
  ): Promise<LedgerEntry[]> {
    const entries = await tx.query<Omit<LedgerEntry, 'createdAt'> & { createdAt: Date }>(
      `select id::text, transaction_id as "transactionId", kind, book, amount, reason, created_at as "createdAt"
       from entry where account_id = $1 and book <> 'issued' and ($2::bigint is null or id < $2::bigint)
       order by entry.id desc limit $3`,
      [accountId, before ?? null, limit],
    );
    return entries.map((entry) => ({ ...entry, createdAt: entry.createdAt.toISOString() }));
  }
}
