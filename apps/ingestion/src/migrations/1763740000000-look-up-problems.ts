import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why the last look-up of a tracked product brought no price; null when it did. */
export class LookUpProblems1763740000000 implements MigrationInterface {
  name = 'LookUpProblems1763740000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table tracked add column problem text');
    await runner.query('create index on tracked (source) where problem is not null');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
