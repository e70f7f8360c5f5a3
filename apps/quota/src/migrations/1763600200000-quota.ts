import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Budgets, what was used of them, and breakers. All of it is the operator's: no tenant has a row here. */
export class Quota1763600200000 implements MigrationInterface {
  name = 'Quota1763600200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table upstream (
        upstream text primary key,
        rate_per_second double precision not null check (rate_per_second > 0),
        burst integer not null check (burst >= 1),
        daily_budget integer check (daily_budget >= 0)
      );

      -- Calls of one UTC day; told_at: when it was told that the budget is used up.
      create table daily_use (
        upstream text not null references upstream on delete cascade,
        day date not null,
        used integer not null check (used >= 0),
        told_at timestamptz,
        primary key (upstream, day)
      );

      create table breaker (
        upstream text primary key references upstream on delete cascade,
        state text not null default 'closed' check (state in ('closed', 'open', 'half-open')),
        failures integer not null default 0,
        openings integer not null default 0,
        open_until timestamptz not null default to_timestamp(0),
        probe_until timestamptz not null default to_timestamp(0)
      );
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
