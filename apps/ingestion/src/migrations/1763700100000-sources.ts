import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs that are judged as a whole, canaries, look-ups of what is watched, and which listings are of one item. */
export class Sources1763700100000 implements MigrationInterface {
  name = 'Sources1763700100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SOURCE);
    await runner.query(TRACKED);
    await runner.query(LINK);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

/** `run_items`: readable items of the run under way; `good_run_items`: of the last run that was published. */
const SOURCE = `
alter table source
  add column given_up boolean not null default false,
  add column run_items integer not null default 0,
  add column good_run_items integer,
  add column quarantined_at timestamptz,
  add column quarantine_reason text,
  add column quarantined_items integer,
  add column canary_checked_at timestamptz,
  add column canary_failures integer not null default 0,
  add column canary_error text;
update source set given_up = failures >= 3;
`;

/** `served_by`: the linked listing that stands in while this one cannot be looked up. */
const TRACKED = `
alter table tracked
  add column next_lookup_at timestamptz not null default now(),
  add column looked_up_at timestamptz,
  add column served_by uuid;
drop index tracked_source_idx;
create index on tracked (source, next_lookup_at);
`;

/** Both ways, of the operator's listings only: those are what Souk looks up. */
const LINK = `
create table link (
  product_id uuid not null,
  linked_id uuid not null,
  source text not null,
  product text not null,
  primary key (product_id, linked_id)
);
create index on link (linked_id);
`;
