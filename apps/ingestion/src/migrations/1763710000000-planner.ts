import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What checks of a tracked product have shown, and how often it is to be looked up; gone with the last watch. */
export class Planner1763710000000 implements MigrationInterface {
  name = 'Planner1763710000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table check_plan (
        product_id uuid primary key references tracked on delete cascade,
        checks integer not null default 0,
        changes integer not null default 0,
        watched_hours double precision not null default 0,
        moved double precision not null default 0,
        price_minor bigint,
        checked_at timestamptz,
        interval_ms bigint check (interval_ms > 0)
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
