import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const OWN = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;
const OWN_OR_SHARED = `account_id = any ((select case when current_setting('souk.tenants', true) <> ''
  then current_setting('souk.tenants', true)::uuid[] || '${OPERATOR_ACCOUNT_ID}'::uuid end)::uuid[])`;

/** What a listing is, as enrichment tells it: by category and brand markets are told and alternatives found. */
export class ProductFacts1763801100000 implements MigrationInterface {
  name = 'ProductFacts1763801100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await runner.query(POLICIES);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

// `…_key` columns hold what is compared: the name in one spelling. A category is found by any level of its path.
const TABLE = `
create table product_facts (
  product_id uuid primary key,
  account_id uuid not null,
  changed_at timestamptz not null,
  review_count bigint,
  rating real,
  source text not null,
  product text not null,
  title text,
  brand text,
  brand_key text,
  category text[] not null,
  category_keys text[] not null
);
create index on product_facts (brand_key) where brand_key is not null;
create index on product_facts using gin (category_keys);`;

const POLICIES = `
alter table product_facts enable row level security;
alter table product_facts force row level security;
create policy readable on product_facts for select using (${OWN_OR_SHARED});
create policy inserted on product_facts for insert with check (${OWN});
create policy updated on product_facts for update using (${OWN}) with check (${OWN});
create policy deleted on product_facts for delete using (${OWN});`;
