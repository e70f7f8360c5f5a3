import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What kept a crossing back is told in every language; what was noted before has its English sentence only. */
export class SaidEvents1763806200000 implements MigrationInterface {
  name = 'SaidEvents1763806200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table watch_event add column said jsonb');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
