import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A use is written under the lock of its account's balance, which references the account: checking the reference
 * again for each of thousands of uses in a batch was the largest part of charging them.
 */
export class UsageWithoutReference1764000000000 implements MigrationInterface {
  name = 'UsageWithoutReference1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table usage drop constraint usage_account_id_fkey');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
