import { tenantsSetting, type Tx } from '@souk/service';

/**
 * Widens the transaction to the rows of these accounts. Only for accounts that an index without private content
 * has named: watches on shared listings, due deliveries, the channel of a code.
 */
export async function setTenants(tx: Tx, accounts: Iterable<string>): Promise<void> {
  await tx.query(`select set_config('souk.tenants', $1, true)`, [tenantsSetting([...accounts])]);
}
