import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const OWN = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;
const OWN_OR_SHARED = `account_id = any ((select case when current_setting('souk.tenants', true) <> ''
  then current_setting('souk.tenants', true)::uuid[] || '${OPERATOR_ACCOUNT_ID}'::uuid end)::uuid[])`;

/** Listings of the same item, as enrichment links them: their prices are the market that a deal is compared with. */
export class ListingLinks1763801500000 implements MigrationInterface {
  name = 'ListingLinks1763801500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create table listing_links (
  product_id uuid primary key,
  account_id uuid not null,
  linked_at timestamptz not null,
  linked_ids uuid[] not null
);
alter table listing_links enable row level security;
alter table listing_links force row level security;
create policy readable on listing_links for select using (${OWN_OR_SHARED});
create policy inserted on listing_links for insert with check (${OWN});
create policy updated on listing_links for update using (${OWN}) with check (${OWN});
create policy deleted on listing_links for delete using (${OWN});`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
