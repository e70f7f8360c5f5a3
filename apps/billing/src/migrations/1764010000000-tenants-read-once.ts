import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables whose rows are seen by their own account only. */
export const TENANT_TABLES = [
  'account',
  'api_key',
  'balance',
  'entry',
  'hold',
  'usage',
  'usage_daily',
] as const;

/** As an array from the inside: with the cast around the sub-select, its text was read anew for every row. */
const TENANTS = `(select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[]`;

/**
 * Policies read the tenants of a transaction once. Before, a batch of uses of 200 accounts read a text of 200 ids
 * for each row that it looked at or wrote: 0.25 ms each, three quarters of charging them.
 */
export class TenantsReadOnce1764010000000 implements MigrationInterface {
  name = 'TenantsReadOnce1764010000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of TENANT_TABLES)
      await runner.query(`alter policy tenant on ${table} using (account_id = any (${TENANTS}))`);
    await runner.query(
      `alter policy operator on account using ('00000000-0000-7000-8000-000000000001' = any (${TENANTS}))`,
    );
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
