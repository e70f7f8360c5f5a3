import { type Account, OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { Tx } from '@souk/service';
import { Injectable } from '@nestjs/common';
import type { TimeKey } from './cursor.ts';

type AccountRow = Omit<Account, 'createdAt'> & { createdAt: Date };

const COLUMNS = 'account_id as id, name, unmetered, created_at as "createdAt"';
const toAccount = (row: AccountRow): Account => ({ ...row, createdAt: row.createdAt.toISOString() });

/** Accounts; each has a balance from its first moment. */
@Injectable()
export class AccountsStore {
  /** Answers whether it is new; an account that exists stays as it is. */
  async insert(
    tx: Tx,
    account: { id: string; name: string; unmetered: boolean },
    at: Date,
  ): Promise<boolean> {
    const made = await tx.query(
      `with made as (
         insert into account (account_id, name, unmetered, created_at) values ($1, $2, $3, $4)
         on conflict do nothing returning account_id
       )
       insert into balance (account_id) select account_id from made returning account_id`,
      [account.id, account.name, account.unmetered, at],
    );
    return made.length > 0;
  }

  async find(tx: Tx, accountId: string): Promise<Account | undefined> {
    const [row] = await tx.query<AccountRow>(`select ${COLUMNS} from account where account_id = $1`, [
      accountId,
    ]);
    return row && toAccount(row);
  }

  /** All accounts, newest first; seen only in a transaction of the operator. */
  async list(tx: Tx, after: TimeKey | undefined, limit: number): Promise<Account[]> {
    const rows = await tx.query<AccountRow>(
      `select ${COLUMNS} from account
       where $1::timestamptz is null or (created_at, account_id) < ($1::timestamptz, $2::uuid)
       order by created_at desc, account_id desc limit $3`,
      [after?.[0] ?? null, after?.[1] ?? null, limit],
    );
    return rows.map(toAccount);
  }

  /** Makes whoever else boots at the same moment wait until this transaction is over. */
  async lockOperator(tx: Tx): Promise<void> {
    await tx.query('select from account where account_id = $1 for update', [OPERATOR_ACCOUNT_ID]);
  }
}
