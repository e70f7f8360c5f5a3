import type { MigrationInterface, QueryRunner } from 'typeorm';

// The sub-select is worked out once per statement; the cast tells the parser that it is one array, not rows.
const OWN = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;

/** Which reading told a price; the last price of offers whose source forbids a history. */
export class Policies1763700200000 implements MigrationInterface {
  name = 'Policies1763700200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table provenance add column adapter_version text');
    await runner.query(LAST_PRICE);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

const LAST_PRICE = `
create table last_price (
  offer_id uuid primary key,
  account_id uuid not null,
  observed_at timestamptz not null,
  price_minor bigint not null,
  availability smallint not null,
  currency text not null,
  expires_at timestamptz
) with (fillfactor = 70);
create index on last_price (expires_at) where expires_at is not null;
alter table last_price enable row level security;
alter table last_price force row level security;
create policy tenant on last_price using (${OWN}) with check (${OWN});
`;
