import type { MigrationInterface, QueryRunner } from 'typeorm';

/** As an array from the inside: with the cast around the sub-select, its text was read anew for every row. */
const TENANTS = `(select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[]`;

/** Policies read the tenants of a transaction once. */
export class IngestionTenantsReadOnce1764010000000 implements MigrationInterface {
  name = 'IngestionTenantsReadOnce1764010000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['fetch_log', 'tracked_watch'])
      await runner.query(`alter policy tenant on ${table} using (account_id = any (${TENANTS}))`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
