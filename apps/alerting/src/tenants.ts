import { tenantsSetting, type Tx } from '@souk/service';

/**
 * Widens the transaction to the rows of these accounts. Only for accounts that an index without private content
 * has named: watches on shared listings, due deliveries, the channel of a code.
 */
export async function setTenants(tx: Tx, accounts: Iterable<string>): Promise<void> {
  await tx.query(`select set_config('souk.tenants', $1, true)`, [tenantsSetting([...accounts])]);
}

/** Policies compare every row with every tenant of the transaction: more at once would cost their product. */
const TENANTS_AT_ONCE = 500;

/** Rows of many accounts in parts of few; rows of one account stay together, in their order. */
export function byTenants<Row extends { accountId: string }>(rows: readonly Row[]): Row[][] {
  const byAccount = new Map<string, Row[]>();
  for (const row of rows) {
    const of = byAccount.get(row.accountId);
    if (of) of.push(row);
    else byAccount.set(row.accountId, [row]);
  }
  const accounts = [...byAccount.values()];
  return Array.from({ length: Math.ceil(accounts.length / TENANTS_AT_ONCE) }, (_, part) =>
    accounts.slice(part * TENANTS_AT_ONCE, (part + 1) * TENANTS_AT_ONCE).flat(),
  );
}
