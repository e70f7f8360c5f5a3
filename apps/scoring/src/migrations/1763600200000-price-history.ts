import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { quarantineTable } from '@souk/quarantine';
import type { MigrationInterface, QueryRunner } from 'typeorm';

// The sub-select is worked out once per statement; the cast tells the parser that it is one array, not rows.
const OWN = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;
// With no tenant set nothing is seen, what is shared included.
const OWN_OR_SHARED = `account_id = any ((select case when current_setting('souk.tenants', true) <> ''
  then current_setting('souk.tenants', true)::uuid[] || '${OPERATOR_ACCOUNT_ID}'::uuid end)::uuid[])`;

/** Every price with its origin, the last state of each offer, and what contradicted the history. */
export class PriceHistory1763600200000 implements MigrationInterface {
  name = 'PriceHistory1763600200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    for (const table of ['provenance', 'price_point', 'offer']) await runner.query(sharedReadable(table));
    await runner.query(quarantineTable({ known: true }));
    await runner.query(APPEND_ONLY);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

// Columns of fixed width come first, so that no space is lost to alignment in the largest table.
const TABLES = `
create sequence provenance_number;
create table provenance (
  provenance bigint primary key,
  account_id uuid not null,
  fetch_id uuid not null,
  collected_at timestamptz not null,
  origin text not null check (origin in ('posted', 'fetched', 'imported')),
  trace_id text not null
);

create table price_point (
  account_id uuid not null,
  offer_id uuid not null,
  observed_at timestamptz not null,
  price_minor bigint not null,
  provenance bigint not null,
  list_price_minor bigint,
  availability smallint not null,
  currency text not null,
  primary key (offer_id, observed_at)
);

create table offer (
  offer_id uuid primary key,
  account_id uuid not null,
  product_id uuid not null,
  points bigint not null,
  last_observed_at timestamptz not null,
  last_price_minor bigint not null,
  last_list_price_minor bigint,
  last_score double precision,
  last_availability smallint not null,
  last_currency text not null,
  source text not null,
  product text not null,
  seller text,
  condition text
) with (fillfactor = 70);
create index on offer (product_id);`;

const sharedReadable = (table: string): string => `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy readable on ${table} for select using (${OWN_OR_SHARED});
create policy inserted on ${table} for insert with check (${OWN});
create policy updated on ${table} for update using (${OWN}) with check (${OWN});
create policy deleted on ${table} for delete using (${OWN});`;

/** The first price stays: the service itself cannot rewrite what was observed. */
const APPEND_ONLY = `
revoke update, delete on provenance, price_point from souk_scoring;`;
