import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';

// The sub-select is worked out once per statement; the cast tells the parser that it is one array, not rows.
const OWN = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;
// With no tenant set nothing is seen, what is shared included.
const OWN_OR_SHARED = `account_id = any ((select case when current_setting('souk.tenants', true) <> ''
  then current_setting('souk.tenants', true)::uuid[] || '${OPERATOR_ACCOUNT_ID}'::uuid end)::uuid[])`;

/** Where the latest prices came from and how long they may stay; identifiers that listings have in common. */
export class Links1763700100000 implements MigrationInterface {
  name = 'Links1763700100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PROVENANCE);
    await runner.query(IDENTIFIER);
    await runner.query(KNOWN_GTINS);
    await runner.query(POLICIES);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

/** All of it is null for what was stored before: its provenance is in the history. */
const PROVENANCE = `
alter table offer
  add column origin text,
  add column collected_at timestamptz,
  add column fetch_id uuid,
  add column adapter_version text,
  add column attribution text,
  add column expires_at timestamptz;
create index on offer (expires_at) where expires_at is not null;
alter table product add column facts_expire_at timestamptz;
create index on product (facts_expire_at) where facts_expire_at is not null;
`;

const IDENTIFIER = `
create table identifier (
  product_id uuid not null,
  account_id uuid not null,
  kind text not null,
  value text not null,
  primary key (product_id, kind, value)
);
create index on identifier (kind, value, account_id);
`;

/** Those of listings known before, as identifiers.ts reads them: 14 digits, and none that a shop gave itself. */
const KNOWN_GTINS = `
insert into identifier (product_id, account_id, kind, value)
select product_id, account_id, 'gtin', lpad(facts ->> 'gtin', 14, '0') from product
where facts ->> 'gtin' ~ '^[0-9]{8,14}$' and lpad(facts ->> 'gtin', 14, '0') !~ '^.(2|02|04|05|98|99)|^0{6,}';
`;

const POLICIES = `
alter table identifier enable row level security;
alter table identifier force row level security;
create policy readable on identifier for select using (${OWN_OR_SHARED});
create policy inserted on identifier for insert with check (${OWN});
create policy deleted on identifier for delete using (${OWN});
`;
