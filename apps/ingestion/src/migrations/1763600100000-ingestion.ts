import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What Souk polls, what it is asked to track, and where every price came from. */
export class Ingestion1763600100000 implements MigrationInterface {
  name = 'Ingestion1763600100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SOURCE);
    await runner.query(FETCH_LOG);
    await runner.query(TRACKED);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

/** Sources are the operator's; a claim is one process's right to poll one until it expires. */
const SOURCE = `
create table source (
  source text primary key,
  adapter text not null,
  config jsonb not null,
  interval_ms integer not null check (interval_ms > 0),
  upstream text not null,
  enabled boolean not null default true,
  next_poll_at timestamptz not null default now(),
  claim_id uuid,
  claimed_until timestamptz,
  cursor text,
  failures integer not null default 0,
  last_error text,
  last_polled_at timestamptz,
  last_succeeded_at timestamptz
);
create index on source (next_poll_at) where enabled;
`;

/** One row for every post and every fetched page; written once. */
const FETCH_LOG = `
create table fetch_log (
  fetch_id uuid primary key,
  account_id uuid not null,
  sources text[] not null,
  origin text not null check (origin in ('posted', 'fetched')),
  mode text not null check (mode in ('live', 'backfill')),
  collected_at timestamptz not null,
  trace_id text,
  observations integer not null,
  unreadable integer not null
);
create index on fetch_log (account_id, collected_at);
alter table fetch_log enable row level security;
alter table fetch_log force row level security;
revoke update on fetch_log from souk_ingestion;
create policy tenant on fetch_log
  using (account_id = any ((select nullif(current_setting('souk.tenants', true), ''))::uuid[]));
`;

/** A watch is private; how many watch a product is all that scheduling needs to know of all tenants. */
const TRACKED = `
create table tracked_watch (
  account_id uuid not null,
  watch_id uuid not null,
  product_id uuid not null,
  primary key (watch_id, product_id)
);
alter table tracked_watch enable row level security;
alter table tracked_watch force row level security;
create policy tenant on tracked_watch
  using (account_id = any ((select nullif(current_setting('souk.tenants', true), ''))::uuid[]));

create table tracked (
  product_id uuid primary key,
  source text not null,
  product text not null,
  watchers integer not null
);
create index on tracked (source);
`;
