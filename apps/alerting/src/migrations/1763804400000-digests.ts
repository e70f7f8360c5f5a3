import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Digests: whose turn it is when, what was told in each, and when listings became known. */
export class Digests1763804400000 implements MigrationInterface {
  name = 'Digests1763804400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const OWN = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;

const TABLES = `
-- Whose digest is to be made when, for all tenants, without private content. A claim moves due_at to the end of its
-- lease, so that a crash offers it again.
create table digest_turn (
  channel_id uuid primary key,
  account_id uuid not null,
  due_at timestamptz not null
);
create index digest_turn_due on digest_turn (due_at);

-- One for each channel and period, also where there was nothing to tell.
create table digest (
  channel_id uuid not null,
  -- The local date of its time.
  period text not null,
  account_id uuid not null,
  -- Watched listings as they were then, by id.
  seen jsonb not null,
  made_at timestamptz not null,
  primary key (channel_id, period)
);
alter table digest enable row level security;
alter table digest force row level security;
create policy tenants on digest using (${OWN}) with check (${OWN});

-- A digest is delivered like an alert: what it says, and what it tells of.
alter table delivery alter column alert_id drop not null;
alter table delivery add column digest jsonb;
alter table delivery add constraint delivery_of_something check ((alert_id is null) = (digest is not null));

alter table product add column known_since timestamptz;
alter table product alter column known_since set default now();

-- Those who asked for digests before they were made; the owner sees all rows for this statement only.
alter table preference no force row level security;
insert into digest_turn (channel_id, account_id, due_at)
select channel_id, account_id, now() from preference where digest <> 'off';
alter table preference force row level security;`;
