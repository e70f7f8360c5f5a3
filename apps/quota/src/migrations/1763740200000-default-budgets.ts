import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Budgets that sources bring along, beside those of the settings. What is there came from settings. */
export class DefaultBudgets1763740200000 implements MigrationInterface {
  name = 'DefaultBudgets1763740200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table upstream add column is_setting boolean not null default true');
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
