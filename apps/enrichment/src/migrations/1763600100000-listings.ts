import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import { quarantineTable } from '@souk/quarantine';
import type { MigrationInterface, QueryRunner } from 'typeorm';

// The sub-select is worked out once per statement; the cast tells the parser that it is one array, not rows.
const TENANTS = `(select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[]`;
const OWN = `account_id = any (${TENANTS})`;
// With no tenant set nothing is seen, what is shared included.
const OWN_OR_SHARED = `account_id = any ((select case when current_setting('souk.tenants', true) <> ''
  then current_setting('souk.tenants', true)::uuid[] || '${OPERATOR_ACCOUNT_ID}'::uuid end)::uuid[])`;

/** Listings with their latest offers, and what was set apart for its form. */
export class Listings1763600100000 implements MigrationInterface {
  name = 'Listings1763600100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    for (const table of ['product', 'offer']) await runner.query(sharedReadable(table));
    await runner.query(quarantineTable({ known: false }));
    await runner.query(SEARCH);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

// fillfactor: rows are rewritten with every newer price; room on the page keeps the indexes out of it.
const TABLES = `
create table product (
  product_id uuid primary key,
  account_id uuid not null,
  source text not null,
  product text not null,
  facts jsonb not null,
  title text generated always as (facts ->> 'title') stored,
  facts_observed_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
) with (fillfactor = 80);
create index on product (account_id, created_at desc, product_id desc);
create index on product (account_id, source, created_at desc, product_id desc);
create index on product (account_id, product);
create index on product using gin (to_tsvector('simple', title));

create table offer (
  offer_id uuid primary key,
  product_id uuid not null,
  account_id uuid not null,
  price_minor bigint not null,
  list_price_minor bigint,
  member_price_minor bigint,
  shipping_minor bigint,
  observed_at timestamptz not null,
  currency text not null,
  availability text,
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

/**
 * Under row-level security no index serves a text search: its operator is not leakproof, so that the policy must
 * come first, row by row. The function runs as the schema's owner, whose policy lets the index in, and applies
 * the tenants itself.
 */
const SEARCH = `
create policy searched on product for select to current_user using (true);
create function search_titles(
  owner uuid, words text, in_source text, before_at timestamptz, before_id uuid, row_limit int
) returns setof uuid language sql stable security definer set search_path from current as $$
  select p.product_id from product p
  where p.account_id = owner
    and (owner = '${OPERATOR_ACCOUNT_ID}'
      or owner = any (${TENANTS}))
    and to_tsvector('simple', p.title) @@ words::tsquery
    and (in_source is null or p.source = in_source)
    and (before_at is null or (p.created_at, p.product_id) < (before_at, before_id))
  order by p.created_at desc, p.product_id desc
  limit row_limit
$$;`;
