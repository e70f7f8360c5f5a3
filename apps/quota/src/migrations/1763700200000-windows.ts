import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Several windows per upstream, its pace, breakers per operation, and daily budgets that hold for any 24 hours
 * instead of a calendar day. What was used of the last days counts as used just now: rather too few calls than too many.
 */
export class QuotaWindows1763700200000 implements MigrationInterface {
  name = 'QuotaWindows1763700200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table upstream
        add column windows jsonb not null default '[]',
        add column guard_ms double precision,
        add column pace_factor double precision not null default 1 check (pace_factor > 0 and pace_factor <= 1),
        add column paced_at timestamptz not null default to_timestamp(0),
        add column exhausted_told_at timestamptz;

      -- Calls by five minutes of the database's clock.
      create table daily_slot (
        upstream text not null references upstream on delete cascade,
        slot timestamptz not null,
        used integer not null check (used >= 0),
        primary key (upstream, slot)
      );
      insert into daily_slot (upstream, slot, used)
        select upstream, date_bin('5 minutes', now(), to_timestamp(0)), sum(used)
        from daily_use where day >= (now() at time zone 'utc')::date - 1 group by upstream;
      drop table daily_use;

      -- The operation '' is the upstream as a whole.
      alter table breaker add column operation text not null default '';
      alter table breaker drop constraint breaker_pkey;
      alter table breaker add primary key (upstream, operation);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
