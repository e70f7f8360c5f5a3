import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';

// With no tenant set nothing is seen, what is shared included.
const OWN_OR_SHARED = `account_id = any ((select case when current_setting('souk.tenants', true) <> ''
  then current_setting('souk.tenants', true)::uuid[] || '${OPERATOR_ACCOUNT_ID}'::uuid end)::uuid[])`;

/** The operator's listings and what is noted of them are shared with every tenant, but not seen where none are set. */
export class SharedRows1764310000000 implements MigrationInterface {
  name = 'SharedRows1764310000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['product', 'listing_note'])
      await runner.query(`alter policy readable on ${table} using (${OWN_OR_SHARED})`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
