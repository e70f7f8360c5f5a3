import type { MigrationInterface, QueryRunner } from 'typeorm';

const OWN = `account_id = any ((select nullif(current_setting('souk.tenants', true), '')::uuid[])::uuid[])`;

/** Prices far outside of their history wait here, whole, until another reading or source confirms them. */
export class HeldPrices1763801600000 implements MigrationInterface {
  name = 'HeldPrices1763801600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create table held_price (
  offer_id uuid not null,
  account_id uuid not null,
  observed_at timestamptz not null,
  contradicted_at timestamptz,
  readings_needed smallint not null,
  trace_id text not null,
  offer jsonb not null,
  message jsonb not null,
  primary key (offer_id, observed_at)
);
alter table held_price enable row level security;
alter table held_price force row level security;
create policy private on held_price using (${OWN}) with check (${OWN});`);
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}
